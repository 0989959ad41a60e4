"""Who does not read is let go with a word, and nobody waits for them."""

import socket
import time
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from websockets.sync.client import connect

from accounts.models import TradingAccount, User
from aetheris import clock, live
from aetheris.db.tenancy import acting_as
from tests.factories import account_of
from tests.hands import hand_of
from tests.journeys.test_sockets import lose
from tests.processes import Line, Product, cookie_of
from trading import services
from trading.models import Trade
from trading.rows import TradeRow

pytestmark = pytest.mark.usefixtures("real_db", "product")
TRADES, RINGS, AT_ONCE = 50, 80, 4


@pytest.fixture
def busy(ana: User) -> tuple[TradingAccount, list[Any]]:
    """An account with fifty trades to tell of."""
    account, now = account_of(ana, risk_limit=1000), clock.now()
    rows = [
        TradeRow(
            broker="mt5", broker_trade_id=str(n), symbol="EURUSD", side="long", quantity=Decimal(1),
            entry_price=Decimal(1), exit_price=Decimal(1), entry_time=now - timedelta(minutes=2 + n),
            exit_time=now - timedelta(minutes=1 + n), pnl=Decimal(1), gross_pnl=Decimal(1),
        )
        for n in range(TRADES)
    ]  # fmt: skip
    with acting_as(ana):
        services.record_trades(account=account, rows=rows, source="file", reason="test")
        return account, list(Trade.objects.values_list("id", flat=True))


def deaf(product: Product, user: User) -> Line:
    """A client with little room that reads nothing until it is asked to."""
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", product.port))
    headers = {"Cookie": f"sessionid={cookie_of(user)}"}
    address = f"ws://127.0.0.1:{product.port}/ws/realtime/"
    return Line(connect(address, sock=line, additional_headers=headers, open_timeout=20, max_queue=1))


def ring(account: TradingAccount, ids: list[Any], times: int) -> None:
    words = f"trades {account.user_id} {account.id} {','.join(str(id) for id in ids)}"
    with hand_of("app") as app:
        for _ in range(times):
            app.execute("SELECT pg_notify(%s, %s)", [live.CHANNEL, words])


@pytest.mark.timeout(240)
def test_a_client_that_does_not_read_is_let_go_and_the_others_hear_on(
    product: Product, busy: tuple[TradingAccount, list[Any]]
) -> None:
    account, ids = busy
    with deaf(product, account.user) as slow, product.socket("/ws/realtime/", account.user) as quick:
        for _ in range(RINGS // AT_ONCE):  # as much at once as a reader on a busy machine keeps up with
            ring(account, ids, AT_ONCE)
            told = [quick.next(60, of="TRADE") for _ in range(AT_ONCE * TRADES)]
            assert len(told) == AT_ONCE * TRADES
        began = time.monotonic()
        lose(account, 1500)
        assert [quick.next(30, of="ARMOR_BREACH")["level"] for _ in range(3)] == [1, 2, 3]
        assert time.monotonic() - began < 30
        assert slow.code() == 4408
