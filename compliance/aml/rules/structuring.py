"""I find structuring: several payments, each a little below the amount that is reported, together above it.

Pattern: at least 3 payments of 80 to 100 % of 10,000 within 7 days. Reference: 31 U.S.C. 5324; Directive (EU) 2015/849,
article 11(b). Not enforceable where payments are not recorded: then I find nothing, and the desk says so.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from compliance.aml.world import Found, Payment, World, rule

REPORTED, BELOW, LEAST, WINDOW = Decimal(10_000), Decimal("0.8"), 3, timedelta(days=7)


@rule("structuring")
def structuring(world: World) -> Iterator[Found]:
    near = [p for p in world.payments or () if BELOW * REPORTED <= abs(p.amount) < REPORTED]
    people: dict[UUID, list[Payment]] = {}
    for payment in sorted(near, key=lambda p: p.at):
        people.setdefault(payment.person, []).append(payment)
    for person, payments in people.items():
        for first in payments:
            within = [p for p in payments if timedelta(0) <= p.at - first.at <= WINDOW]
            if len(within) >= LEAST:
                total = sum((abs(p.amount) for p in within), Decimal(0))
                yield Found(
                    person, f"{len(within)} payments just below {REPORTED:,} within a week, {total:,} together.",
                    (f"{first.at:%Y-%m-%d}",), {"payments": [str(p.id) for p in within], "total": str(total)},
                )  # fmt: skip
                break
