"""I count the trades lost one after the other today."""

from decimal import Decimal

from armor.ask import COMMON, count
from armor.conduct import losing_streak as streak_of
from armor.limit import Limit
from armor.measure import Measure, reached
from armor.rules import rule
from armor.state import State


@rule(
    "losing_streak", title="Losing streak", headline="Losing streak: time to stop", unit="trades",
    moments=frozenset({"close"}), asks=COMMON | {"trades": count("losses in a row at which to stop")},
)  # fmt: skip
def losing_streak(state: State, limit: Limit) -> Measure:
    """Losses in a row today, counted back to the last trade that did not lose; at `trades` it is broken."""
    streak, most = len(streak_of(state)), limit.number("trades")
    broken = streak >= most
    level = 3 if broken else reached(Decimal(streak), most, limit.levels)
    return Measure(rule=limit.rule, used=Decimal(streak), limit=most, level=level, broken=broken, state=state)
