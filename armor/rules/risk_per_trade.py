"""I measure the money a trade puts at risk when it is opened."""

from decimal import Decimal

from armor.ask import AMOUNT, BASE, COMMON, PERCENT
from armor.limit import Limit
from armor.measure import Measure, forbidden, unmeasured
from armor.rules import ENTRIES, rule
from armor.state import State


@rule(
    "risk_per_trade", title="Risk per trade", headline="Risk per trade too high", moments=ENTRIES, levels=(2, 3),
    asks=COMMON | {"amount": AMOUNT, "percent": PERCENT, "base": BASE},
)  # fmt: skip
def risk_per_trade(state: State, limit: Limit) -> Measure:
    """Broken when the risk at entry is above the amount; a trade is opened at once, so there is nothing to warn of
    before. A risk that nobody told is unknown, never zero: `missing_stop` is the rule for that."""
    deals = [state.deal] if state.deal else list(state.open)
    risks = [deal.initial_risk for deal in deals if deal.initial_risk is not None]
    amount = limit.money(state, state.day_start_balance)
    if not risks:
        return unmeasured(state, limit, "the risk at entry is not known" if deals else "no position is open")
    risk = max(risks, default=Decimal(0))
    if risk > amount:
        return forbidden(state, limit, done=True, used=risk, most=amount)
    return Measure(rule=limit.rule, used=risk, limit=amount, level=0, broken=False, state=state)
