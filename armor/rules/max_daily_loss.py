"""I measure what one trading day has lost against the most it may lose."""

from decimal import Decimal

from armor.rules import rule
from armor.state import Limit, Measure, State, against_floor


@rule("max_daily_loss", title="Daily loss", headline="Daily loss limit reached")
def max_daily_loss(state: State, limit: Limit) -> Measure:
    """floor = reference at the day's reset − amount.

    The reference is the balance, the equity, or the higher of both at the reset; the amount is money, or a percentage
    of the initial balance or of the reference. Floating results, swap and commission count as soon as equity is known.
    Source: FTMO academy, maximum daily loss; The5ers, maximum daily loss (FIRMS.md 3a).
    """
    reference = _reference(state, limit)
    amount = limit.money(state, reference)
    return against_floor(state, limit, floor=reference - amount, amount=amount, reference=reference)


def _reference(state: State, limit: Limit) -> Decimal:
    equity = state.day_start_balance if state.day_start_equity is None else state.day_start_equity
    return {
        "balance": state.day_start_balance,
        "equity": equity,
        "max": max(state.day_start_balance, equity),
    }[limit.reference]
