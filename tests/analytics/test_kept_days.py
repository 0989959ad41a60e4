"""KPIs are kept at each account's own day's end, and anew where what they came from changed."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from analytics import demo, rounds, services, snapshots
from analytics.models import DailySnapshot, KpiSnapshot
from analytics.report import ENGINE_VERSION
from tests.factories import account_of
from tests.hands import by_the_service
from trading.models import Trade
from trading.services import add_trade, delete_trade

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def add(account: TradingAccount, pnl: int, at: datetime = NOON) -> Trade:
    values: dict[str, Any] = {"symbol": "X", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1}
    values |= {"pnl": Decimal(pnl), "entry_time": at - timedelta(minutes=1), "exit_time": at}
    return add_trade(account=account, values=values)


def kept(account: TradingAccount) -> dict[date, Any]:
    found = KpiSnapshot.objects.filter(account=account)
    return {one.snapshot_date: (one.metrics["net_profit"], one.is_stale) for one in found}


def test_a_new_trade_writes_its_own_day_and_leaves_the_others_untouched(anas_account: TradingAccount, as_ana: User):
    for day in range(5):
        add(anas_account, 10, NOON + timedelta(days=day))
    before = dict(DailySnapshot.objects.values_list("snapshot_date", "updated_at"))
    trade = add(anas_account, 7, NOON + timedelta(days=4, hours=1))
    done = snapshots.rebuild(anas_account, touched_from=trade.exit_time)
    assert (done.days, done.written, done.removed) == (1, 0, 0)
    after = dict(DailySnapshot.objects.values_list("snapshot_date", "updated_at"))
    assert {day for day in before if before[day] == after[day]} >= {date(2026, 3, 5 + day) for day in range(4)}
    assert DailySnapshot.objects.get(snapshot_date=date(2026, 3, 9)).net_pnl == 17


def test_a_late_trade_without_a_result_changes_its_day_alone(anas_account: TradingAccount, as_ana: User):
    for day in range(5):
        add(anas_account, 10, NOON + timedelta(days=day))
    ids = dict(DailySnapshot.objects.values_list("snapshot_date", "id"))
    add(anas_account, 0, NOON + timedelta(hours=1))
    assert DailySnapshot.objects.get(snapshot_date=NOON.date()).trades_count == 2
    assert dict(DailySnapshot.objects.values_list("snapshot_date", "id")) == ids
    assert snapshots.rebuild(anas_account).written == 0


def test_deposit_that_changed_makes_the_days_stale(anas_account: TradingAccount, as_ana: User):
    add(anas_account, 10)
    assert not snapshots.is_stale(anas_account)
    anas_account.starting_balance += 1
    assert snapshots.is_stale(anas_account)
    assert snapshots.rebuild(anas_account).written == 1


def test_kpis_of_a_day_see_nothing_after_its_end(anas_account: TradingAccount, as_ana: User):
    """+10 on the 5th, +5 at 23:30 UTC, which in UTC is the 5th too; −3 on the 6th."""
    add(anas_account, 10)
    add(anas_account, 5, NOON + timedelta(hours=11, minutes=30))
    add(anas_account, -3, NOON + timedelta(days=1))
    assert services.keep_days(anas_account, [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 4)]) == 3
    assert kept(anas_account) == {
        date(2026, 3, 4): (0, False),
        date(2026, 3, 5): (15, False),
        date(2026, 3, 6): (12, False),
    }
    assert services.metrics(anas_account, date(2026, 3, 5)).values["net_profit"].value == 15


def test_a_changed_trade_makes_its_day_and_the_later_ones_stale_and_the_round_mends_them(
    anas_account: TradingAccount, as_ana: User
):
    trades = [add(anas_account, 10, NOON + timedelta(days=day)) for day in range(3)]
    services.keep_days(anas_account, [date(2026, 3, 5), date(2026, 3, 6), date(2026, 3, 7)])
    delete_trade(trade=trades[1])
    assert kept(anas_account) == {
        date(2026, 3, 5): (10, False),
        date(2026, 3, 6): (20, True),
        date(2026, 3, 7): (30, True),
    }
    services.bring_up_to_date(anas_account, now=datetime(2026, 3, 8, 1, tzinfo=UTC))
    assert kept(anas_account) == {
        date(2026, 3, 5): (10, False),
        date(2026, 3, 6): (10, False),
        date(2026, 3, 7): (20, False),
    }


def test_snapshots_of_an_older_engine_are_computed_anew(anas_account: TradingAccount, as_ana: User):
    add(anas_account, 10)
    services.keep_days(anas_account, [date(2026, 3, 5), date(2026, 3, 6)])
    KpiSnapshot.objects.update(engine_version="0.1", metrics={})
    services.bring_up_to_date(anas_account, now=datetime(2026, 3, 7, 0, 1, tzinfo=UTC))
    assert set(KpiSnapshot.objects.values_list("engine_version", flat=True)) == {ENGINE_VERSION}
    assert kept(anas_account)[date(2026, 3, 5)] == (10, False)


def test_days_missed_while_the_worker_was_away_are_made_up(anas_account: TradingAccount, as_ana: User):
    add(anas_account, 10)
    services.keep_days(anas_account, [date(2026, 3, 5)])
    services.bring_up_to_date(anas_account, now=datetime(2026, 3, 9, 0, 1, tzinfo=UTC))
    assert list(kept(anas_account)) == [date(2026, 3, day) for day in (5, 6, 7, 8)]


CLOCKS = [
    # New York puts its clocks forward on 8 March 2026: its midnight moves from 05:00 to 04:00 UTC.
    ("America/New_York", time(0), datetime(2026, 3, 8, 4, 59, tzinfo=UTC), date(2026, 3, 6)),
    ("America/New_York", time(0), datetime(2026, 3, 8, 5, 0, tzinfo=UTC), date(2026, 3, 7)),
    ("America/New_York", time(0), datetime(2026, 3, 9, 3, 59, tzinfo=UTC), date(2026, 3, 7)),
    ("America/New_York", time(0), datetime(2026, 3, 9, 4, 0, tzinfo=UTC), date(2026, 3, 8)),
    ("America/Chicago", time(17), datetime(2026, 3, 9, 21, 59, tzinfo=UTC), date(2026, 3, 8)),
    ("America/Chicago", time(17), datetime(2026, 3, 9, 22, 0, tzinfo=UTC), date(2026, 3, 9)),
]


@pytest.mark.parametrize(("zone", "starts_at", "now", "ended"), CLOCKS)
def test_a_day_ends_on_the_accounts_own_clock(zone: str, starts_at: time, now: datetime, ended: date):
    assert services.ended_day(TradingAccount(day_timezone=zone, day_starts_at=starts_at), now) == ended


def test_the_round_finds_whose_day_ended_and_does_nothing_twice(real_db: None, ana: User, bo: User):
    one, two = account_of(ana), account_of(bo, day_timezone="Asia/Tokyo")
    with acting_as(ana):
        add(one, 10)
    tomorrow = datetime.now(UTC).replace(hour=0, minute=1) + timedelta(days=1)
    with by_the_service():
        assert rounds.keep_ended_days(tomorrow) == 2
        assert rounds.keep_ended_days(tomorrow) == 0
        # At 15:01 UTC the day is over in Tokyo alone.
        assert rounds.keep_ended_days(tomorrow + timedelta(hours=15)) == 1
    with acting_as(ana):
        assert kept(one) == {tomorrow.date() - timedelta(days=1): (10, False)}
        add(one, 5)
        assert kept(one) == {tomorrow.date() - timedelta(days=1): (10, True)}
    with by_the_service():
        assert rounds.keep_ended_days(tomorrow + timedelta(hours=15)) == 1
    with acting_as(ana):
        assert kept(one) == {tomorrow.date() - timedelta(days=1): (15, False)}
    with acting_as(bo):
        assert len(kept(two)) == 2


def test_the_app_may_not_ask_for_everyones_snapshots(db: None):
    with pytest.raises(Exception, match="permission denied"), connection.cursor() as cursor:
        cursor.execute("SELECT * FROM door.snapshots_kept('1')")


def test_days_add_up_to_the_trades_of_every_account_of_the_demo(real_db: None):
    demo.load("correct horse battery staple", now=datetime.now(UTC))
    with by_the_service():
        accounts = rounds.kept()
    assert accounts
    for account in accounts:
        with acting_as(account.user_id):
            booked = DailySnapshot.objects.filter(account=account.account_id).aggregate(sum=Sum("net_pnl"))["sum"]
            traded = Trade.objects.filter(account=account.account_id, deleted_at=None).aggregate(sum=Sum("pnl"))["sum"]
            assert booked == traded


def test_the_command_rebuilds_what_it_is_told(real_db: None, ana: User):
    account = account_of(ana)
    with acting_as(ana):
        add(account, 10)
        DailySnapshot.objects.all().delete()
    said = StringIO()
    call_command("snapshot", "--account", str(account.id), "--user", ana.email, "--date", "2026-03-05", stdout=said)
    assert "1 days, 1 written, 0 removed, 449 KPIs as of 2026-03-05" in said.getvalue()
    call_command("snapshot", "--all", "--user", ana.email, "--date", "2026-03-05", stdout=said)
    assert "1 days, 0 written, 0 removed" in said.getvalue()


@pytest.mark.parametrize(
    ("zone", "starts_at"), [("America/Chicago", time(17)), ("Asia/Tokyo", time(0)), ("UTC", time(6))]
)
def test_days_are_those_of_the_house_clock_even_where_clocks_go_back(ana: User, zone: str, starts_at: time):
    """A trade every 50 minutes over the American return to winter time of 1 November 2026, one o'clock coming twice."""
    account = account_of(ana, day_timezone=zone, day_starts_at=starts_at)
    moments = [datetime(2026, 10, 30, 20, tzinfo=UTC) + timedelta(minutes=50 * place) for place in range(90)]
    with acting_as(ana):
        Trade.objects.bulk_create([
            Trade(account=account, user=ana, broker="mt5", broker_trade_id=str(at), symbol="X", side="long", quantity=1,
                  entry_price=1, exit_price=1, pnl=1, gross_pnl=1, entry_time=at, exit_time=at)
            for at in moments
        ])  # fmt: skip
        snapshots.rebuild(account)
        counted = dict(DailySnapshot.objects.values_list("snapshot_date", "trades_count"))
    assert counted == Counter(clock.trading_day(at, zone, starts_at) for at in moments)


def test_the_check_shows_the_difference_of_each_account_and_fails_when_there_is_one(real_db: None, ana: User):
    account = account_of(ana)
    with acting_as(ana):
        add(account, 10)
    said = StringIO()
    call_command("snapshot", "--all", "--check", "--user", ana.email, stdout=said)
    assert said.getvalue().splitlines()[-1] == "1 accounts, every one with difference 0"
    with acting_as(ana):
        DailySnapshot.objects.update(net_pnl=Decimal("10.00000001"))
    with pytest.raises(CommandError, match=account.account_name):
        call_command("snapshot", "--all", "--check", "--user", ana.email, stdout=said)
    assert "= 0.00000001" in said.getvalue()
