"""One file for each broker that can be asked for trades; they register themselves."""

from collections.abc import Callable
from dataclasses import dataclass

from aetheris.errors import AetherisError
from aetheris.registry import Registry
from trading.rows import TradeRow


class BrokerUnreachable(AetherisError):
    """{broker} does not answer: {why}. The next sync tries again from where the last one ended."""

    code = "broker_unreachable"
    status = 502


@dataclass(frozen=True, slots=True)
class Fetched:
    """Trades since a cursor, and the cursor to go on from."""

    rows: tuple[TradeRow, ...]
    cursor: str


Connector = Callable[[str, str | None], Fetched]

connectors: Registry[Connector] = Registry("broker connector", "trading.connectors")
