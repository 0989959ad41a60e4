"""I read where an account stands as its broker told it, and never change what was told."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import psycopg
import pytest
from django.db import DatabaseError, connections

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from trading import selectors, services
from trading.models import Reading
from trading.positions import OpenPosition, as_position, open_profit

pytestmark = pytest.mark.usefixtures("real_db")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LONG = OpenPosition(symbol="NQ", side="long", quantity=Decimal(2), entry_price=Decimal("20000.25"),
                    open_profit=Decimal("-150.50"), opened_at=NOON)  # fmt: skip


def read(account: TradingAccount, at: datetime, **told: object) -> Reading | None:
    given = {"balance": Decimal(1000), "equity": Decimal(990), "positions": [], "source": "test", **told}
    return services.record_reading(account=account, read_at=at, **given)  # type: ignore[arg-type]


def test_the_newest_reading_is_the_latest_moment_not_the_last_written(
    as_ana: User, anas_account: TradingAccount
) -> None:
    read(anas_account, NOON, equity=Decimal(1010))
    read(anas_account, NOON - timedelta(minutes=5), equity=Decimal(900))
    newest = selectors.newest_reading(anas_account)
    assert newest is not None and newest.equity == 1010 and newest.open_profit == 10
    between = selectors.readings_between(anas_account, NOON - timedelta(minutes=5), NOON)
    assert [one.equity for one in between] == [900]


def test_equity_follows_from_balance_and_every_position(as_ana: User, anas_account: TradingAccount) -> None:
    """1,000.00 - 150.50 = 849.50; one position of unknown profit leaves the equity unknown."""
    known = read(anas_account, NOON, equity=None, positions=[LONG])
    assert known is not None and known.equity == Decimal("849.50")
    assert known.positions == [{"symbol": "NQ", "side": "long", "quantity": "2", "entry_price": "20000.25",
                                "open_profit": "-150.50", "opened_at": "2026-03-02T12:00:00+00:00"}]  # fmt: skip
    silent = as_position({"symbol": "ES", "side": "short", "quantity": "1", "entry_price": "5000"})
    unknown = read(anas_account, NOON, equity=None, positions=[LONG, silent])
    assert unknown is not None and unknown.equity is None and unknown.open_profit is None


def test_a_broker_that_says_nothing_leaves_no_reading(as_ana: User, anas_account: TradingAccount) -> None:
    assert read(anas_account, NOON, balance=None, equity=None) is None
    assert selectors.newest_reading(anas_account) is None
    assert open_profit([], balance=None, equity=None) is None


def test_a_position_survives_its_own_json() -> None:
    assert as_position(LONG.as_json()) == LONG


def test_a_reading_never_changes_and_a_fresh_one_is_not_removed(ana: User, anas_account: TradingAccount) -> None:
    with acting_as(ana):
        read(anas_account, clock.now())
    with acting_as(ana), pytest.raises(DatabaseError):
        Reading.objects.update(equity=1)
    with acting_as(ana), pytest.raises(DatabaseError) as refused:
        Reading.objects.all()._raw_delete("default")  # the app has no right to delete
    assert isinstance(refused.value.__cause__, psycopg.errors.InsufficientPrivilege)
    with acting_as(ana, using="service"), pytest.raises(DatabaseError) as fresh:
        connections["service"].cursor().execute("DELETE FROM account_readings")
    assert isinstance(fresh.value.__cause__, psycopg.errors.RestrictViolation)


def test_a_stranger_sees_no_reading(ana: User, cy: User, anas_account: TradingAccount) -> None:
    with acting_as(ana):
        read(anas_account, NOON)
    with acting_as(cy):
        assert selectors.newest_reading(anas_account) is None
