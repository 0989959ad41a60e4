"""I measure what a single trade lost against the most one may lose."""

from decimal import Decimal

from armor.ask import AMOUNT, BASE, COMMON, PERCENT
from armor.limit import Limit
from armor.measure import Measure, reached
from armor.rules import rule
from armor.state import State


@rule(
    "loss_per_trade", title="Loss per trade", headline="Loss per trade reached",
    moments=frozenset({"close", "reading"}), asks=COMMON | {"amount": AMOUNT, "percent": PERCENT, "base": BASE},
)  # fmt: skip
def loss_per_trade(state: State, limit: Limit) -> Measure:
    """The worst trade closed at this moment, or the worst position read; the percentage is of the initial balance or
    of the day's opening balance. Reaching the amount breaks it. Positions whose result is unsaid are not counted."""
    amount = limit.money(state, state.day_start_balance)
    lost = max((-result for result in _results(state)), default=Decimal(0))
    used = max(Decimal(0), lost)
    broken = amount > 0 and used >= amount
    return Measure(
        rule=limit.rule, used=used, limit=amount, broken=broken, state=state,
        level=3 if broken else reached(used, amount, limit.levels),
    )  # fmt: skip


def _results(state: State) -> list[Decimal]:
    if state.event == "close":
        return [deal.pnl for deal in state.past.closed(state.at, state.at) if deal.pnl is not None]
    floating = [position.open_profit for position in state.positions if position.open_profit is not None]
    if state.event == "reading":
        return floating
    return floating + [deal.pnl for deal in state.closed_today() if deal.pnl is not None]
