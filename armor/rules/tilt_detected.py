"""I add the signs of tilt up to a stress score."""

from datetime import timedelta
from decimal import Decimal

from armor.ask import COMMON, count
from armor.conduct import growth, is_revenge, losing_streak, session_hours
from armor.limit import Limit
from armor.measure import Measure
from armor.rules import rule
from armor.state import State

STEPS = (Decimal(50), Decimal(70), Decimal(90))


@rule(
    "tilt_detected", title="Stress score", headline="Signs of tilt", unit="points",
    moments=frozenset({"open", "close"}), asks=COMMON | {
        "score": count("score at which it is broken", needed=False, most=100),
        "minutes": count("a trade so soon after a loss counts as re-entry", needed=False),
    },
)  # fmt: skip
def tilt_detected(state: State, limit: Limit) -> Measure:
    """0 to 100: re-entry within `minutes` (10) after a loss 25, size above 1.5 times the one that lost 25, losses in a
    row 10 each from the second on and at most 30, three trades or more in 10 minutes 10, more than 4 hours 10.

    Level 1 at 50, 2 at 70, 3 at 90 points; with a `score` of one's own at 5/9, 7/9 and the whole of it.
    The weights are this product's own; no firm publishes one.
    """
    parts = _parts(state, timedelta(minutes=float(limit.number("minutes", 10))))
    points = Decimal(sum(parts.values()))
    scale = limit.number("score", 90) / STEPS[2]
    level = sum(1 for step in STEPS if points >= step * scale)
    return Measure(
        rule=limit.rule, used=points, limit=STEPS[2] * scale, level=level, broken=level == 3, state=state,
        facts={name: str(value) for name, value in parts.items() if value},
    )  # fmt: skip


def _parts(state: State, within: timedelta) -> dict[str, int]:
    streak = len(losing_streak(state))
    lately = state.past.opened_count(state.at - timedelta(minutes=10), state.at)
    return {
        "reentry": 25 if is_revenge(state, within) else 0,
        "size": 25 if growth(state) > Decimal("1.5") else 0,
        "streak": min(30, 10 * max(0, streak - 1)),
        "pace": 10 if lately >= 3 else 0,
        "hours": 10 if session_hours(state) > 4 else 0,
    }
