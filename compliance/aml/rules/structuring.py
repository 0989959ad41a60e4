"""I find structuring: several payments, each a little below the amount that is reported, together above it.

Pattern: at least 3 payments of one direction and currency, each of 80 to 100 % of 10,000, within 7 days. Reference: 31
U.S.C. 5324 and 31 CFR 1010.311 (USD); Directive (EU) 2015/849, article 11 (EUR); the reports of FINTRAC (CAD) and
AUSTRAC (AUD) begin at the same figure. Other currencies are not judged. May miss: payments spread over weeks or people.
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from compliance.aml.world import Found, Payment, World, rule

REPORTED, BELOW, LEAST, WINDOW = Decimal(10_000), Decimal("0.8"), 3, timedelta(days=7)
CURRENCIES = ("USD", "EUR", "CAD", "AUD")


@rule("structuring")
def structuring(world: World) -> Iterator[Found]:
    groups: dict[tuple[UUID, str, bool], list[Payment]] = {}
    for payment in sorted(world.payments or (), key=lambda p: p.at):
        if payment.currency in CURRENCIES and BELOW * REPORTED <= abs(payment.amount) < REPORTED:
            groups.setdefault((payment.person, payment.currency, payment.amount > 0), []).append(payment)
    for (person, currency, _), payments in groups.items():
        for first in payments:
            within = [p for p in payments if timedelta(0) <= p.at - first.at <= WINDOW]
            if len(within) >= LEAST:
                total = sum((abs(p.amount) for p in within), Decimal(0))
                yield Found(
                    person,
                    f"{len(within)} payments just below {REPORTED:,} {currency} within a week, {total:,} together.",
                    (f"{first.at:%Y-%m-%d}", currency), {"payments": [str(p.id) for p in within], "total": str(total)},
                )  # fmt: skip
                break
