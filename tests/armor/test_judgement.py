"""I follow judgement in the transaction that writes the trade, by whatever door: once each, together, in order."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from threading import Barrier, Event, Thread
from typing import Any

import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from analytics.models import DailySnapshot
from armor import judging, rounds
from armor.models import Breach, BreachCounter, Due
from armor.services import dismiss
from tests.factories import account_of, person
from tests.hands import by_the_service, hand_of, listening, look, rung, trail, write_by_sql
from trading import services
from trading.models import Trade
from trading.rows import TradeRow
from trading.staging import Written

LIMIT = Decimal(1000)
pytestmark = pytest.mark.usefixtures("real_db")


@pytest.fixture
def guarded(ana: User) -> TradingAccount:
    """A limit of 1 000 a day: level 1 at 750, 2 at 900, 3 at 1 000."""
    return account_of(ana, risk_limit=LIMIT)


@pytest.fixture
def old(ana: User) -> TradingAccount:
    """The same, known here for a month."""
    return account_of(ana, risk_limit=LIMIT, created_at=clock.now() - timedelta(days=30))


def row(pnl: int, at: datetime | None = None, id: str = "") -> TradeRow:
    closed = at or clock.now()
    return TradeRow(
        broker="mt5", broker_trade_id=id or f"{closed.timestamp()}", symbol="EURUSD", side="long", quantity=Decimal(1),
        entry_price=Decimal("1.1"), exit_price=Decimal("1.0"), entry_time=closed - timedelta(minutes=1),
        exit_time=closed, pnl=Decimal(pnl), gross_pnl=Decimal(pnl),
    )  # fmt: skip


def lose(account: TradingAccount, *losses: int, at: datetime | None = None) -> None:
    with acting_as(account.user):
        for loss in losses:
            services.record_trades(
                account=account, rows=[row(-loss, at, f"L{clock.now()}")], source="file", reason="test"
            )


def levels(account: TradingAccount) -> list[int]:
    with acting_as(account.user):
        return list(Breach.objects.filter(account=account).order_by("number").values_list("breach_level", flat=True))


def noon(days_ago: int) -> datetime:
    return datetime.combine(clock.now().date() - timedelta(days=days_ago), time(12), UTC)


# One transaction -----------------------------------------------------------------------------------------


def test_a_losing_trade_commits_together_with_its_breach(guarded: TradingAccount) -> None:
    seen_by_others: list[int] = []

    def others_see() -> None:
        seen_by_others.append(
            look("SELECT (SELECT count(*) FROM trades) + (SELECT count(*) FROM armor_breaches) AS n")[0]["n"]
        )

    with acting_as(guarded.user):
        services.record_trades(account=guarded, rows=[row(-1500)], source="file", reason="test")
        assert Breach.objects.filter(breach_level=3).exists()
        others_see()
    others_see()
    assert seen_by_others == [0, 4]  # nothing, then one trade and levels 1, 2, 3


def test_a_rollback_leaves_nothing_and_rings_nothing(guarded: TradingAccount) -> None:
    with listening() as ear:
        with pytest.raises(ZeroDivisionError), acting_as(guarded.user):
            services.record_trades(account=guarded, rows=[row(-1500)], source="file", reason="test")
            assert Breach.objects.count() == 3
            raise ZeroDivisionError
        assert rung(ear) == []
        lose(guarded, 1500)
        assert len(rung(ear, "breach")) == 3  # the ear does hear
    with acting_as(guarded.user):
        assert list(Breach.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


# Once each ----------------------------------------------------------------------------------------------


def test_each_level_comes_once_as_the_day_goes_down(guarded: TradingAccount) -> None:
    """760, then 810, 910, 1 010, 1 510 lost: levels 1, –, 2, 3, –."""
    told = []
    for loss in (760, 50, 100, 100, 500):
        lose(guarded, loss)
        told.append(levels(guarded))
    assert told == [[1], [1], [1, 2], [1, 2, 3], [1, 2, 3]]


def test_a_loss_that_goes_through_all_levels_writes_all_three(guarded: TradingAccount) -> None:
    lose(guarded, 1000)
    assert levels(guarded) == [1, 2, 3]


def test_the_next_day_warns_anew(old: TradingAccount) -> None:
    lose(old, 800, at=noon(2))
    lose(old, 800, at=noon(1))
    with acting_as(old.user):
        days = list(Breach.objects.order_by("number").values_list("breach_level", "trading_day"))
    assert days == [(1, noon(2).date()), (1, noon(1).date())]


def test_each_rule_of_an_account_speaks_for_itself(ana: User) -> None:
    """−950: 950 of 1 000 a day is level 2; 950 of 1 % of 100 000 in all is level 2 as well."""
    account = account_of(ana, risk_limit=LIMIT, max_drawdown_limit=Decimal("0.01"))
    lose(account, 950)
    with acting_as(ana):
        found = set(Breach.objects.values_list("breach_type", "breach_level"))
    assert found == {(rule, level) for rule in ("max_daily_loss", "max_total_loss") for level in (1, 2)}


def test_a_breach_says_what_it_was_judged_on(guarded: TradingAccount) -> None:
    lose(guarded, 400, 650)
    with acting_as(guarded.user):
        breach = Breach.objects.get(breach_level=3)
        last = Trade.objects.get(pnl=-650)
    assert (breach.breach_value, breach.breach_limit, breach.breach_type) == (1050, 1000, "max_daily_loss")
    assert breach.evidence["trade_id"] == str(last.id)
    assert Decimal(breach.evidence["state"]["balance"]) == 98_950
    assert Decimal(breach.evidence["floor"]) == 99_000


def test_a_second_upload_writes_no_breach_and_no_entry_and_rings_nothing(guarded: TradingAccount) -> None:
    rows = [row(-600, id="A"), row(-600, id="B")]

    def upload() -> Written:
        with acting_as(guarded.user):
            return services.record_trades(account=guarded, rows=rows, source="file", reason="test")

    with listening() as ear:
        assert upload().new == 2
        assert rung(ear)
        before = (len(trail()), levels(guarded))
        assert upload().duplicate == 2
        assert rung(ear) == []
    assert (len(trail()), levels(guarded)) == before


def test_acknowledging_takes_the_lower_levels_along_and_the_first_time_counts(guarded: TradingAccount) -> None:
    lose(guarded, 1000)
    with acting_as(guarded.user):
        dismiss(breach=Breach.objects.get(breach_level=2), note="I saw it")
        assert set(Breach.objects.filter(dismissed_at=None).values_list("breach_level", flat=True)) == {3}
        again = dismiss(breach=Breach.objects.get(breach_level=2), note="again")
    assert again.acknowledged_note == "I saw it"


# Several writers ----------------------------------------------------------------------------------------


def side_by_side(*works: Callable[[], None]) -> None:
    """Each on a thread and a connection of its own; the first error is raised here."""
    failed: list[BaseException] = []

    def run(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    if failed:
        raise failed[0]


def test_two_writers_at_once_leave_no_gap_in_a_persons_numbers(ana: User) -> None:
    """Each writes six bad days into an account of its own and takes every other one back: 2 × 6 × 3 breaches."""
    accounts = [account_of(ana, risk_limit=LIMIT, created_at=clock.now() - timedelta(days=30)) for _ in range(2)]
    together = Barrier(2)

    def write(account: TradingAccount) -> None:
        together.wait(30)
        for back in range(12, 0, -1):
            try:
                with acting_as(account.user):
                    services.record_trades(account=account, rows=[row(-1100, noon(back))], source="file", reason="t")
                    if back % 2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue

    side_by_side(*(lambda account=account: write(account) for account in accounts))  # type: ignore[misc]
    with acting_as(ana):
        assert sorted(Breach.objects.values_list("number", flat=True)) == list(range(1, 37))
        assert BreachCounter.objects.get().last_number == 36


def test_two_trades_that_only_together_break_the_limit_do_break_it(guarded: TradingAccount) -> None:
    """600 and 600 of 1 000, each written before the other's commit: alone neither reaches level 1 (750)."""
    written = Event()

    def first() -> None:
        with acting_as(guarded.user):
            services.record_trades(account=guarded, rows=[row(-600, id="A")], source="file", reason="first")
            assert not Breach.objects.exists()
            written.set()
            second_waits.wait(10)

    def second() -> None:
        written.wait(30)
        with acting_as(guarded.user):
            release = Thread(target=_when_somebody_waits, args=[second_waits])
            release.start()
            services.record_trades(account=guarded, rows=[row(-600, id="B")], source="file", reason="second")
        release.join()

    second_waits = Event()
    side_by_side(first, second)
    assert second_waits.is_set()  # they did meet
    assert levels(guarded) == [1, 2, 3]


def _when_somebody_waits(told: Event) -> None:
    """Until a session stands at a lock: then both transactions are open and both trades written."""
    for _ in range(100):
        if look("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"):
            told.set()
            return
        Event().wait(0.02)


# Other doors --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("login", ["migrator", "superuser"])
def test_a_trade_by_plain_sql_leaves_the_account_due_and_the_worker_judges_it(
    guarded: TradingAccount, login: str
) -> None:
    with hand_of(login, tenant=guarded.user_id if login == "migrator" else None) as sql:
        write_by_sql(sql, guarded, -1200)
    with acting_as(guarded.user):
        assert Due.objects.get().due_since is not None
        assert not Breach.objects.exists()
    with by_the_service():
        assert rounds.judge_all_due() == 1
        assert rounds.judge_all_due() == 0
    assert levels(guarded) == [1, 2, 3]
    with acting_as(guarded.user):
        assert Due.objects.get().due_since is None
        assert DailySnapshot.objects.get().net_pnl == -1200


def test_only_who_wrote_without_judging_rings_for_the_worker(guarded: TradingAccount) -> None:
    with hand_of("migrator", tenant=guarded.user_id) as sql, listening(judging.CHANNEL) as ear:
        lose(guarded, 800)
        write_by_sql(sql, guarded, -100)
        assert [note.pid for note in ear.notifies(timeout=20, stop_after=1)] == [sql.info.backend_pid]


def test_the_worker_judges_every_persons_account_as_its_owner(guarded: TradingAccount) -> None:
    cys = account_of(person("cy@example.com"), risk_limit=LIMIT)
    with hand_of("superuser") as sql:
        write_by_sql(sql, guarded, -800)
        write_by_sql(sql, cys, -950)
    with by_the_service():
        assert rounds.judge_all_due() == 2
    assert (levels(guarded), levels(cys)) == ([1], [1, 2])
    assert {(b["actor_id"], b["actor_label"], b["db_role"]) for b in trail(table_name="armor_breaches")} == {
        (guarded.user_id, "armor", "aetheris_service"), (cys.user_id, "armor", "aetheris_service"),
    }  # fmt: skip


def test_an_account_that_cannot_be_judged_stays_due_and_holds_up_nobody(guarded: TradingAccount) -> None:
    with acting_as(guarded.user):
        TradingAccount.objects.filter(pk=guarded.pk).update(
            prop_firm_rules={"limits": [{"rule": "max_daily_loss", "amount": "x"}]}
        )
    cys = account_of(person("cy@example.com"), risk_limit=LIMIT)
    with hand_of("superuser") as sql:
        write_by_sql(sql, guarded, -1200)
        write_by_sql(sql, cys, -1200)
    with by_the_service():
        assert rounds.judge_all_due() == 1
    assert levels(cys) == [1, 2, 3]
    with acting_as(guarded.user):
        assert Due.objects.get(account=guarded).due_since is not None


def test_the_app_cannot_see_who_is_due_across_people(guarded: TradingAccount) -> None:
    with hand_of("app") as app, pytest.raises(Exception, match="permission denied"):
        app.execute("SELECT * FROM door.due_accounts()")


# Days ---------------------------------------------------------------------------------------------------


def test_a_day_before_the_account_was_known_is_history(guarded: TradingAccount, old: TradingAccount) -> None:
    lose(guarded, 5000, at=noon(5))
    lose(old, 5000, at=noon(5))
    assert levels(guarded) == []
    assert levels(old) == [1, 2, 3]  # known that day


def test_history_still_moves_the_balance_of_later_days(ana: User) -> None:
    """−4 900 a week ago and −200 today: 5 100 of 5 000 in all, though only today is judged."""
    account = account_of(ana, max_drawdown_limit=Decimal("0.05"))
    lose(account, 4900, at=noon(7))
    assert levels(account) == [1, 2]  # today opens with 4 900 of 5 000 gone
    lose(account, 200)
    assert levels(account) == [1, 2, 3]


def by_hand(account: TradingAccount, pnl: int, at: datetime) -> Trade:
    values: dict[str, Any] = {
        "symbol": "EURUSD", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "pnl": Decimal(pnl),
        "entry_time": at - timedelta(minutes=1), "exit_time": at,
    }  # fmt: skip
    with acting_as(account.user):
        return services.add_trade(account=account, values=values)


def results(account: TradingAccount) -> dict[date, Decimal]:
    with acting_as(account.user):
        return dict(DailySnapshot.objects.filter(account=account).values_list("snapshot_date", "net_pnl"))


def test_a_trade_moved_to_another_day_is_judged_there_and_both_days_are_rebuilt(old: TradingAccount) -> None:
    """−600 on each of two days breaks nothing; both on one day break it."""
    by_hand(old, -600, noon(3))
    moved = by_hand(old, -600, noon(2))
    assert levels(old) == []
    with acting_as(old.user):
        services.change_trade(
            trade=moved, version=moved.version,
            values={"entry_time": noon(3) + timedelta(minutes=1), "exit_time": noon(3) + timedelta(minutes=2)},
        )  # fmt: skip
    assert levels(old) == [1, 2, 3]
    assert results(old) == {noon(3).date(): -1200}


def test_a_deleted_trade_leaves_the_days_and_keeps_the_breach(old: TradingAccount) -> None:
    by_hand(old, -500, noon(3))
    worst = by_hand(old, -700, noon(3) + timedelta(hours=1))
    with acting_as(old.user):
        services.delete_trade(trade=worst, version=worst.version)
    assert results(old) == {noon(3).date(): -500}
    assert levels(old) == [1, 2, 3]  # it did happen


def test_taking_a_gain_away_breaks_the_day_it_had_saved(ana: User) -> None:
    """1 000 in all: +1 500, then −1 600 leaves 100 of it gone; without the gain 1 600, that day and every day since."""
    account = account_of(ana, max_drawdown_limit=Decimal("0.01"), created_at=clock.now() - timedelta(days=30))
    gain = by_hand(account, 1500, noon(4))
    by_hand(account, -1600, noon(3))
    assert levels(account) == []
    with acting_as(account.user):
        services.delete_trade(trade=gain, version=gain.version)
        found = list(Breach.objects.order_by("number").values_list("trading_day", "breach_level"))
    assert found == [(day, level) for day in (noon(3).date(), clock.now().date()) for level in (1, 2, 3)]


def test_a_day_ends_at_five_in_chicago_for_a_futures_account(ana: User) -> None:
    """−600 at 16:59 and −600 at 17:00 Chicago belong to two days; at 16:58 and 16:59 to one."""
    known = datetime(2026, 3, 1, tzinfo=UTC)
    futures = {"risk_limit": LIMIT, "day_timezone": "America/Chicago", "day_starts_at": time(17), "created_at": known}
    apart, together = account_of(ana, **futures), account_of(ana, **futures)
    before, after = datetime(2026, 3, 9, 21, 59, tzinfo=UTC), datetime(2026, 3, 9, 22, tzinfo=UTC)
    for account, moments in ((apart, (before, after)), (together, (before - timedelta(minutes=1), before))):
        for moment in moments:
            lose(account, 600, at=moment)
    assert levels(apart) == []
    assert set(results(apart)) == {date(2026, 3, 9), date(2026, 3, 10)}
    assert levels(together) == [1, 2, 3]
