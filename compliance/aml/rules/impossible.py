"""I find results that their own prices do not allow: a gain where the price went against the trade, or far beyond it.

Pattern: a trade entered by hand whose result has the other sign than its price's move, by more than 1 % of its
value, in
at least 3 trades of a person within 90 days. Imported trades are left out: their figures are the broker's, whose
multipliers we do not know. Reference: own rule. May miss: results that are too large but of the right sign.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

from compliance.aml.world import Deal, Found, World, rule

LEAST, WINDOW, SHARE = 3, timedelta(days=90), Decimal("0.01")


def is_impossible(deal: Deal) -> bool:
    moved = (deal.exit_price - deal.entry_price) * (1 if deal.side == "long" else -1)
    value = deal.quantity * deal.entry_price
    return deal.source == "manual" and moved < 0 < deal.pnl and deal.pnl > SHARE * value


@rule("impossible_result")
def impossible_result(world: World) -> Iterator[Found]:
    for person, deals in world.by_person().items():
        found = [d for d in deals if d.exit_time >= world.now - WINDOW and is_impossible(d)]
        if len(found) >= LEAST:
            total = sum((d.pnl for d in found), Decimal(0))
            yield Found(
                person, f"{len(found)} trades by hand report a gain although the price went against them.",
                (f"{found[0].exit_time:%Y-%m}",), {"trades": [str(d.id) for d in found], "gain": str(total)},
            )  # fmt: skip
