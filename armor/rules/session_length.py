"""I measure the hours since the day's first trade when another one is opened."""

from armor.ask import COMMON, count
from armor.conduct import session_hours
from armor.limit import Limit
from armor.measure import Measure, against_count
from armor.rules import ENTRIES, rule
from armor.state import State


@rule(
    "session_length", title="Session length", headline="The session is longer than planned", unit="hours",
    moments=ENTRIES, asks=COMMON | {"hours": count("hours after the day's first trade", most=24)},
)  # fmt: skip
def session_length(state: State, limit: Limit) -> Measure:
    """Hours from the first trade opened today to this one."""
    return against_count(state, limit, used=session_hours(state), most=limit.number("hours"))
