"""I find mirror trades: two people, the same symbol, quantity and times, opposite sides.

Pattern: at least 5 pairs within 30 days whose entries and exits lie within 2 s of each other with the same quantity.
What one loses the other gains: value moves between them. Reference: FCA final notice to Deutsche Bank, 30 January 2017.
May miss: pairs with other quantities, or spread over a third person.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from compliance.aml.world import Deal, Found, World, rule

LEAST, APART, WINDOW = 5, timedelta(seconds=2), timedelta(days=30)


@rule("mirror_trades")
def mirror_trades(world: World) -> Iterator[Found]:
    recent = [d for d in world.deals if d.exit_time >= world.now - WINDOW]
    pairs: dict[tuple[UUID, UUID], list[tuple[Deal, Deal]]] = defaultdict(list)
    for pair in _mirrored(recent):
        first, second = sorted(pair, key=lambda d: str(d.person))
        pairs[first.person, second.person].append((first, second))
    for (one, two), found in pairs.items():
        if len(found) < LEAST:
            continue
        moved = sum((abs(a.pnl - b.pnl) / 2 for a, b in found), Decimal(0))
        for person, other in ((one, two), (two, one)):
            yield Found(
                person, f"{len(found)} trades mirror another person's: same moment, symbol and size, opposite sides.",
                (str(other), f"{found[0][0].entry_time:%Y-%m}"),
                {"other": str(other), "moved": str(moved), "trades": [[str(a.id), str(b.id)] for a, b in found]},
            )  # fmt: skip


def _mirrored(deals: list[Deal]) -> Iterator[tuple[Deal, Deal]]:
    """Opposite trades of two people; each trade in one pair at most."""
    groups: dict[tuple[str, Decimal], list[Deal]] = defaultdict(list)
    for deal in deals:
        groups[deal.symbol, deal.quantity].append(deal)
    for group in groups.values():
        group.sort(key=lambda d: d.entry_time)
        used: set[UUID] = set()
        for place, one in enumerate(group):
            for other in group[place + 1 :]:
                if other.entry_time - one.entry_time > APART:
                    break
                if {one.id, other.id} & used or one.person == other.person or one.side == other.side:
                    continue
                if abs(one.exit_time - other.exit_time) <= APART:
                    used |= {one.id, other.id}
                    yield one, other
