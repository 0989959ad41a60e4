"""Accounts of several currencies add up at the rate of each result's own day, or it is said what is missing."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from accounts.models import TradingAccount, User
from analytics.aggregate import joined
from tests.asking import Program
from tests.factories import account_of, trade_in

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def two(ana: User) -> list[TradingAccount]:
    """100,000 dollars that made +100; 1,000 euros that made +10 on the 5th and −20 on the 6th."""
    dollars = account_of(ana)
    euros = account_of(ana, currency="EUR", starting_balance=Decimal(1000))
    for account, day, pnl in ((dollars, 0, 100), (euros, 0, 10), (euros, 1, -20)):
        at = NOON + timedelta(days=day)
        trade_in(account, pnl=Decimal(pnl), gross_pnl=Decimal(pnl), entry_time=at, entry_price=Decimal(50))
    return [dollars, euros]


def rates(currency: str, base: str, day: date) -> Decimal:
    assert (currency, base) == ("EUR", "USD")
    return {5: Decimal("1.10"), 6: Decimal("1.20")}[day.day]


def test_each_result_is_worth_what_its_own_day_says(two: list[TradingAccount], as_ana: User):
    """100 + 10 × 1.10 − 20 × 1.20 = 87; the deposit at the first day's rate: 100,000 + 1,100."""
    found = joined(two, "USD", rate=rates)
    assert (found.report().values["net_profit"].value, found.report().trades, found.missing) == (
        pytest.approx(87),
        3,
        (),
    )
    assert Decimal(found.report().starting_balance) == 101_100
    assert found.report().values["total_notional"].value == pytest.approx(50 + 55 + 60)


def test_an_account_without_a_rate_is_named_and_left_out_whole(two: list[TradingAccount], as_ana: User):
    found = joined(two, "USD", rate=lambda currency, base, day: Decimal("1.1") if day.day == 5 else None)
    assert (found.report().values["net_profit"].value, len(found.accounts)) == (100, 1)
    (missing,) = found.missing
    assert missing.why == "no rate from EUR to USD on 1 of 2 days, the first 2026-03-06"


def test_the_api_names_the_base_and_what_is_missing(two: list[TradingAccount], ana: User):
    told = Program(ana).ask("get", "metrics/all?base=EUR").json()
    assert (told["base"], told["accounts"], told["trades"]) == ("EUR", 1, 2)
    assert [(one["currency"], one["days"]) for one in told["missing"]] == [("USD", 1)]
    assert told["kpis"]["net_profit"]["value"] == -10


def test_nobody_elses_accounts_are_in_the_sum(two: list[TradingAccount], cy: User):
    told = Program(cy).ask("get", "metrics/all").json()
    assert (told["accounts"], told["trades"], told["missing"]) == (0, 0, [])
