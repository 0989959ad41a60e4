"""I hold every page to the number of queries written in query_counts.json, whatever the number of trades."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.factories import trade_in
from trading.models import Trade

WRITTEN = Path(__file__).parents[1] / "query_counts.json"
COUNTS: dict[str, int] = json.loads(WRITTEN.read_text())
NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def page(ana: User, client: Client) -> Client:
    with acting_as(ana):
        client.force_login(ana)
    return client


def some(account: TradingAccount, count: int) -> Trade:
    made = [
        trade_in(account, symbol="EURUSD", pnl=Decimal(n - 3), gross_pnl=Decimal(n - 3), setup="Fade", mae=1, mfe=1,
                 initial_risk=1, entry_time=NOON - timedelta(hours=n + 1), exit_time=NOON - timedelta(hours=n))
        for n in range(count)
    ]  # fmt: skip
    return made[0]


def asked(page: Client, path: str) -> int:
    page.get(path)  # the first look may fill what is kept
    with CaptureQueriesContext(connection) as queries:
        assert page.get(path).status_code == 200
    return len(queries)


@pytest.mark.parametrize("path", COUNTS)
def test_a_page_asks_as_often_as_is_written_however_much_there_is(
    page: Client, anas_account: TradingAccount, path: str
) -> None:
    """Fewer is welcome, and then to be written down; more is a loop that asks for each row."""
    trade = some(anas_account, 3)
    few = asked(page, path.format(trade=trade.id, account=anas_account.id))
    some(anas_account, 60)
    many = asked(page, path.format(trade=trade.id, account=anas_account.id))
    assert many == few
    assert many <= COUNTS[path]
