"""I run rules over an account's history and tell when each would have fired: the same walk that judges live."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Min

from accounts.models import TradingAccount
from armor import evidence
from armor.limit import Limit
from armor.rules import rules
from armor.verdict import Found, Key, judged
from trading.models import Trade


@dataclass(frozen=True, slots=True)
class Fired:
    """One level that would have been reached."""

    day: date
    level: int
    found: Found


def replay(
    account: TradingAccount, limits: Sequence[Limit], *, now: datetime, first: date | None = None
) -> list[Fired]:
    """In order of time, from `first` or the account's first trade on; nothing is written."""
    begins = first or _first(account, now)
    held = [limit for limit in limits if rules[limit.rule].kind != "objective"]
    if not held:
        return []
    book = evidence.book(account, first=begins, now=now, limits=held)
    found: dict[Key, Found] = judged(book, held).found
    fired = [Fired(day, level, one) for (_, level, day), one in found.items()]
    return sorted(fired, key=lambda one: (one.day, one.found.measure.state.at, one.level, one.found.limit.rule))


def _first(account: TradingAccount, now: datetime) -> date:
    standing = Trade.objects.filter(account=account, deleted_at=None)
    first = standing.aggregate(first=Min("entry_time"))["first"]
    return evidence.day_of(account, first or now)
