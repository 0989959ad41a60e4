"""I measure what one trading day has lost against the most it may lose."""

from decimal import Decimal

from armor.ask import FLOOR, Ask
from armor.limit import Limit
from armor.measure import Measure, against_floor, unmeasured
from armor.rules import rule
from armor.state import State

UNKNOWN = "the equity at the day's reset is not known: no reading lies just before it"


@rule(
    "max_daily_loss", own="own_daily_loss", title="Daily loss", headline="Daily loss limit reached", kind="floor",
    asks=FLOOR | {"reference": Ask(kind="word", help="what the day's floor hangs on",
                                   choices=("balance", "equity", "max", "day_peak_equity"))},
)  # fmt: skip
def max_daily_loss(state: State, limit: Limit) -> Measure:
    """floor = reference at the day's reset − amount.

    The reference is the balance, the equity, or the higher of both at the reset, or the day's highest equity so far;
    the amount is money, or a percentage of the initial balance or of the reference. Floating results, swap and
    commission count as soon as equity is known. Where the equity at the reset is not known, the higher of both is at
    least the balance: what breaks that floor breaks the true one.
    Source: FTMO academy, maximum daily loss; The5ers, maximum daily loss (FIRMS.md 3a).
    """
    reference, unknown = _reference(state, limit)
    if reference is None:
        return unmeasured(state, limit, unknown)
    amount = limit.money(state, reference)
    return against_floor(state, limit, floor=reference - amount, amount=amount, unknown=unknown, reference=reference)


def _reference(state: State, limit: Limit) -> tuple[Decimal | None, str]:
    balance, equity = state.day_start_balance, state.day_start_equity
    if limit.reference == "balance":
        return balance, ""
    if limit.reference == "equity":
        return equity, "" if equity is not None else UNKNOWN
    if limit.reference == "max":
        return (balance, UNKNOWN) if equity is None else (max(balance, equity), "")
    peak = max(balance, state.worth) if state.day_peak is None else max(state.day_peak, state.worth)
    return peak, ""
