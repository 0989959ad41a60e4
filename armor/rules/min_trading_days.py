"""I count trading days in the three ways that firms count them."""

from decimal import Decimal

from armor.ask import Ask, count
from armor.book import DayResult
from armor.limit import Limit
from armor.measure import Measure, progress
from armor.rules import rule
from armor.state import State

KINDS = ("trading_day", "day_with_opened_trade", "profitable_day")


@rule(
    "min_trading_days", title="Trading days", headline="Trading days reached", kind="objective", unit="days",
    moments=frozenset(), levels=(), asks={
        "days": count("how many days are needed", least=0),
        "kind": Ask(kind="word", help="what counts as a day", choices=KINDS),
        "min_profit_percent": Ask(help="least closed profit of a profitable day, percent of the initial balance",
                                  most=Decimal(100)),
        "min_profit": Ask(help="the same in money"),
    },
)  # fmt: skip
def min_trading_days(state: State, limit: Limit) -> Measure:
    """trading_day: a trade opened or closed; day_with_opened_trade: at least one opened (FTMO); profitable_day: closed
    result of at least min_profit (The5ers: 0.5 % of the initial balance)."""
    kind = str(limit.options.get("kind", "trading_day"))
    least = _least(state, limit)
    days = [day for day in state.past.days if _is_one(day, kind, least)]
    return progress(state, limit, used=Decimal(len(days)), goal=limit.number("days"), kind=kind)


def _least(state: State, limit: Limit) -> Decimal:
    if "min_profit" in limit.options:
        return limit.number("min_profit")
    return state.starting_balance * limit.number("min_profit_percent") / 100


def _is_one(day: DayResult, kind: str, least: Decimal) -> bool:
    if kind == "profitable_day":
        return day.pnl >= least and day.pnl > 0
    return day.opened > 0 if kind == "day_with_opened_trade" else day.opened + day.closed > 0
