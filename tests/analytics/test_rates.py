"""Dated rates are read as the bank publishes them, crossed through the euro, and never invented."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from analytics import snapshots
from analytics.models import ExchangeRate
from analytics.rates import OLDEST_DAYS, Rates, keep_rates, rates_of
from analytics.rates_file import Quoted, RatesNotRecognised, RateUnreadable, read
from analytics.together import together
from analytics.worth_now import worth_now
from armor import overview
from tests.asking import Program
from tests.factories import account_of, trade_in
from tests.hands import by_the_service

# The layout of eurofxref-hist.csv: newest first, N/A before a currency existed, a comma at the end of every row.
HISTORY = """Date,USD,JPY,CZK,CYP,
2026-03-06,1.2000,180.00,N/A,N/A,
2026-03-05,1.1000,165.00,25.00,N/A,
2026-03-04,1.0000,160.00,24.00,N/A,
"""
ONE_DAY = "Date, USD, JPY\n20 November 2026, 1.1520, 180.55\n"


def quoted(text: str) -> list[Quoted]:
    return list(read(StringIO(text)))


def test_history_is_read_without_the_days_nobody_quoted():
    read_in = quoted(HISTORY)
    assert len(read_in) == 8
    assert read_in[0] == Quoted(date(2026, 3, 6), "USD", Decimal("1.2000"))
    assert [one.day.day for one in read_in if one.quote == "CZK"] == [5, 4]
    assert {one.quote for one in read(StringIO(HISTORY), since=date(2026, 3, 6))} == {"USD", "JPY"}


def test_the_file_of_one_day_is_read_too():
    assert quoted(ONE_DAY) == [
        Quoted(date(2026, 11, 20), "USD", Decimal("1.1520")), Quoted(date(2026, 11, 20), "JPY", Decimal("180.55")),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "\n", "Day,USD\n", "Date\n", "Date,dollars\n", "PK\x03\x04"])
def test_another_file_is_not_taken_for_one(text: str):
    with pytest.raises(RatesNotRecognised):
        quoted(text)


@pytest.mark.parametrize(
    ("row", "where"),
    [
        ("2026-13-01,1.1,2,3,4,", "Row 2, column Date"), ("2026-03-01,1.1,two,3,4,", "Row 2, column JPY"),
        ("2026-03-01,-1.1,2,3,4,", "Row 2, column USD"), ("2026-03-01,1,2,0,4,", "Row 2, column CZK"),
        ("2026-03-01,1,2,NaN,4,", "Row 2, column CZK"), ("2026-03-01,1,2", "Row 2, column CZK"),
    ],
)  # fmt: skip
def test_a_bad_cell_is_named_by_row_and_column(row: str, where: str):
    with pytest.raises(RateUnreadable, match=where):
        quoted("Date,USD,JPY,CZK,CYP,\n" + row)


def known(text: str = HISTORY) -> Rates:
    against: dict[str, dict[date, Decimal]] = {}
    for one in quoted(text):
        against.setdefault(one.quote, {})[one.day] = one.rate
    return Rates(against)


def test_two_currencies_meet_through_the_euro():
    """5 March: a euro is 1.10 dollars or 165 yen, so a dollar is 150 yen; a yen 1/150 dollars."""
    rate, day = known(), date(2026, 3, 5)
    assert rate("USD", "JPY", day) == Decimal("150")
    assert rate("EUR", "USD", day) == Decimal("1.1")
    assert float(rate("JPY", "USD", day) or 0) == pytest.approx(1 / 150)
    assert rate("PLN", "PLN", day) == 1


def test_without_a_rate_of_the_day_the_last_one_before_it_counts_for_a_week_at_most():
    rate = known()
    assert rate("EUR", "USD", date(2026, 3, 6) + timedelta(days=OLDEST_DAYS)) == Decimal("1.2")
    assert rate("EUR", "USD", date(2026, 3, 6) + timedelta(days=OLDEST_DAYS + 1)) is None
    assert rate("EUR", "USD", date(2026, 3, 3)) is None
    assert rate("EUR", "USDT", date(2026, 3, 5)) is None


def test_both_sides_of_a_cross_are_of_the_same_day():
    """Koruna was not quoted on the 6th: dollar and koruna meet on the 5th, 25 / 1.10."""
    assert float(known()("USD", "CZK", date(2026, 3, 6)) or 0) == pytest.approx(25 / 1.10)


@pytest.fixture
def history(tmp_path: Path) -> Path:
    file = tmp_path / "eurofxref-hist.csv"
    file.write_text(HISTORY)
    return file


def imported(file: Path) -> str:
    said = StringIO()
    with by_the_service():
        call_command("import_rates", str(file), stdout=said)
    return said.getvalue().strip()


def test_the_command_takes_a_file_in_once(real_db: None, history: Path, ana: User):
    assert imported(history) == "8 rates read, 8 new"
    assert imported(history) == "8 rates read, 0 new"
    with acting_as(ana):
        assert ExchangeRate.objects.filter(source="ECB", base="EUR").count() == 8


def test_a_corrected_rate_is_kept_beside_the_old_one_and_read(real_db: None, history: Path, ana: User):
    imported(history)
    history.write_text(HISTORY.replace("1.1000", "1.1111"))
    assert imported(history) == "8 rates read, 1 new"
    with acting_as(ana):
        rate = rates_of(["EUR"], "USD", date(2026, 3, 5), date(2026, 3, 5))
        assert rate("EUR", "USD", date(2026, 3, 5)) == Decimal("1.1111")
        assert ExchangeRate.objects.filter(quote="USD", rate_date=date(2026, 3, 5)).count() == 2


def test_a_bad_file_leaves_nothing_behind(real_db: None, history: Path, ana: User):
    history.write_text(HISTORY.replace("160.00", "oops"))
    with pytest.raises(CommandError, match="Row 4, column JPY"):
        imported(history)
    with pytest.raises(CommandError, match="cannot be read"):
        imported(history.with_name("nowhere.csv"))
    with acting_as(ana):
        assert not ExchangeRate.objects.exists()


def test_a_trader_may_read_rates_and_not_write_them(db: None, ana: User):
    with acting_as(ana), pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        keep_rates(quoted(HISTORY), source="mine")
    with acting_as(ana):
        assert not ExchangeRate.objects.exists()


def test_a_rate_is_never_changed_or_removed(real_db: None, history: Path):
    imported(history)
    with by_the_service():
        for change in (lambda: ExchangeRate.objects.update(rate=1), lambda: ExchangeRate.objects.all().delete()):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


# Accounts together ---------------------------------------------------------------------------------------

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


@pytest.fixture
def two(real_db: None, ana: User, history: Path) -> None:
    """100,000 dollars that made +100 on the 5th; 1,000 euros that made +10 on the 5th and −20 on the 6th."""
    imported(history)
    dollars, euros = account_of(ana), account_of(ana, currency="EUR", starting_balance=Decimal(1000))
    for account, day, pnl in ((dollars, 0, 100), (euros, 0, 10), (euros, 1, -20)):
        at = NOON + timedelta(days=day)
        made(account, pnl, at)


def made(account: TradingAccount, pnl: int, at: datetime) -> None:
    trade_in(account, pnl=Decimal(pnl), gross_pnl=Decimal(pnl), entry_time=at)
    with acting_as(account.user):
        snapshots.rebuild(account)


def test_days_of_two_currencies_add_up_at_their_own_days_rates(two: None, ana: User):
    """5th: 100 + 10 × 1.10 = 111; 6th: −20 × 1.20 = −24; from 100,000 + 1,000 × 1.10 = 101,100."""
    equity = Program(ana).ask("get", "metrics/all/equity").json()
    assert (equity["base"], equity["accounts"], equity["missing"]) == ("USD", 2, [])
    assert (Decimal(equity["starting_balance"]), equity["rates_within_days"]) == (101_100, 7)
    assert [Decimal(point["equity"]) for point in equity["points"]] == [101_211, 101_187]
    days = Program(ana).ask("get", "metrics/all/heatmap?from=2026-03-06").json()["days"]
    assert [(day["date"], Decimal(day["net_pnl"]), day["trades"]) for day in days] == [("2026-03-06", -24, 1)]


def test_the_kpis_of_all_agree_with_the_days_of_all(two: None, ana: User):
    told = Program(ana).ask("get", "metrics/all").json()
    assert (told["kpis"]["net_profit"]["value"], told["trades"]) == (pytest.approx(87), 3)
    assert Decimal(told["starting_balance"]) == 101_100


def test_a_day_without_a_rate_names_account_currency_and_day(two: None, ana: User):
    pounds = account_of(ana, currency="GBP", account_name="London")
    made(pounds, 5, NOON)
    for path in ("metrics/all", "metrics/all/equity", "metrics/all/heatmap"):
        (missing,) = Program(ana).ask("get", path).json()["missing"]
        assert (missing["account"], missing["currency"], missing["dates"]) == ("London", "GBP", ["2026-03-05"])


def test_an_account_nothing_happened_on_is_not_added_up_at_one_to_one(two: None, ana: User):
    account_of(ana, currency="GBP", account_name="Empty")
    told = Program(ana).ask("get", "metrics/all").json()
    assert Decimal(told["starting_balance"]) == 101_100
    assert [one["account"] for one in told["missing"]] == ["Empty"]


def test_the_dashboard_adds_up_in_the_readers_currency(two: None, ana: User, client: Client):
    with acting_as(ana):
        client.force_login(ana, backend="accounts.signin.EmailBackend")
    page = client.get("/?period=all").content.decode()
    assert "$101,187" in page and "across 2 accounts" in page
    account_of(ana, currency="GBP", account_name="London")
    assert "without London: no rate from GBP to USD" in client.get("/?period=all").content.decode()


def test_the_strip_adds_todays_budgets_at_todays_rate_and_names_who_has_none(db: None, ana: User):
    """500 dollars and 300 euros at 1.20 are 860 of budget; the pounds nobody knows stay out, but not their rules."""
    told = (("Main", "USD", 500), ("Euros", "EUR", 300), ("London", "GBP", 200))
    every = [account_of(ana, account_name=name, currency=of, risk_limit=Decimal(most)) for name, of, most in told]
    with acting_as(ana):
        found = worth_now(overview.watched(every), "USD", lambda of, into, day: DOLLARS.get(of))
    strip, total = overview.strip(found.every, "USD"), overview.total(found.summed, "USD")
    assert (strip.limit_label, strip.left_label, strip.armor_note) == ("$860", "$860", "3 rules")
    assert total is not None and total.equity_label == "$220,000"
    assert [one.account for one in found.missing] == ["London"]


DOLLARS = {"USD": Decimal(1), "EUR": Decimal("1.20")}


def test_one_currency_needs_no_rate(db: None, ana: User):
    account = account_of(ana, currency="GBP")
    made(account, 5, NOON)
    with acting_as(ana):
        found = together([account], "GBP")
    assert (found.missing, [day.net_pnl for day in found.days]) == ((), [5])
