"""I see trades that are opened before a pause is over."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from armor.ask import COMMON, count
from armor.book import Deal
from armor.limit import Limit
from armor.measure import Measure, forbidden
from armor.rules import ENTRIES, rule
from armor.state import State

DAY = timedelta(days=1)


@rule(
    "cooling_period", title="Cooling period", headline="A trade inside the cooling period", unit="trades",
    moments=ENTRIES, levels=(2, 3), asks=COMMON | {
        "minutes": count("how long losses in a row pause", needed=False),
        "after_losses": count("losses in a row that begin the pause", needed=False),
    },
)  # fmt: skip
def cooling_period(state: State, limit: Limit) -> Measure:
    """A trade opened inside a pause that the trader asked for, or within `minutes` after `after_losses` (2) trades lost
    one after the other. The pause counts from the close of the last of them, also across a reset."""
    deal = state.deal
    ends = max(_ends(state, limit, deal), default=None) if deal else None
    return forbidden(state, limit, done=bool(deal and ends and deal.entry_time < ends), ends=ends or "")


def _ends(state: State, limit: Limit, deal: Deal) -> Iterable[datetime]:
    """When the pauses end that hold at this entry."""
    yield from (pause.ends for pause in state.past.pauses if pause.begins <= deal.entry_time < pause.ends)
    if "minutes" not in limit.options:
        return
    pause, losses = timedelta(minutes=float(limit.number("minutes"))), int(limit.number("after_losses", 2))
    ended = (done for done in state.past.closed_last(deal.entry_time - DAY, deal.entry_time) if done.id != deal.id)
    last = [*islice(ended, losses)]
    if len(last) == losses and all((done.pnl or 0) < 0 for done in last) and last[0].exit_time:
        yield last[0].exit_time + pause
