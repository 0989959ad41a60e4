"""I measure how much of the open risk lies in one symbol."""

from collections import defaultdict
from decimal import Decimal

from armor.ask import COMMON, Ask
from armor.limit import Limit
from armor.measure import Measure, reached, unmeasured
from armor.rules import ENTRIES, rule
from armor.state import State


@rule(
    "symbol_concentration", title="Concentration", headline="Too much risk in one symbol", unit="percent",
    moments=ENTRIES, asks=COMMON | {"percent": Ask(help="most of the open risk in one symbol", needed=True, most=100)},
)  # fmt: skip
def symbol_concentration(state: State, limit: Limit) -> Measure:
    """Share of the open positions' initial risk in the heaviest symbol; above `percent` it is broken.

    With one position alone there is nothing to spread. A position whose risk nobody told leaves it unknown.
    """
    if len(state.open) < 2:
        return unmeasured(state, limit, "fewer than two positions are open")
    risks = [deal.initial_risk for deal in state.open if deal.initial_risk is not None]
    if len(risks) < len(state.open) or not sum(risks):
        return unmeasured(state, limit, "the risk of a position is not known")
    by_symbol: defaultdict[str, Decimal] = defaultdict(Decimal)
    for deal in state.open:
        by_symbol[deal.symbol] += deal.initial_risk or 0
    symbol, heaviest = max(by_symbol.items(), key=lambda item: item[1])
    used, most = 100 * heaviest / sum(risks, Decimal(0)), limit.percent or Decimal(100)
    level = 3 if used > most else reached(used, most, limit.levels)
    return Measure(rule=limit.rule, used=used, limit=most, level=level, broken=level == 3, state=state,
                   facts={"symbol": symbol})  # fmt: skip
