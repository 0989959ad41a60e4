"""I count trades against the plan, and against what this trader usually does."""

from datetime import timedelta
from decimal import Decimal
from statistics import median

from armor.ask import COMMON, Ask, count
from armor.limit import Limit
from armor.measure import Measure, against_count, unmeasured
from armor.rules import ENTRIES, rule
from armor.state import State

DAYS, LEAST_DAYS = 20, 5


@rule(
    "overtrading", title="Overtrading", headline="More trades than planned", unit="trades", moments=ENTRIES,
    asks=COMMON | {
        "per_hour": count("most trades opened in any 60 minutes", needed=False),
        "per_day": count("most trades opened in one trading day", needed=False),
        "history_factor": Ask(help="most trades a day as a multiple of one's usual day", least=1, most=100),
    },
)  # fmt: skip
def overtrading(state: State, limit: Limit) -> Measure:
    """Trades opened in the last hour and today against the nearest of what is set; beyond it is broken.

    One's usual day is the median number of trades opened on the last 20 days with trades before today; with fewer
    than 5 such days it is not known.
    """
    found = [
        against_count(state, limit, used=used, most=most, window=window) for window, used, most in _counts(state, limit)
    ]
    if not found:
        return unmeasured(state, limit, f"fewer than {LEAST_DAYS} days with trades lie before today")
    return max(found, key=lambda measure: (measure.level, measure.share))


def _counts(state: State, limit: Limit) -> list[tuple[str, int, Decimal]]:
    counts = []
    today = state.past.opened_count(state.begins, state.at)
    if "per_hour" in limit.options:
        hour = state.past.opened_count(state.at - timedelta(hours=1) + timedelta(microseconds=1), state.at)
        counts.append(("hour", hour, limit.number("per_hour")))
    if "per_day" in limit.options:
        counts.append(("day", today, limit.number("per_day")))
    if "history_factor" in limit.options and (usual := _usual(state)):
        counts.append(("history", today, (usual * limit.number("history_factor")).to_integral_value()))
    return counts


def _usual(state: State) -> Decimal | None:
    before = state.past.opened_on_days_before(state.day, DAYS)
    return Decimal(median(before)) if len(before) >= LEAST_DAYS else None
