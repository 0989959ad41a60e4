"""I show how much of the profit target is made."""

from armor.ask import AMOUNT, PERCENT
from armor.limit import Limit
from armor.measure import Measure, progress
from armor.rules import rule
from armor.state import State


@rule(
    "profit_target", title="Profit target", headline="Profit target reached", kind="objective", moments=frozenset(),
    levels=(), asks={"amount": AMOUNT, "percent": PERCENT},
)  # fmt: skip
def profit_target(state: State, limit: Limit) -> Measure:
    """Closed result since the start against the goal; open profit does not count towards it."""
    goal = limit.money(state, state.starting_balance)
    return progress(state, limit, used=state.balance - state.starting_balance, goal=goal,
                    unknown=state.doubt)  # fmt: skip
