"""I read from the database what a rule may know of an account, as one book; a walk through it asks nothing more."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, Max, Q

from accounts.models import TradingAccount
from aetheris import clock
from armor import calendars
from armor.book import Book, DayResult, Deal, Past, Pause, Position, Reading
from armor.limit import Limit
from armor.marks import MARK, Remembered
from armor.models import Cooling
from armor.moments import moments
from armor.rules import rules
from armor.state import State
from trading.models import Reading as StoredReading
from trading.models import Trade
from trading.positions import as_position

ZERO = Decimal(0)
AHEAD = timedelta(days=7)
LOOK_BACK = timedelta(days=3)  # what conduct may look at across a reset
LEAN = ("id", "symbol", "side", "entry_time", "exit_time", "pnl")
WHOLE = (*LEAN, "quantity", "entry_price", "stop_loss", "initial_risk")
SEEN = Remembered()


def day_of(account: TradingAccount, at: datetime) -> date:
    return clock.trading_day(at, account.day_timezone, account.day_starts_at)


def bounds(account: TradingAccount, day: date) -> tuple[datetime, datetime]:
    return clock.day_bounds(day, account.day_timezone, account.day_starts_at)


def fresh() -> timedelta:
    """How old a reading may be and still be the live equity."""
    return timedelta(seconds=settings.ARMOR_FRESH_SECONDS)


def first_day(account: TradingAccount, touched_from: datetime | None, now: datetime) -> date:
    """The first trading day to judge: a change moves every balance after it.

    Days before the account was first known here are history, not breaches that could have been seen.
    """
    touched = day_of(account, touched_from) if touched_from else day_of(account, now)
    return max(min(touched, day_of(account, now)), day_of(account, account.created_at))


def states(account: TradingAccount, first: date, now: datetime) -> Iterable[State]:
    """The account at each reset and after each of its trades and readings from `first` on; the last one is now."""
    return moments(book(account, first=first, now=now), frozenset({"reset", "close", "reading"}))


def book(
    account: TradingAccount, *, first: date, now: datetime, since: datetime | None = None, limits: Sequence[Limit] = (),
    again: bool = False,
) -> Book:  # fmt: skip
    """All that these limits may ask about from the start of trading day `first` to now.

    `again`: somebody may have looked at the same past before, as those who open a page do; a judge sees a new one.
    Trades of just after now (a broker's clock runs ahead) move now with them; what is dated later is told as `ahead`.
    """
    start = bounds(account, first)[0]
    since = max(since or start, start)
    conduct = any(rules[limit.rule].kind != "floor" for limit in limits)
    deals = _deals(account, start - (LOOK_BACK if conduct else fresh()), conduct)
    now, ahead = _ends(deals, now)
    balance, eod_peak = (_before_again if again else _before)(account, start)
    trailing = [limit.mode for limit in limits if rules[limit.rule].kind == "floor"] or ["eod_balance"]
    return Book(
        starting_balance=account.starting_balance, zone=account.day_timezone, starts_at=account.day_starts_at,
        first=first, since=since, now=now, ahead=ahead, balance=balance, fresh=fresh(),
        eod_peak=eod_peak,
        closed_peak=_closed_peak(account, start) if set(trailing) & {"closed_balance", "intraday_equity"} else None,
        **_read(account, start, since, now),
        past=Past(
            deals=deals,
            elsewhere=_elsewhere(account, start) if _asks(limits, "correlated_exposure") else (),
            events=calendars.events(start - LOOK_BACK, now + LOOK_BACK) if _asks(limits, "news_window") else (),
            days=days(account) if _wants_days(limits) else (),
            pauses=_pauses(account, start) if _asks(limits, "cooling_period") else (),
        ),
    )  # fmt: skip


def _ends(deals: Sequence[Deal], now: datetime) -> tuple[datetime, datetime | None]:
    """Now, and how far ahead of it trades are dated: a week at most, what lies beyond waits for its day."""
    told = [moment for deal in deals for moment in (deal.entry_time, deal.exit_time) if moment]
    near = max((moment for moment in told if now < moment <= now + fresh()), default=now)
    return near, max((moment for moment in told if near < moment <= now + AHEAD), default=None)


def _asks(limits: Iterable[Limit], rule: str) -> bool:
    return any(limit.rule == rule for limit in limits)


def _wants_days(limits: Iterable[Limit]) -> bool:
    return any("history_factor" in limit.options or rules[limit.rule].kind == "objective" for limit in limits)


def _deals(account: TradingAccount, start: datetime, whole: bool) -> list[Deal]:
    """What ended at `start` or later, or still stands."""
    standing = Q(exit_time__gte=start) | Q(exit_time__isnull=True)
    names = WHOLE if whole else LEAN
    rows = Trade.objects.filter(standing, account=account, deleted_at=None).order_by(
        F("exit_time").asc(nulls_last=True), "entry_time", "id"
    )
    lean: dict[str, Any] = {} if whole else {"quantity": ZERO}
    return [Deal(**dict(zip(names, row, strict=True)), **lean) for row in rows.values_list(*names)]


def _elsewhere(account: TradingAccount, start: datetime) -> list[Deal]:
    """The person's deals in other accounts."""
    standing = Q(exit_time__gte=start) | Q(exit_time__isnull=True)
    rows = Trade.objects.filter(standing, user_id=account.user_id, deleted_at=None).exclude(account=account)
    return [Deal(**dict(zip(WHOLE, row, strict=True))) for row in rows.values_list(*WHOLE)]


def has_pauses(account: TradingAccount) -> bool:
    return Cooling.objects.filter(account=account).exists()


def _pauses(account: TradingAccount, start: datetime) -> list[Pause]:
    rows = Cooling.objects.filter(account=account, ends_at__gt=start).values_list("started_at", "ends_at")
    return [Pause(begins=begins, ends=ends) for begins, ends in rows.order_by("started_at")]


def _read(account: TradingAccount, start: datetime, since: datetime, now: datetime) -> dict[str, Any]:
    """What was read and its peaks; most accounts have no broker that reads, and are asked of it once.

    What a broker whose clock runs ahead has read is known by now, and so was read by now.
    """
    last = _last(account)
    known = [replace(read, at=min(read.at, now)) for read in ((last and _readings(account, start, since)) or last)]
    return {"readings": known, **_read_peaks(account, start, since)} if last else {}


def _readings(account: TradingAccount, start: datetime, since: datetime) -> list[Reading]:
    """From `since` on, and the last ones before the start, which may tell the equity at its reset."""
    at_reset = Q(read_at__gte=start - fresh(), read_at__lte=start)
    rows = StoredReading.objects.filter(at_reset | Q(read_at__gte=since), account=account).order_by("read_at", "id")
    return [_reading(row) for row in rows.values("read_at", "equity", "balance", "positions")]


def _last(account: TradingAccount) -> list[Reading]:
    """What was read last; however old, it may still tell of open positions."""
    rows = StoredReading.objects.filter(account=account).order_by("-read_at", "-id")
    return [_reading(row) for row in rows.values("read_at", "equity", "balance", "positions")[:1]]


def _reading(row: Mapping[str, Any]) -> Reading:
    told = [as_position(position) for position in row["positions"]]
    positions = tuple(
        Position(symbol=one.symbol, side=one.side, quantity=one.quantity, open_profit=one.open_profit,
                 stop_loss=one.stop_loss)
        for one in told
    )  # fmt: skip
    return Reading(at=row["read_at"], equity=row["equity"], balance=row["balance"], positions=positions)


def _read_peaks(account: TradingAccount, start: datetime, since: datetime) -> dict[str, Decimal | None]:
    """The highest equity read before the start, before `since`, and between both."""
    told = StoredReading.objects.filter(account=account, read_at__lt=since)
    peaks: dict[str, Decimal | None] = told.aggregate(
        equity_peak=Max("equity", filter=Q(read_at__lt=start)),
        peak_until_since=Max("equity"),
        day_peak_until_since=Max("equity", filter=Q(read_at__gte=start)),
    )
    return peaks


DAILY = """
    SELECT coalesce(c.day, o.day), coalesce(c.pnl, 0), coalesce(o.n, 0), coalesce(c.n, 0)
    FROM (SELECT ((exit_time AT TIME ZONE %(zone)s) - %(shift)s::interval)::date AS day, sum(pnl) AS pnl, count(*) AS n
          FROM trades WHERE user_id = %(user)s AND account_id = %(account)s AND deleted_at IS NULL
          AND exit_time IS NOT NULL GROUP BY 1) c
    FULL JOIN (SELECT ((entry_time AT TIME ZONE %(zone)s) - %(shift)s::interval)::date AS day, count(*) AS n
               FROM trades WHERE user_id = %(user)s AND account_id = %(account)s AND deleted_at IS NULL GROUP BY 1) o
         ON o.day = c.day
    ORDER BY 1
"""
BEFORE = f"""
    SELECT coalesce(sum(net), 0), coalesce(max(running), 0), {MARK.format("%(account)s")} FROM (
        SELECT sum(pnl) AS net, sum(sum(pnl)) OVER (ORDER BY day) AS running
        FROM (SELECT ((exit_time AT TIME ZONE %(zone)s) - %(shift)s::interval)::date AS day, pnl FROM trades
              WHERE user_id = %(user)s AND account_id = %(account)s AND deleted_at IS NULL
              AND exit_time < %(before)s) closed
        GROUP BY day
    ) days
"""  # noqa: S608 (a constant)
CLOSED_PEAK = """
    SELECT max(running) FROM (
        SELECT sum(sum(pnl)) OVER (ORDER BY exit_time) AS running FROM trades
        WHERE user_id = %(user)s AND account_id = %(account)s AND deleted_at IS NULL AND exit_time < %(before)s
        GROUP BY exit_time
    ) moments
"""


def days(account: TradingAccount) -> list[DayResult]:
    """Every trading day with a trade opened or closed in it, in order."""
    late = timedelta(days=1) if account.day_starts_at.hour >= 12 else timedelta(0)
    return [
        DayResult(day=day + late, pnl=pnl, opened=opened, closed=closed)
        for day, pnl, opened, closed in _ask(DAILY, account)
    ]


def _before(account: TradingAccount, start: datetime) -> tuple[Decimal, Decimal]:
    """The balance at the start, and the highest at the end of a trading day before it, the first balance included."""
    net, highest, _mark = _ask(BEFORE, account, before=start)[0]
    return account.starting_balance + net, account.starting_balance + max(ZERO, highest)


def _before_again(account: TradingAccount, start: datetime) -> tuple[Decimal, Decimal]:
    """The same; a hundred thousand results are added up once for as long as they stand."""
    of = (account.id, account.day_timezone, account.day_starts_at, start)
    found = SEEN.get(_ask(f"SELECT {MARK.format('%(account)s')}", account)[0][0], *of)
    if found is None:
        *told, mark = _ask(BEFORE, account, before=start)[0]
        found = tuple(told)
        SEEN.keep(found, mark, *of)
    net, highest = found
    return account.starting_balance + net, account.starting_balance + max(ZERO, highest)


def _closed_peak(account: TradingAccount, before: datetime) -> Decimal:
    return account.starting_balance + max(ZERO, _ask(CLOSED_PEAK, account, before=before)[0][0] or ZERO)


def _ask(query: str, account: TradingAccount, **told: Any) -> list[tuple[Any, ...]]:
    shift = f"{account.day_starts_at.hour * 60 + account.day_starts_at.minute} minutes"
    known: dict[str, Any] = {
        "zone": account.day_timezone,
        "shift": shift,
        "user": account.user_id,
        "account": account.id,
    }
    with connection.cursor() as cursor:
        cursor.execute(query, known | told)
        return cursor.fetchall()
