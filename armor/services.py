"""I judge accounts: claim what is due, measure each rule on each moment, write each breach once."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.models import TradingAccount
from aetheris import clock, live
from aetheris.money import to_stored
from armor import evidence, limit_changes, programmes, rulesets
from armor.book import Book
from armor.forecast import RULE as FORECAST
from armor.forecast import forecast, told
from armor.limit import Limit
from armor.limits import limits_of
from armor.models import Breach, BreachCounter, Due, PropFirmTemplate
from armor.proof import proof
from armor.rules import rules
from armor.signals import account_judged
from armor.verdict import Day, Found, Key, Verdict, judged

Keys = dict[Key, Found]


def judge_due(account_id: UUID, *, now: datetime | None = None) -> list[Breach]:
    """Judge an account if it is due, in the caller's transaction and as its owner; the breaches that are new.

    It is due when a trade or a reading was written, or when the moment has come at which a rule wants to look again.
    """
    now = now or clock.now()
    claimed = Due.objects.select_for_update().filter(account_id=account_id).first()
    if claimed is None or not claimed.is_due(now):
        return []
    touched, ids = claimed.touched_from, claimed.trade_ids
    account = TradingAccount.objects.get(pk=account_id)
    breaches, wake_at = _judge(account, claimed, now)
    Due.objects.filter(pk=claimed.pk).update(
        due_since=None, touched_from=None, read_from=None, trade_ids=[], wake_at=wake_at
    )
    if touched is not None:
        account_judged.send(sender=Due, account=account, touched_from=touched)
        transaction.on_commit(lambda: live.ring_trades(account.user_id, account.id, ids))
    return breaches


def judge(account: TradingAccount, *, touched_from: datetime | None, now: datetime) -> list[Breach]:
    """Measure every limit on every moment since the change, and write the levels reached for the first time."""
    _take_the_line(account)
    breaches, wake_at = _judge(account, Due(account=account, touched_from=touched_from), now)
    if wake_at is not None:
        later = Q(wake_at=None) | Q(wake_at__gt=wake_at)
        Due.objects.filter(later, account=account).update(wake_at=wake_at)
    return breaches


def _take_the_line(account: TradingAccount) -> None:
    """Behind whoever writes a trade at this moment: two that judge side by side would tell the same breach twice."""
    Due.objects.bulk_create([Due(account=account, user_id=account.user_id)], ignore_conflicts=True)
    Due.objects.select_for_update().get(account=account)


def _judge(account: TradingAccount, due: Due, now: datetime) -> tuple[list[Breach], datetime | None]:
    """The new breaches, and when to look again."""
    limits = judged_limits(account)
    if not limits:
        return [], None
    since = _since(account, due, now)
    book = evidence.book(account, first=evidence.first_day(account, since, now), now=now, since=since, limits=limits)
    known = _known(account, book.first)
    verdict = judged(book, limits, _settled(known))
    ahead = told(forecast(verdict.now, limits), verdict.now, forecast_lead())
    found = verdict.found | ({(FORECAST, 2, verdict.now.day): ahead} if ahead else {})
    wake_at = None if account.is_closed else _wake(verdict, book)
    return _write(account, {key: one for key, one in found.items() if key not in known}), wake_at


def judged_limits(account: TradingAccount) -> list[Limit]:
    """What an account is held to, the pauses its owner asked for among it; goals are shown and never judged."""
    limits = [limit for limit in limits_of(account) if rules[limit.rule].kind != "objective"]
    if limits and evidence.has_pauses(account) and not any(limit.rule == "cooling_period" for limit in limits):
        limits.append(Limit(rule="cooling_period", effect="pause"))
    return limits


def _since(account: TradingAccount, due: Due, now: datetime) -> datetime:
    """A trade is judged with the whole of its day, a reading and a timer from their moment on."""
    day = evidence.bounds(account, evidence.day_of(account, due.touched_from))[0] if due.touched_from else None
    woken = due.wake_at if due.wake_at and due.wake_at <= now else None
    if day is None and due.read_from is None and woken is None:
        return evidence.bounds(account, evidence.day_of(account, now))[0]
    read = min(due.read_from, now) if due.read_from else None  # by a broker's clock that runs ahead
    return min(moment for moment in (day, read, woken) if moment)


def forecast_lead() -> timedelta:
    return timedelta(hours=settings.ARMOR_FORECAST_HOURS)


def _wake(verdict: Verdict, book: Book) -> datetime | None:
    """The next moment at which something may break although nothing happens: what stands open can, and what is dated
    ahead comes to its hour."""
    now = verdict.now
    ahead = [moment for deal in book.past.deals for moment in (deal.entry_time, deal.exit_time)]
    if now.open_positions and now.day_end is not None:
        ahead += [now.day_end - forecast_lead(), now.day_end, verdict.next_timer]
    return min((moment for moment in ahead if moment and moment > now.at), default=None)


def _known(account: TradingAccount, first: Any) -> dict[Key, dict[str, Any]]:
    """What was written before for these days, with its evidence."""
    rows = Breach.objects.filter(account=account, trading_day__gte=first)
    names = ("breach_type", "breach_level", "trading_day", "evidence__also_broken")
    return {(rule, level, day): {"also": also or []} for rule, level, day, also in rows.values_list(*names)}


def _settled(known: dict[Key, dict[str, Any]]) -> Iterable[Day]:
    """Breaks of a day that are told already, by themselves or beside a higher floor."""
    for (rule, level, day), told_of in known.items():
        if level == 3:
            yield rule, day
            yield from ((lesser, day) for lesser in told_of["also"])


def _write(account: TradingAccount, new: Keys) -> list[Breach]:
    """In the order of their moments; a moment's breaches from the lowest level up."""
    if not new:
        return []
    counter = _counter(account.user_id)
    ordered = sorted(new.items(), key=lambda item: (item[0][2], item[1].measure.state.at, item[0][1], item[0][0]))
    breaches = [
        _breach(account, counter.last_number + place, key, found) for place, (key, found) in enumerate(ordered, start=1)
    ]
    Breach.objects.bulk_create(breaches)
    BreachCounter.objects.filter(pk=counter.pk).update(last_number=counter.last_number + len(breaches))
    return breaches


def _counter(user_id: UUID) -> BreachCounter:
    """The user's counter, locked: a user's breaches are numbered one after the other."""
    BreachCounter.objects.bulk_create([BreachCounter(user_id=user_id)], ignore_conflicts=True)
    return BreachCounter.objects.select_for_update().get(user_id=user_id)


def _breach(account: TradingAccount, number: int, key: Key, found: Found) -> Breach:
    rule, level, day = key
    return Breach(
        account=account, user_id=account.user_id, number=number, breach_type=rule, breach_level=level,
        breach_value=to_stored(found.measure.used), breach_limit=to_stored(found.measure.limit), trading_day=day,
        evidence=proof(found),
    )  # fmt: skip


# What people do -----------------------------------------------------------------------------------------


def dismiss(*, breach: Breach, note: str = "") -> Breach:
    """Acknowledge a breach and the lower levels of the same rule and day; done twice, the first time counts."""
    same = Breach.objects.filter(
        account_id=breach.account_id, breach_type=breach.breach_type, trading_day=breach.trading_day, dismissed_at=None
    )
    same.filter(breach_level__lte=breach.breach_level).update(
        dismissed_at=clock.now(), acknowledged_note=note[:2000] or None
    )
    breach.refresh_from_db()
    return breach


def put_under(*, account: TradingAccount, template: PropFirmTemplate) -> TradingAccount:
    """Hold an account to a firm's published programme, from this moment on."""
    limit_changes.withdraw(account, [limit_changes.PROGRAMME])
    programmes.hold(account, template)
    judge(account, touched_from=None, now=clock.now())
    return account


def choose_programme(*, account: TradingAccount, template: PropFirmTemplate) -> bool:
    """As its trader wishes; one that would guard it less waits for the next session. Whether it waits."""
    if not programmes.would_loosen(account, template):
        put_under(account=account, template=template)
        return False
    limit_changes.wait_for(account, {limit_changes.PROGRAMME: template.id})
    return True


def apply_change(change_id: UUID, *, now: datetime | None = None) -> bool:
    """What waited for this session comes into force, and what it newly holds is judged."""
    applied = limit_changes.apply(change_id, now=now)
    if applied is None:
        return False
    judge(TradingAccount.objects.get(pk=applied.account_id), touched_from=None, now=now or clock.now())
    return True


def keep_rules(*, account: TradingAccount, told: Any) -> TradingAccount:
    """Hold an account to its trader's own rule set, and judge today by it at once."""
    account = rulesets.keep_own(account=account, told=told)
    judge(account, touched_from=None, now=clock.now())
    return account
