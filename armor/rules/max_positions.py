"""I count open positions, and those in one symbol."""

from collections import Counter
from decimal import Decimal

from armor.ask import COMMON, count
from armor.limit import Limit
from armor.measure import Measure, against_count
from armor.rules import ENTRIES, rule
from armor.state import State


@rule(
    "max_positions", title="Open positions", headline="Too many positions", unit="positions", moments=ENTRIES,
    asks=COMMON | {"positions": count("most positions open at once", needed=False),
                   "per_symbol": count("most positions open in one symbol", needed=False)},
)  # fmt: skip
def max_positions(state: State, limit: Limit) -> Measure:
    """Positions open at the moment another one is opened; the nearest of both counts."""
    found = [against_count(state, limit, used=0, most=Decimal(0))]
    if "positions" in limit.options:
        found.append(against_count(state, limit, used=len(state.open), most=limit.number("positions")))
    if "per_symbol" in limit.options:
        symbols = Counter(deal.symbol for deal in state.open)
        symbol, most = max(symbols.items(), key=lambda item: item[1], default=("", 0))
        found.append(against_count(state, limit, used=most, most=limit.number("per_symbol"), symbol=symbol))
    return max(found, key=lambda measure: (measure.level, measure.share))
