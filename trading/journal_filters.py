"""I read from the journal's address which trades are asked for, and say it back in words."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import reduce
from itertools import groupby
from operator import or_
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import TradingAccount
from aetheris import clock
from trading.models import Trade

NAMES = ("q", "account", "symbol", "side", "status", "from", "to", "setup", "tag", "result", "rating", "min_pnl",
         "max_pnl")  # fmt: skip
RESULTS = {"win": Q(pnl__gt=0), "loss": Q(pnl__lt=0), "scratch": Q(pnl=0)}
EPOCH, NOT_YET = datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
FARTHEST = (NOT_YET - EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is on, and the address without it."""

    label: str
    url: str


def asked(query: Any) -> dict[str, str]:
    """Every filter by its name, as text; empty where it is off."""
    return {name: query.get(name, "").strip()[:200] for name in NAMES}


def narrowed(trades: QuerySet[Trade], by: dict[str, str], accounts: list[TradingAccount]) -> QuerySet[Trade]:
    """What the address asks for; a value that makes no sense finds nothing rather than everything."""
    if words := by["q"]:
        trades = trades.filter(Q(symbol__icontains=words) | Q(tags__contains=[words]) | Q(setup__icontains=words)
                               | Q(trade_notes__icontains=words))  # fmt: skip
    if by["account"]:
        trades = trades.filter(account_id=UUID(by["account"])) if is_id(by["account"]) else trades.none()
    plain = {"symbol__iexact": by["symbol"], "side": by["side"], "status": by["status"], "setup": by["setup"]}
    trades = trades.filter(**{name: value for name, value in plain.items() if value})
    if by["tag"]:
        trades = trades.filter(tags__contains=[by["tag"]])
    if by["result"]:
        trades = trades.filter(RESULTS[by["result"]]) if by["result"] in RESULTS else trades.none()
    if by["rating"]:
        trades = trades.filter(review__rating=by["rating"]) if by["rating"] in "12345" else trades.none()
    return _between(_by_money(trades, by), by, accounts)


def _by_money(trades: QuerySet[Trade], by: dict[str, str]) -> QuerySet[Trade]:
    for name, lookup in (("min_pnl", "pnl__gte"), ("max_pnl", "pnl__lte")):
        if by[name]:
            amount = _amount(by[name])
            trades = trades.filter(**{lookup: amount}) if amount is not None else trades.none()
    return trades


def _between(trades: QuerySet[Trade], by: dict[str, str], accounts: list[TradingAccount]) -> QuerySet[Trade]:
    """Days are trading days of each trade's own account, as in the calendar and in the API."""
    if not by["from"] and not by["to"]:
        return trades
    first, last = (as_day(by[name]) if by[name] else None for name in ("from", "to"))
    if (by["from"] and first is None) or (by["to"] and last is None):
        return trades.none()
    inside = []
    for (zone, starts_at), same in groupby(sorted(accounts, key=_clock), key=_clock):
        within = Q(account_id__in=[account.id for account in same], exit_time__isnull=False)
        if first:
            within &= Q(exit_time__gte=clock.day_bounds(first, zone, starts_at)[0])
        if last:
            within &= Q(exit_time__lt=clock.day_bounds(last, zone, starts_at)[1])
        inside.append(within)
    return trades.filter(reduce(or_, inside)) if inside else trades.none()


def _clock(account: TradingAccount) -> tuple[str, Any]:
    return account.day_timezone, account.day_starts_at


def chips(by: dict[str, str], accounts: list[TradingAccount]) -> list[Chip]:
    named = {str(account.id): account.account_name for account in accounts}
    words = {
        "q": "“{}”", "account": "{}", "symbol": "{}", "side": "{}", "status": "{}", "from": _("from {}"),
        "to": _("to {}"), "setup": "{}", "tag": "#{}", "result": "{}", "rating": _("rated {}"),
        "min_pnl": _("at least {}"), "max_pnl": _("at most {}"),
    }  # fmt: skip
    shown = by | {"account": named.get(by["account"], _("unknown account"))}
    return [Chip(words[name].format(_word(shown[name])), f"?{query(by, **{name: ''})}") for name in NAMES if by[name]]


def _word(value: str) -> str:
    known = {"long": _("long"), "short": _("short"), "open": _("open"), "closed": _("closed"), "win": _("wins"),
             "loss": _("losses"), "scratch": _("scratches")}  # fmt: skip
    return known.get(value, value)


def query(by: dict[str, str], **changed: str) -> str:
    """The address of these filters; empty ones are left out."""
    return urlencode({name: value for name, value in (by | changed).items() if value})


def after(trades: QuerySet[Trade], cursor: str) -> QuerySet[Trade]:
    """Only what comes after a page's last trade: `<microseconds of its end>_<id>`; an open one ends far ahead."""
    moment, _split, id = cursor.partition("_")
    if not (moment.isdecimal() and len(moment) < 19 and int(moment) <= FARTHEST and is_id(id)):
        return trades
    at = EPOCH + timedelta(microseconds=int(moment))
    if at == NOT_YET:
        return trades.filter(Q(exit_time__isnull=False) | Q(id__lt=id))
    # The first condition says nothing new, but is one that an index can begin at.
    return trades.filter(Q(exit_time__lt=at) | Q(id__lt=id), exit_time__lte=at)


def cursor_of(trade: Trade) -> str:
    return f"{((trade.exit_time or NOT_YET) - EPOCH) // timedelta(microseconds=1)}_{trade.id}"


def is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def as_day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 1971 <= day.year <= 9000 else None


def _amount(text: str) -> Decimal | None:
    try:
        amount = Decimal(text.replace("\u2212", "-").replace(",", "."))
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < 10**12 else None
