"""I measure what the account has lost since its start against the most it may ever lose."""

from armor.ask import FLOOR
from armor.limit import Limit
from armor.measure import Measure, against_floor
from armor.rules import rule
from armor.state import State


@rule(
    "max_total_loss", own="own_total_loss", title="Maximum loss", headline="Maximum loss reached", kind="floor",
    asks=FLOOR,
)  # fmt: skip
def max_total_loss(state: State, limit: Limit) -> Measure:
    """floor = initial balance − amount; it never moves.

    Source: FTMO academy, maximum loss: 10 % of the initial balance, on equity (FIRMS.md 3b).
    """
    amount = limit.money(state, state.starting_balance)
    return against_floor(state, limit, floor=state.starting_balance - amount, amount=amount)
