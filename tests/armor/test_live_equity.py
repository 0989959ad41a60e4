"""I follow what a broker reads out: judged by the worker, known while fresh, foreseen before the reset, woken at it."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import rounds, selectors, services
from armor.models import Breach, Cooling, Due
from armor.proof import judge_again, untouched
from armor.words import body
from tests.factories import account_of, trade_in
from tests.hands import by_the_service
from trading.services import record_reading

pytestmark = pytest.mark.usefixtures("real_db")
FTMO = {"name": "FTMO", "limits": [{"rule": "max_daily_loss", "percent": 5, "breaks": "lt"}]}
STANDING = {"symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1.1"}


@pytest.fixture
def prop(ana: User) -> TradingAccount:
    """200k under a daily loss of 5 % of the initial balance, known for a month; its day ends in two hours."""
    ends = (clock.now() + timedelta(hours=2)).replace(second=0, microsecond=0)
    return account_of(ana, starting_balance=Decimal(200_000), prop_firm_rules=FTMO, day_starts_at=ends.time(),
                      created_at=clock.now() - timedelta(days=30))  # fmt: skip


def standing_trade(account: TradingAccount, **told: Any) -> None:
    opened = {
        "exit_price": None,
        "exit_time": None,
        "pnl": None,
        "gross_pnl": None,
        "entry_time": clock.now() - timedelta(minutes=30),
    }
    trade_in(account, **(opened | told))


def read(account: TradingAccount, equity: int, ago: timedelta = timedelta(0), positions: int = 1) -> None:
    with acting_as(account.user):
        record_reading(account=account, balance=None, equity=Decimal(equity), positions=[STANDING] * positions,
                       read_at=clock.now() - ago, source="test")  # fmt: skip


def judged(account: TradingAccount, now: datetime | None = None) -> list[tuple[str, int]]:
    """As the worker does; every breach there is."""
    if now is None:
        with by_the_service():
            rounds.judge_all_due()
    with acting_as(account.user):
        if now is not None:
            services.judge_due(account.id, now=now)
        return list(Breach.objects.order_by("number").values_list("breach_type", "breach_level"))


def test_a_reading_below_the_floor_is_judged_by_the_worker_with_its_evidence(prop: TradingAccount) -> None:
    """200 000 − 10 000: at 190 000 it holds, one cent… one dollar lower it does not."""
    standing_trade(prop)
    read(prop, 190_000, timedelta(seconds=2))
    assert judged(prop) == [("max_daily_loss", 1), ("max_daily_loss", 2)]
    read(prop, 189_999)
    assert judged(prop)[2:] == [("max_daily_loss", 3)]
    read(prop, 150_000)
    assert len(judged(prop)) == 3
    with acting_as(prop.user):
        breach = Breach.objects.get(breach_level=3)
        told = selectors.risk(prop)
    assert breach.evidence["basis"] == "equity"
    assert untouched(breach.evidence)
    assert judge_again(breach.evidence).used == breach.breach_value == 10_001
    assert (told["state"], told["equity"], told["locked"]) == ("armed", "150000.00", True)


def test_without_a_fresh_reading_an_open_position_leaves_the_state_unknown(prop: TradingAccount) -> None:
    standing_trade(prop)
    read(prop, 199_000, timedelta(minutes=6))
    with acting_as(prop.user):
        told = selectors.risk(prop)
    assert (told["state"], told["equity"]) == ("unknown", None)
    assert "not valued" in told["unknown"][0]
    read(prop, 199_000)
    with acting_as(prop.user):
        told = selectors.risk(prop)
    assert (told["state"], told["equity"], told["limits"][0]["room"]) == ("armed", "199000.00", "9000.00")


def test_closed_losses_with_an_open_position_warn_of_a_firms_limit_and_do_not_fail_it(prop: TradingAccount) -> None:
    standing_trade(prop)
    trade_in(prop, pnl=Decimal(-12_000), gross_pnl=Decimal(-12_000))
    assert judged(prop) == [("max_daily_loss", 1), ("max_daily_loss", 2)]
    with acting_as(prop.user):
        assert Breach.objects.first().evidence["estimate"]  # type: ignore[union-attr]


def test_an_own_limit_is_broken_by_closed_losses_alone(ana: User) -> None:
    account = account_of(ana, risk_limit=1_000)
    standing_trade(account)
    trade_in(account, pnl=Decimal(-1_200), gross_pnl=Decimal(-1_200))
    assert [level for _, level in judged(account)] == [1, 2, 3]


def test_the_reset_is_foreseen_once_a_day_and_told_in_words(prop: TradingAccount) -> None:
    """Closed +4 000 today, −13 000 open: 191 000 holds until the reset, whose floor is 194 000."""
    trade_in(prop, pnl=Decimal(4_000), gross_pnl=Decimal(4_000))
    standing_trade(prop)
    read(prop, 191_000)
    assert ("reset_forecast", 2) in judged(prop)
    read(prop, 191_000)
    found = judged(prop)
    assert found.count(("reset_forecast", 2)) == 1
    assert ("max_daily_loss", 3) not in found
    with acting_as(prop.user):
        said = body(Breach.objects.get(breach_type="reset_forecast"), prop)
        ahead = selectors.risk(prop)["forecast"]
    assert "−$13,000" in said and "$194,000" in said and "UTC" in said
    assert (ahead["carried"], ahead["breaks"][0]["floor"]) == ("-13000.00", "194000.00")


def test_the_worker_wakes_at_the_reset_though_nothing_is_written(prop: TradingAccount) -> None:
    trade_in(prop, pnl=Decimal(4_000), gross_pnl=Decimal(4_000))
    standing_trade(prop)
    read(prop, 191_000)
    judged(prop)
    with acting_as(prop.user):
        reset = selectors.now_state(prop).day_end
        wake = Due.objects.get(account=prop).wake_at
    assert reset is not None and wake == reset
    assert ("max_daily_loss", 3) not in judged(prop, reset - timedelta(seconds=1))
    with acting_as(prop.user):
        record_reading(account=prop, balance=None, equity=Decimal(191_000), positions=[STANDING],
                       read_at=reset - timedelta(seconds=1), source="test")  # fmt: skip
    assert ("max_daily_loss", 3) not in judged(prop, reset - timedelta(seconds=1))
    assert ("max_daily_loss", 3) in judged(prop, reset)
    with acting_as(prop.user):
        assert Breach.objects.get(breach_level=3).trading_day == (
            reset.date() if reset.hour < 12 else reset.date() + timedelta(days=1)
        )


def test_an_account_whose_hour_has_come_is_seen_by_the_worker(ana: User) -> None:
    """A stop that is missing for a minute: due by the clock alone."""
    account = account_of(ana, prop_firm_rules={"own": [{"rule": "missing_stop", "minutes": 31}]})
    standing_trade(account)
    assert judged(account) == []
    with acting_as(ana):
        wake = Due.objects.get(account=account).wake_at
        assert wake is not None and abs(wake - clock.now()) < timedelta(minutes=2)
        Due.objects.filter(account=account).update(wake_at=clock.now() - timedelta(seconds=1))
    with by_the_service():
        assert rounds.judge_all_due() == 1
        assert rounds.judge_all_due() == 0


def test_a_trade_opened_inside_a_pause_is_flagged(ana: User) -> None:
    """Half an hour ago, which may be yesterday: the account is older than that."""
    now = clock.now()
    account = account_of(ana, risk_limit=1_000, created_at=now - timedelta(days=30))
    with acting_as(ana):
        Cooling.objects.create(account=account, user=ana, started_at=now - timedelta(hours=1), ends_at=now)
    standing_trade(account)
    assert judged(account) == [("cooling_period", 2)]


@pytest.fixture
def both(ana: User) -> Iterator[TradingAccount]:
    firm = {"name": "Firm", "limits": [{"rule": "max_daily_loss", "amount": 5_000}]}
    yield account_of(ana, risk_limit=1_000, prop_firm_rules=firm, day_starts_at=time(0))


def test_an_own_limit_and_a_firms_of_the_same_kind_are_told_apart(both: TradingAccount) -> None:
    """−1 500 breaks the own 1 000, −5 500 the firm's 5 000 as well, on the same day."""
    trade_in(both, pnl=Decimal(-1_500), gross_pnl=Decimal(-1_500))
    assert judged(both) == [("own_daily_loss", 1), ("own_daily_loss", 2), ("own_daily_loss", 3)]
    trade_in(both, pnl=Decimal(-4_000), gross_pnl=Decimal(-4_000))
    assert judged(both)[3:] == [("max_daily_loss", 1), ("max_daily_loss", 2), ("max_daily_loss", 3)]


def test_new_rules_judge_today_at_once_and_wake_at_the_reset(ana: User) -> None:
    """−600 today, then 500 a day is promised; an open position is carried towards the reset."""
    account = account_of(ana)
    account.user = ana
    trade_in(account, pnl=Decimal(-600), gross_pnl=Decimal(-600))
    standing_trade(account)
    assert judged(account) == []
    with acting_as(ana):
        services.keep_rules(account=account, told={"limits": [{"rule": "max_daily_loss", "amount": 500}]})
        assert list(Breach.objects.order_by("number").values_list("breach_level", flat=True)) == [1, 2, 3]
        assert Due.objects.get(account=account).wake_at is not None
