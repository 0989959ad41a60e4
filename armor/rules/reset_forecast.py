"""I look ahead to the day's reset: what is carried across it may break a floor that only then begins to hold."""

from armor.ask import COMMON
from armor.limit import Limit
from armor.measure import Measure, unmeasured
from armor.rules import rule
from armor.state import State


@rule(
    "reset_forecast", title="Reset forecast", headline="You will break a floor at the reset", moments=frozenset(),
    levels=(2,), asks=COMMON,
)  # fmt: skip
def reset_forecast(state: State, limit: Limit) -> Measure:
    """Not set by anyone: `armor.forecast` measures every floor as it will stand after the reset, and tells of it."""
    return unmeasured(state, limit, "told by the forecast")
