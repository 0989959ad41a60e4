"""I measure how much of the profit comes from the single best day."""

from decimal import Decimal

from armor.ask import Ask
from armor.limit import Limit
from armor.measure import Measure, progress, unmeasured
from armor.rules import rule
from armor.state import State


@rule(
    "best_day", title="Consistency", headline="Best day too large", kind="objective", unit="percent",
    moments=frozenset(), levels=(), asks={
        "max_share_percent": Ask(help="most of the profit the best day may make", needed=True, most=Decimal(100)),
        "denominator": Ask(kind="word", help="total profit, or the profit of the days that gained",
                           choices=("total_profit", "positive_days")),
    },
)  # fmt: skip
def best_day(state: State, limit: Limit) -> Measure:
    """Share of the best day in percent, met at `max_share_percent` or less; never a failure, keep trading.

    +4 000, +3 000, −1 000, +2 500: 4 000 of 8 500 is 47.1 % of the total, of 9 500 it is 42.1 % of the positive days.
    `needed` is the total at which the best day is small enough: best ÷ share. Sources: FTMO's FAQ (total profit) and
    powerFC/propfirm-rules-dataset (positive days) disagree, so it is a parameter. Without profit there is no share.
    """
    results = [day.pnl for day in state.past.days if day.closed]
    best = max(results, default=Decimal(0))
    positive = limit.options.get("denominator", "total_profit") == "positive_days"
    total = sum((pnl for pnl in results if pnl > 0 or not positive), Decimal(0))
    most = limit.number("max_share_percent")
    if best <= 0 or total <= 0:
        return unmeasured(state, limit, "there is no profit yet")
    share = 100 * best / total
    return progress(state, limit, used=share, goal=most, best=best, total=total, needed=100 * best / most,
                    met=share <= most)  # fmt: skip
