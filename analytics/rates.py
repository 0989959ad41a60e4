"""I keep dated exchange rates, and say what a currency was worth in another on a day; I never invent one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import connection, transaction

from analytics.models import ExchangeRate
from analytics.rates_file import BASE, Quoted

# A rate holds until the next one, at the longest so many days: over Easter and Christmas the bank is silent for four.
OLDEST_DAYS = 7

WRITE = """
    INSERT INTO exchange_rates (source, rate_date, base, quote, rate)
    SELECT %s, day, %s, quote, rate FROM unnest(%s::date[], %s::text[], %s::numeric[]) AS told (day, quote, rate)
    ON CONFLICT DO NOTHING
"""
BATCH = 20_000


@dataclass(frozen=True, slots=True)
class Kept:
    read: int
    new: int


@transaction.atomic
def keep_rates(told: Iterable[Quoted], *, source: str) -> Kept:
    """Write what is not known yet; a rate that differs from the known one of its day is kept beside it and read."""
    quoted = list(told)
    new = 0
    with connection.cursor() as cursor:
        for first in range(0, len(quoted), BATCH):
            part = quoted[first : first + BATCH]
            days, quotes, rates = [q.day for q in part], [q.quote for q in part], [q.rate for q in part]
            cursor.execute(WRITE, [source, BASE, days, quotes, rates])
            new += cursor.rowcount
    return Kept(len(quoted), new)


class Rates:
    """Rates against the euro by currency and day; two currencies meet through it, both on the same day."""

    def __init__(self, against: Mapping[str, Mapping[date, Decimal]]) -> None:
        self._against = against

    def __call__(self, currency: str, base: str, day: date) -> Decimal | None:
        """What one unit of `currency` is worth in `base`: of that day, or the last before it within OLDEST_DAYS."""
        if currency == base:
            return Decimal(1)
        for back in range(OLDEST_DAYS + 1):
            of, into = self._on(currency, day - timedelta(days=back)), self._on(base, day - timedelta(days=back))
            if of and into:
                return into / of
        return None

    def _on(self, currency: str, day: date) -> Decimal | None:
        return Decimal(1) if currency == BASE else self._against.get(currency, {}).get(day)


NO_RATES = Rates({})


def rates_of(currencies: Iterable[str], base: str, first: date, last: date) -> Rates:
    """Every rate needed to bring these currencies into `base` from the first day to the last; one query, or none."""
    wanted = {*currencies, base} - {BASE}
    if not set(currencies) - {base}:
        return NO_RATES
    since = max(first.toordinal() - OLDEST_DAYS, 1)
    found = ExchangeRate.objects.filter(
        base=BASE, quote__in=wanted, rate_date__range=(date.fromordinal(since), last)
    ).order_by("id")
    against: dict[str, dict[date, Decimal]] = {}
    for quote, day, rate in found.values_list("quote", "rate_date", "rate"):
        against.setdefault(quote, {})[day] = rate
    return Rates(against)
