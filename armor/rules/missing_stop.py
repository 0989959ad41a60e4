"""I see a position that stands without a stop for too long."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from armor.ask import COMMON, count
from armor.limit import Limit
from armor.measure import Measure, forbidden
from armor.rules import rule
from armor.state import State


def _deadline(limit: Limit, state: State) -> Iterable[datetime]:
    """When each trade that came without a stop must have one."""
    wait = timedelta(minutes=float(limit.number("minutes", 3)))
    return [deal.entry_time + wait for deal in state.past.entries if not deal.has_stop]


@rule(
    "missing_stop", title="Missing stop", headline="A position stands without a stop", levels=(2, 3), unit="positions",
    moments=frozenset({"timer"}), timers=_deadline,
    asks=COMMON | {"minutes": count("how long a position may stand without a stop", needed=False, least=0)},
)  # fmt: skip
def missing_stop(state: State, limit: Limit) -> Measure:
    """A position without stop loss and without a told risk, open for `minutes` (3 by default) or longer.

    Source: The5ers Bootcamp, a stop loss within 3 minutes (FIRMS.md 3b).
    """
    wait = timedelta(minutes=float(limit.number("minutes", 3)))
    bare = [deal for deal in state.open if not deal.has_stop and deal.entry_time + wait <= state.at]
    return forbidden(
        state, limit, done=bool(bare), used=len(bare), trade_ids=",".join(str(deal.id) for deal in bare[:20])
    )
