"""I try to let a breach go unseen: by clocks, by dates, by moving, deleting and closing, by two hands at once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import psycopg
import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from accounts.services import close_account
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import rounds, rulesets, selectors, services
from armor.models import Breach, Due
from tests.asking import Program
from tests.factories import account_of, person, trade_in
from tests.hands import by_the_service, hand_of, write_by_sql
from trading import services as trading
from trading.models import Trade

pytestmark = pytest.mark.usefixtures("real_db")
FIRM = {"name": "Firm", "limits": [{"rule": "max_daily_loss", "amount": "1000", "breaks": "le"}]}
POSITION = {"symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1"}


@pytest.fixture
def held(ana: User) -> TradingAccount:
    """1,000 a day of the firm's, known here for a month; its day began an hour ago at the least."""
    begins = (clock.now() - timedelta(hours=6)).time().replace(minute=0, second=0, microsecond=0)
    return account_of(ana, prop_firm_rules=FIRM, day_starts_at=begins, created_at=clock.now() - timedelta(days=30))


def lost(account: TradingAccount, amount: int, *, until: datetime | None = None, **told: Any) -> Trade:
    ended = until or clock.now()
    money = {"pnl": Decimal(-amount), "gross_pnl": Decimal(-amount)}
    return trade_in(account, entry_time=ended - timedelta(minutes=1), exit_time=ended, **(money | told))


def read(account: TradingAccount, equity: int, at: datetime, **told: Any) -> None:
    with acting_as(account.user_id):
        trading.record_reading(
            account=account, equity=Decimal(equity), read_at=at, source="test", positions=[POSITION],
            **({"balance": None} | told),
        )  # fmt: skip


def worked(now: datetime | None = None, account: TradingAccount | None = None) -> None:
    """The worker's round; at another moment than this, of one account."""
    if now is None or account is None:
        with by_the_service():
            rounds.judge_all_due()
    else:
        with acting_as(account.user_id):
            services.judge_due(account.id, now=now)


def highest(account: TradingAccount) -> int:
    with acting_as(account.user_id):
        levels = Breach.objects.filter(account=account).exclude(breach_type="reset_forecast")
        return max(levels.values_list("breach_level", flat=True), default=0)


# Clocks and dates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [timedelta(seconds=90), timedelta(hours=3), timedelta(days=400)])
def test_a_broker_whose_clock_runs_ahead_is_judged_now(held: TradingAccount, ahead: timedelta) -> None:
    """Equity of 98,900 against a floor of 99,000, read by a clock that is not ours."""
    read(held, 99_900, clock.now() + ahead)
    worked()
    read(held, 98_900, clock.now() + ahead)
    worked()
    assert highest(held) == 3


@pytest.mark.parametrize("ahead", [timedelta(hours=5), timedelta(days=3), timedelta(days=60_000)])
def test_a_trade_of_tomorrow_hides_nothing_of_today(held: TradingAccount, ahead: timedelta) -> None:
    """A gain dated ahead, then 1,000 lost today: the floor is today's, and so is what is shown."""
    lost(held, -5_000, until=clock.now() + ahead)
    worked()
    lost(held, 1_000)
    worked()
    assert highest(held) == 3
    with acting_as(held.user_id):
        told = selectors.risk(held)
    assert (told["balance"], told["locked"]) == ("99000.00", True)


def test_a_loss_dated_ahead_is_judged_on_its_day_and_the_timer_stands(held: TradingAccount) -> None:
    moment = clock.now() + timedelta(days=20)
    lost(held, 1_000, until=moment)
    worked()
    assert highest(held) == 0
    with acting_as(held.user_id):
        wake_at = Due.objects.get(account=held).wake_at
    assert wake_at == moment - timedelta(minutes=1)
    worked(moment - timedelta(minutes=1), held)
    worked(moment, held)
    assert highest(held) == 3


def test_a_loss_exactly_at_midnight_belongs_to_the_new_day(held: TradingAccount) -> None:
    """600 a second before the reset and 600 at it break no day of 1,000; 400 more break the second."""
    now = clock.now()
    reset = clock.day_bounds(clock.trading_day(now, "UTC", held.day_starts_at), "UTC", held.day_starts_at)[0]
    lost(held, 600, until=reset - timedelta(seconds=1))
    lost(held, 600, until=reset)
    worked()
    assert highest(held) == 0
    lost(held, 400, until=reset + timedelta(microseconds=1))
    worked()
    with acting_as(held.user_id):
        days = set(Breach.objects.filter(account=held).values_list("trading_day", flat=True))
    assert (highest(held), days) == (3, {clock.trading_day(now, "UTC", held.day_starts_at)})


# Moving, deleting, closing ------------------------------------------------------------------------------------


def test_a_gain_moved_to_another_account_is_missed_where_it_was(ana: User, held: TradingAccount) -> None:
    """+500 and −1,400 of one day stand at −900; without the gain at −1,400."""
    gain = lost(held, -500, source="manual")
    lost(held, 1_400)
    worked()
    assert highest(held) == 2
    other = account_of(ana)
    with hand_of("superuser") as sql:
        sql.execute("UPDATE trades SET account_id = %s WHERE id = %s", [other.id, gain.id])
    worked()
    assert highest(held) == 3


def test_a_loss_deleted_before_anyone_looked_and_added_again_is_found(held: TradingAccount) -> None:
    with hand_of("superuser") as sql:
        id = write_by_sql(sql, held, -1_000)
        sql.execute("UPDATE trades SET deleted_at = now() WHERE id = %s", [id])
        worked()
        assert highest(held) == 0
        sql.execute("UPDATE trades SET deleted_at = NULL WHERE id = %s", [id])
    worked()
    assert highest(held) == 3


def test_an_account_closed_before_the_worker_looks_is_judged_all_the_same(held: TradingAccount) -> None:
    read(held, 98_900, clock.now())
    with acting_as(held.user_id):
        close_account(account=held)
    worked()
    assert highest(held) == 3


def test_a_breach_stays_when_its_trade_goes_and_comes_once_when_it_returns(held: TradingAccount) -> None:
    trade = lost(held, 1_000)
    worked()
    with hand_of("superuser") as sql:
        for gone in ("now()", "NULL"):
            sql.execute(f"UPDATE trades SET deleted_at = {gone} WHERE id = %s", [trade.id])
            worked()
    with acting_as(held.user_id):
        assert list(Breach.objects.filter(breach_level=3).values_list("breach_type", flat=True)) == ["max_daily_loss"]


@pytest.mark.parametrize("level", [1, 2])
def test_a_dismissed_warning_silences_nothing_above_it(ana: User, held: TradingAccount, level: int) -> None:
    lost(held, 950)
    worked()
    with acting_as(ana):
        id = Breach.objects.get(breach_level=level).id
    assert Program(ana).ask("post", f"alerts/{id}/dismiss", {"note": "seen"}).status_code == 200
    lost(held, 50)
    worked()
    with acting_as(ana):
        standing = [breach.breach_level for breach in selectors.standing()]
    assert standing == [3]


# What is no number, what is not known ---------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["pnl", "quantity", "entry_price", "commissions"])
@pytest.mark.parametrize("wrong", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_what_is_no_number_comes_through_no_door(ana: User, held: TradingAccount, field: str, wrong: str) -> None:
    now = clock.now().isoformat()
    told = {
        "account": str(held.id), "symbol": "ES", "side": "long", "quantity": "1", "entry_price": "1", "exit_price": "1",
        "pnl": "-100", "entry_time": now, "exit_time": now, field: wrong,
    }  # fmt: skip
    assert Program(ana).ask("post", "trades", told).status_code in (400, 422)


def test_a_negative_quantity_turns_no_loss_into_a_gain(ana: User, held: TradingAccount) -> None:
    with hand_of("superuser") as sql, pytest.raises(psycopg.errors.CheckViolation):
        sql.execute(
            "INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price,"
            " entry_time, source) VALUES (%s, %s, 'x', 'x', 'ES', 'long', -1, 1, now(), 'manual')",
            [held.id, ana.id],
        )


WRITTEN = {
    "trades": "UPDATE trades SET {} = 'NaN' WHERE account_id = %s",
    "account_readings": "INSERT INTO account_readings (account_id, user_id, read_at, source, {})"
    " SELECT id, user_id, now(), 't', 'NaN' FROM accounts WHERE id = %s",
}


@pytest.mark.parametrize(("table", "column"), [
    ("trades", "pnl"), ("trades", "gross_pnl"), ("trades", "commissions"), ("trades", "swap"),
    ("account_readings", "equity"), ("account_readings", "balance"),
])  # fmt: skip
def test_no_hand_writes_what_is_no_number(held: TradingAccount, table: str, column: str) -> None:
    """One NaN would make every sum of the account none, and every comparison fail."""
    lost(held, 1, source="manual")
    with hand_of("superuser") as sql, pytest.raises(psycopg.errors.CheckViolation):
        sql.execute(WRITTEN[table].format(column), [held.id])


def test_a_position_nobody_values_makes_the_state_unknown_and_closed_losses_warn(held: TradingAccount) -> None:
    trade_in(held, exit_price=None, exit_time=None, pnl=None, gross_pnl=None)
    lost(held, 1_200)
    worked()
    with acting_as(held.user_id):
        told = selectors.risk(held)
    assert (highest(held), told["state"]) == (2, "unknown")


# Two at once ----------------------------------------------------------------------------------------------------


def test_a_rule_set_written_beside_a_trade_misses_nothing_and_tells_nothing_twice(real_db: None) -> None:
    """900 stand lost; at one moment a limit of 1,000 is set and 100 more are lost."""
    user = person("both@example.com")
    account = account_of(user, created_at=clock.now() - timedelta(days=3))
    lost(account, 900)
    worked()
    start, failed = Barrier(2), []

    def rule() -> None:
        told = {"limits": [{"rule": "max_daily_loss", "amount": "1000"}]}
        services.keep_rules(account=TradingAccount.objects.get(pk=account.pk), told=told)

    def trade() -> None:
        values: dict[str, Any] = {
            "symbol": "EURUSD", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "pnl": Decimal(-100),
            "entry_time": clock.now(), "exit_time": clock.now(),
        }  # fmt: skip
        trading.add_trade(account=TradingAccount.objects.get(pk=account.pk), values=values)

    def at_once(work: Callable[[], None]) -> None:
        try:
            start.wait(30)
            with acting_as(user):
                work()
        except Exception as error:  # told below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [Thread(target=at_once, args=(work,)) for work in (rule, trade)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    worked()
    with acting_as(user):
        assert not failed
        assert sorted(Breach.objects.values_list("breach_level", flat=True)) == [1, 2, 3]
        account.refresh_from_db()
        assert rulesets.own_limits(account.prop_firm_rules, clock.now())
