"""I pass the trades of a file on in batches while it is still being read, so that a long one never stands in memory."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from trading.rows import TradeRow

BATCH = 2_000
Sink = Callable[[list[TradeRow]], None]

_flow: ContextVar["Flow | None"] = ContextVar("flow", default=None)


class Flow(list[TradeRow]):
    """A list of trades that lets go of what it held; its length counts all that ever went through."""

    def __init__(self, sink: Sink) -> None:
        super().__init__()
        self.sink = sink
        self.passed = 0

    def append(self, row: TradeRow) -> None:
        super().append(row)
        if super().__len__() >= BATCH:
            self.flush()

    def flush(self) -> None:
        held = super().__len__()
        if held:
            self.sink(list(self))
            self.passed += held
            self.clear()

    def __len__(self) -> int:
        return self.passed + super().__len__()


@contextmanager
def flowing_into(sink: Sink) -> Iterator[Flow]:
    """Trades gathered inside go to `sink`; repeated identities are then for the sink to find."""
    flow = Flow(sink)
    token = _flow.set(flow)
    try:
        yield flow
        flow.flush()
    finally:
        _flow.reset(token)


def flowing() -> Flow | None:
    return _flow.get()
