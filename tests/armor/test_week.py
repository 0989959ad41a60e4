"""I live through a week of many accounts, a clock change in it: what the oracle finds is found, once, and nothing else.

Trades come by sync, by hand, by plain SQL and late; some are opened and closed apart, some edited, some deleted;
money is paid in and out without a word; readings come and go; the worker is away for hours. AETHERIS_WEEK_TRADES=14 is
the long form, some minutes; `test_oracle` lives as many without a database.
"""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import rounds
from armor.models import Breach
from tests.armor.oracle import Oracle
from tests.factories import account_of, person
from tests.hands import by_the_service, hand_of, write_by_sql
from trading import services
from trading.models import Trade
from trading.rows import TradeRow

pytestmark = pytest.mark.usefixtures("real_db")
ACCOUNTS, TRADES = (
    int(os.environ.get(f"AETHERIS_WEEK_{what}", most)) for what, most in (("ACCOUNTS", 200), ("TRADES", 2))
)
WEEK = datetime(2026, 10, 22, 0, tzinfo=UTC)  # Prague's clock changes in the night to the 25th
DAYS = [("Europe/Prague", 0), ("America/New_York", 17), ("America/Chicago", 17), ("UTC", 0)]
Deed = tuple[datetime, Callable[[], bool]]


@dataclass
class Life:
    """One account beside its oracle; `unjudged` is what was written and nobody has looked at yet."""

    account: TradingAccount
    user: User
    oracle: Oracle
    ids: dict[str, Any] = field(default_factory=dict)
    unjudged: bool = False


def born(chance: random.Random, user: User, number: int) -> Life:
    zone, hour = DAYS[number % len(DAYS)]
    daily, total, trail = (
        Decimal(chance.randrange(low, high, 100)) for low, high in ((900, 2500), (2500, 5000), (2000, 4000))
    )
    lock = Decimal(0) if chance.random() < 0.5 else None
    strict = chance.random() < 0.5
    limits: list[dict[str, Any]] = [
        {"rule": "max_daily_loss", "amount": str(daily), "breaks": "lt" if strict else "le"},
        {"rule": "max_total_loss", "amount": str(total), "breaks": "le"},
        {
            "rule": "trailing_dd",
            "amount": str(trail),
            "breaks": "le",
            **({} if lock is None else {"lock_at": str(lock)}),
        },
    ]
    own = Decimal(chance.randrange(500, 1500, 100)) if chance.random() < 0.5 else None
    account = account_of(
        user, starting_balance=Decimal(50_000), day_timezone=zone, day_starts_at=time(hour), risk_limit=own,
        prop_firm_rules={"name": "Firm", "limits": limits}, created_at=WEEK - timedelta(days=5),
    )  # fmt: skip
    account.user = user
    told = [
        held("max_daily_loss", daily, "daily", strict=strict), held("max_total_loss", total, "total"),
        held("trailing_dd", trail, "trail", lock=lock),
    ]  # fmt: skip
    if own is not None:
        told.append(held("own_daily_loss", own, "daily", source="own", lower=True))
    return Life(account, user, Oracle(Decimal(50_000), zone, hour, told))


def held(type: str, amount: Decimal, mode: str, **told: Any) -> dict[str, Any]:
    plain = {"type": type, "source": "Firm", "amount": amount, "mode": mode, "strict": False, "lock": None}
    return plain | {"lower": False} | told


# What happens to one account ------------------------------------------------------------------------------


def deeds(chance: random.Random, life: Life) -> Iterator[Deed]:
    """Each a moment and a deed, which says whether it was judged in its own transaction."""
    for number in range(TRADES):
        opened = WEEK + timedelta(minutes=chance.randrange(7 * 24 * 60), seconds=chance.randrange(60))
        closed = opened + timedelta(minutes=chance.choice([3, 20, 90, 600, 2000]), seconds=chance.randrange(60))
        pnl, name = Decimal(chance.randrange(-1600, 1300)), f"T{number}"
        way = chance.random()
        if way < 0.35:
            yield closed, wrote(life, name, opened, closed, pnl)
        elif way < 0.5:
            yield opened, wrote(life, name, opened, None, None)
            yield closed, wrote(life, name, opened, closed, pnl)
            paid = chance.choice([None, 0, 0, 30, 4000, -4000])
            for part in (0.3, 0.8):
                yield opened + (closed - opened) * part, was_read(life, chance.randrange(-2500, 1500), paid)
        elif way < 0.65:
            yield closed + timedelta(hours=chance.randrange(1, 70)), wrote(life, name, opened, closed, pnl)  # late
        elif way < 0.8:
            yield closed, slipped_in(life, name, opened, closed, pnl)
        else:
            yield closed, by_hand(life, name, opened, closed, pnl)
            later = closed + timedelta(hours=chance.randrange(1, 40))
            yield (
                later,
                deleted(life, name)
                if chance.random() < 0.4
                else edited(life, name, Decimal(chance.randrange(-1800, 900))),
            )


def wrote(life: Life, name: str, opened: datetime, closed: datetime | None, pnl: Decimal | None) -> Callable[[], bool]:
    def deed() -> bool:
        row = TradeRow(
            broker="mt5", broker_trade_id=name, symbol="EURUSD", side="long", quantity=Decimal(1), entry_time=opened,
            entry_price=Decimal("1.1"), exit_price=Decimal(1) if closed else None, exit_time=closed, pnl=pnl,
            gross_pnl=pnl,
        )  # fmt: skip
        with acting_as(life.user):
            services.record_trades(account=life.account, rows=[row], source="sync", reason="sync")
        life.oracle.trades[name] = (opened, closed, pnl or Decimal(0))
        return True

    return deed


def slipped_in(life: Life, name: str, opened: datetime, closed: datetime, pnl: Decimal) -> Callable[[], bool]:
    """Written by plain SQL: nobody judges it before the worker or the account's next trade."""

    def deed() -> bool:
        with hand_of("superuser") as sql:
            write_by_sql(sql, life.account, int(pnl), closed, entry=opened)
        life.oracle.trades[name] = (opened, closed, pnl)
        return False

    return deed


def by_hand(life: Life, name: str, opened: datetime, closed: datetime, pnl: Decimal) -> Callable[[], bool]:
    def deed() -> bool:
        values: dict[str, Any] = {
            "symbol": "EURUSD", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "pnl": pnl,
            "entry_time": opened, "exit_time": closed,
        }  # fmt: skip
        with acting_as(life.user):
            life.ids[name] = services.add_trade(account=life.account, values=values).id
        life.oracle.trades[name] = (opened, closed, pnl)
        return True

    return deed


def edited(life: Life, name: str, pnl: Decimal) -> Callable[[], bool]:
    def deed() -> bool:
        with acting_as(life.user):
            trade = Trade.objects.select_related("account").get(pk=life.ids[name])
            services.change_trade(trade=trade, version=trade.version, values={"pnl": pnl})
        opened, closed, _ = life.oracle.trades[name]
        life.oracle.trades[name] = (opened, closed, pnl)
        return True

    return deed


def deleted(life: Life, name: str) -> Callable[[], bool]:
    def deed() -> bool:
        with acting_as(life.user):
            trade = Trade.objects.select_related("account").get(pk=life.ids[name])
            services.delete_trade(trade=trade, version=trade.version)
        del life.oracle.trades[name]
        return True

    return deed


def was_read(life: Life, floating: int, paid: int | None) -> Callable[[], bool]:
    """What the broker says: the balance as it is known here and what was paid in or out, and so much floating."""

    def deed() -> bool:
        moment = clock.now()
        balance = life.oracle.balance(moment) + (paid or 0)
        told = None if paid is None else balance
        with acting_as(life.user):
            services.record_reading(
                account=life.account, balance=told, equity=balance + floating, positions=[], read_at=moment, source="t"
            )
        life.oracle.readings.append((moment, balance + floating, told))
        return False

    return deed


# The week -------------------------------------------------------------------------------------------------


@pytest.mark.timeout(600)
def test_what_the_oracle_finds_is_found_once_and_nothing_is_invented(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(20261025)
    people = [person(f"week{n}@example.com") for n in range(max(2, ACCOUNTS // 10))]
    lives = [born(chance, people[n % len(people)], n) for n in range(ACCOUNTS)]
    plan = sorted(((moment, n, life, deed) for n, life in enumerate(lives) for moment, deed in deeds(chance, life)),
                  key=lambda one: one[:2])  # fmt: skip
    for moment, _, life, deed in plan:
        monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
        judged = deed()
        life.unjudged = not judged
        if judged:
            life.oracle.look(moment)
        if chance.random() < 0.05:
            the_worker_comes_back(lives, moment)
    ended = plan[-1][0] + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: ended)
    the_worker_comes_back(lives, ended)
    compare(lives)


def the_worker_comes_back(lives: list[Life], now: datetime) -> None:
    """With new connections, as after a restart; it judges what nobody judged and what its clock wakes it for."""
    connections.close_all()
    with by_the_service():
        rounds.judge_all_due()
    for life in lives:
        if life.unjudged or life.oracle.standing(now):
            life.oracle.look(now)
            life.unjudged = False


def compare(lives: list[Life]) -> None:
    total: Counter[int] = Counter()
    for life in lives:
        with acting_as(life.user):
            rows = Breach.objects.filter(account=life.account).exclude(breach_type="reset_forecast")
            found = list(rows.values_list("breach_type", "breach_level", "trading_day"))
        assert len(found) == len(set(found))
        missed, invented = life.oracle.found - set(found), set(found) - life.oracle.found
        assert not missed and not invented, (life.account, life.oracle.zone, sorted(missed), sorted(invented))
        total.update(level for _, level, _ in found)
    print(f"{len(lives)} accounts, breaches by level: {dict(sorted(total.items()))}")
    assert min(total[level] for level in (1, 2, 3)) > ACCOUNTS // 2  # a week in which nothing happens proves nothing
