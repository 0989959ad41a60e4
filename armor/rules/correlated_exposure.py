"""I count positions in markets that move together, over all of a person's accounts."""

from collections import Counter

from armor.ask import COMMON, Ask, count
from armor.book import Deal
from armor.limit import Limit
from armor.measure import Measure, against_count
from armor.rules import ENTRIES, rule
from armor.state import State


@rule(
    "correlated_exposure", title="Correlated exposure", headline="Too many positions that move together",
    unit="positions", moments=ENTRIES, asks=COMMON | {
        "positions": count("most positions in the same direction"),
        "symbols": Ask(kind="words", help="markets that move together; without it, those that share a name"),
    },
)  # fmt: skip
def correlated_exposure(state: State, limit: Limit) -> Measure:
    """Positions of one direction in `symbols` (or in the very same symbol), in this account and all others together.

    Which markets move together is the trader's to say; the product does not guess it.
    """
    wanted = {str(symbol).upper() for symbol in limit.options.get("symbols", ())}
    standing = [*state.open, *state.past.standing_elsewhere(state.at)]
    groups = Counter(group for deal in standing if (group := _group(deal, wanted)))
    (name, side), most = max(groups.items(), key=lambda item: item[1], default=(("", ""), 0))
    return against_count(state, limit, used=most, most=limit.number("positions"), group=name, side=side)


def _group(deal: Deal, wanted: set[str]) -> tuple[str, str] | None:
    symbol = deal.symbol.upper()
    if not wanted:
        return symbol, deal.side
    return ("group", deal.side) if symbol in wanted else None
