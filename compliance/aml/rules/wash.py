"""I find wash-like round trips: in and out within seconds, for nothing, again and again.

Pattern: at least 8 trades of one person in one symbol on one day, each held for 60 s at most, each moving its price by
0.02 % at most, both sides used. Reference: CFTC, 17 CFR 1.38 and 180.1; FINRA rule 5210.02 (self-trades).
May miss: round trips through two accounts of two people (see mirror), slow ones.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from itertools import groupby

from compliance.aml.world import Deal, Found, World, rule

LEAST, LONGEST, MOST_MOVE = 8, timedelta(seconds=60), Decimal("0.0002")


def is_empty(deal: Deal) -> bool:
    moved = abs(deal.exit_price - deal.entry_price) / deal.entry_price
    return deal.exit_time - deal.entry_time <= LONGEST and moved <= MOST_MOVE


@rule("wash_trades")
def wash_trades(world: World) -> Iterator[Found]:
    for person, deals in world.by_person().items():
        empty = sorted((d for d in deals if is_empty(d)), key=lambda d: (d.symbol, d.entry_time))
        for (symbol, day), group in groupby(empty, key=lambda d: (d.symbol, d.entry_time.date())):
            found = list(group)
            if len(found) >= LEAST and {d.side for d in found} == {"long", "short"}:
                volume = sum((d.quantity for d in found), Decimal(0))
                yield Found(
                    person, f"{len(found)} round trips in {symbol} on {day} in and out within a minute for nothing.",
                    (symbol, str(day)), {"trades": [str(d.id) for d in found], "volume": str(volume)},
                )  # fmt: skip
