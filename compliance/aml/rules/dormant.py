"""I find accounts that slept and woke up large.

Pattern: no trade for 180 days, then within 7 days a volume of at least 20 times the median trade before, in at least 10
trades, when there were 10 trades before. Reference: FFIEC BSA/AML manual, appendix F (dormant account, sudden
activity).
May miss: an account that wakes slowly.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from statistics import median
from uuid import UUID

from compliance.aml.world import Deal, Found, World, rule

ASLEEP, BURST, TIMES, LEAST = timedelta(days=180), timedelta(days=7), 20, 10


@rule("dormant_then_active")
def dormant_then_active(world: World) -> Iterator[Found]:
    accounts: dict[UUID, list[Deal]] = {}
    for deal in sorted(world.deals, key=lambda d: d.entry_time):
        accounts.setdefault(deal.account, []).append(deal)
    for account, deals in accounts.items():
        for place in range(LEAST, len(deals)):
            slept = deals[place].entry_time - deals[place - 1].exit_time
            if slept < ASLEEP:
                continue
            burst = [d for d in deals[place:] if d.entry_time - deals[place].entry_time <= BURST]
            usual = Decimal(median(_value(d) for d in deals[:place]))
            volume = sum((_value(d) for d in burst), Decimal(0))
            if len(burst) >= LEAST and volume >= TIMES * usual and max(map(_value, burst)) >= 3 * usual:
                yield Found(
                    deals[place].person,
                    f"After {slept.days} days of silence, {len(burst)} trades within a week at many times the usual size.",  # noqa: E501
                    (str(account), f"{deals[place].entry_time:%Y-%m-%d}"),
                    {"account": str(account), "usual": str(usual), "volume": str(volume), "slept_days": slept.days},
                )  # fmt: skip


def _value(deal: Deal) -> Decimal:
    return deal.quantity * deal.entry_price
