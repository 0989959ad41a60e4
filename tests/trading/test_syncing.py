"""I sync with brokers that fail, hurry, stall and repeat themselves: nothing lost, nothing twice, nobody else kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from tests.asking import Program
from tests.hands import by_the_service
from tests.trading.doubles import Answer, Service
from trading import rounds, selectors, syncing
from trading.connections import add_connection
from trading.connectors import BrokerBusy, BrokerRefused, BrokerUnreachable
from trading.connectors.rest import Rest
from trading.models import BrokerConnection, ConnectorState, Reading, SyncLog, Trade

pytestmark = pytest.mark.usefixtures("real_db")


def trade(number: int, **told: Any) -> dict[str, Any]:
    return {"id": str(number), "symbol": "NQ", "side": "buy", "quantity": "1", "entry_price": "100.10",
            "entry_time": f"2026-03-02T12:{number:02}:00Z", "exit_price": "101.20",
            "exit_time": f"2026-03-02T13:{number:02}:00Z", "pnl": "1.10", **told}  # fmt: skip


@pytest.fixture(autouse=True)
def quickly(settings: Any, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    settings.OUTBOUND_ALLOW_LOOPBACK = True
    waited: list[float] = []
    monkeypatch.setattr(syncing, "sleep", waited.append)
    return waited


class Broker:
    """Answers from a list of misfortunes first, then as it should."""

    def __init__(self) -> None:
        self.trades = [trade(1), trade(2)]
        self.misfortunes: list[Answer] = []

    def __call__(self, method: str, path: str) -> Answer:
        if path.startswith("/standing"):
            return 200, {}, {"balance": 1000, "equity": 990.5, "positions": []}
        if self.misfortunes:
            return self.misfortunes.pop(0)
        since = path.partition("since=")[2].replace("%3A", ":").replace("%2B", "+")
        return 200, {}, {"data": [one for one in self.trades if one["exit_time"] >= since]}


@pytest.fixture
def broker() -> Broker:
    return Broker()


@pytest.fixture
def service(broker: Broker) -> Iterator[Service]:
    with Service(broker) as made:
        yield made


def connected(account: TradingAccount, service: Service, **told: Any) -> BrokerConnection:
    config = f'{{"url": "{service.url}/trades", "list": "data", "standing_url": "{service.url}/standing"}}'
    with acting_as(account.user):
        return add_connection(account=account, values={"broker_type": "rest", "extra_config": config, **told})


def synced(connection: BrokerConnection) -> Any:
    return syncing.sync_connection(connection.id, connection.user_id)


def test_a_sync_brings_each_trade_once_and_where_the_account_stands(
    anas_account: TradingAccount, service: Service, broker: Broker
) -> None:
    connection = connected(anas_account, service)
    assert synced(connection).new == 2
    broker.trades.append(trade(3))
    assert synced(connection).new == 1
    with acting_as(anas_account.user):
        assert Trade.objects.count() == 3
        assert selectors.newest_reading(anas_account).equity == Decimal("990.5")  # type: ignore[union-attr]
        connection.refresh_from_db()
        assert (connection.sync_cursor, connection.sync_status) == ("2026-03-02T13:03:00Z", "success")
        assert sum(log.trades_new for log in SyncLog.objects.all()) == 3


def test_what_fails_is_tried_again_after_one_two_and_four_seconds(
    anas_account: TradingAccount, service: Service, broker: Broker, quickly: list[float]
) -> None:
    connection = connected(anas_account, service)
    broker.misfortunes = [(500, {}, {})] * 3
    assert synced(connection).new == 2
    assert quickly == [1.0, 2.0, 4.0]
    broker.misfortunes = [(500, {}, {})] * 4
    with pytest.raises(BrokerUnreachable):
        synced(connection)
    with acting_as(anas_account.user):
        connection.refresh_from_db()
        assert connection.sync_status == "failed" and "500" in (connection.last_error or "")


def test_a_broker_that_asks_for_rest_is_left_alone_for_as_long(
    anas_account: TradingAccount, service: Service, broker: Broker, quickly: list[float]
) -> None:
    connection = connected(anas_account, service)
    broker.misfortunes = [(429, {"Retry-After": "300"}, {})]
    with pytest.raises(BrokerBusy):
        synced(connection)
    asked = len(service.asked)
    assert synced(connection) is None and len(service.asked) == asked and quickly == []
    with acting_as(anas_account.user):
        state = ConnectorState.objects.get(pk=connection.pk)
        assert state.ask_after is not None
        assert timedelta(seconds=200) < state.ask_after - clock.now() <= timedelta(seconds=300)


def test_a_refusal_is_not_repeated(
    anas_account: TradingAccount, service: Service, broker: Broker, quickly: list[float]
) -> None:
    broker.misfortunes = [(401, {}, {})]
    with pytest.raises(BrokerRefused):
        synced(connected(anas_account, service))
    assert quickly == [] and len(service.asked) == 1


def test_a_bad_trade_among_good_ones_writes_nothing_and_moves_no_cursor(
    anas_account: TradingAccount, service: Service, broker: Broker
) -> None:
    connection = connected(anas_account, service)
    broker.trades.append(trade(3, quantity="many"))
    with pytest.raises(Exception, match="quantity"):
        synced(connection)
    with acting_as(anas_account.user):
        connection.refresh_from_db()
        assert (Trade.objects.count(), connection.sync_cursor) == (0, None)


def test_one_connection_is_synced_by_one_at_a_time(anas_account: TradingAccount, service: Service) -> None:
    connection = connected(anas_account, service)
    with connections["admin"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"sync {connection.id}"])
        assert synced(connection) is None and service.asked == []
        cursor.execute("SELECT pg_advisory_unlock_all()")
    assert synced(connection).new == 2


@pytest.mark.parametrize(("policy", "pnl"), [("ignore", Decimal("1.10")), ("overwrite", Decimal("0.90"))])
def test_what_the_broker_says_otherwise_later_follows_the_policy(
    anas_account: TradingAccount, service: Service, broker: Broker, policy: str, pnl: Decimal
) -> None:
    connection = connected(anas_account, service, conflict_policy=policy)
    synced(connection)
    broker.trades[1] = trade(2, pnl="0.90")
    synced(connection)
    with acting_as(anas_account.user):
        assert Trade.objects.get(broker_trade_id="2").pnl == pnl


def test_an_address_inside_is_never_called(anas_account: TradingAccount, service: Service, settings: Any) -> None:
    settings.OUTBOUND_ALLOW_LOOPBACK = False
    with pytest.raises(Exception, match=r"https://|public"):
        synced(connected(anas_account, service))
    assert service.asked == []


def test_a_job_syncs_all_connections_and_one_that_fails_keeps_no_other(
    ana: User, anas_account: TradingAccount, service: Service
) -> None:
    connected(anas_account, service)
    with acting_as(ana):
        add_connection(
            account=anas_account, values={"broker_type": "rest", "extra_config": '{"url": "https://10.0.0.1/"}'}
        )
    program = Program(ana)
    begun = program.ask("post", f"brokers/sync/{anas_account.id}")
    assert (begun.status_code, begun.json()["state"], begun.json()["total"]) == (202, "waiting", 2)
    with by_the_service():
        assert rounds.take_imports() == 1
    told = program.ask("get", f"brokers/sync/{begun.json()['job_id']}").json()
    assert (told["done"], told["total"], told["counts"]["new"], told["state"]) == (2, 2, 2, "failed")
    assert "public internet" in told["error"]


def test_a_terminal_pushes_by_its_own_token(ana: User, anas_account: TradingAccount) -> None:
    program = Program(ana).step_up()
    made = program.ask("post", "connections", {"account": str(anas_account.id), "broker_type": "bridge"}).json()
    token = program.ask("post", f"connections/{made['id']}/push-token").json()["token"]
    standing = {"balance": "1000", "equity": "1010", "positions": [
        {"symbol": "EURUSD", "side": "long", "quantity": "1", "entry_price": "1", "open_profit": "10.5"}]}  # fmt: skip

    def push(word: str, **told: Any) -> Any:
        return program.post(f"/api/v1/bridge/{made['id']}/push", told, content_type="application/json",
                            headers={"Authorization": f"Bearer {word}"})  # fmt: skip

    done = push(token, trades=[trade(1)], standing=standing)
    assert (done.status_code, done.json()) == (200, {"new": 1, "updated": 0, "duplicate": 0, "reading": True})
    assert push(token, trades=[trade(1)]).json()["duplicate"] == 1
    refused = push(token, trades=[trade(2), trade(3, side="sideways")])
    assert (refused.status_code, refused.json()["code"]) == (422, "telling_refused")
    assert push("push_guess", trades=[trade(4)]).status_code == 401
    with acting_as(ana):
        assert Trade.objects.count() == 1
        assert Reading.objects.get().positions[0]["open_profit"] == "10.5"
    again = program.ask("post", f"connections/{made['id']}/push-token").json()["token"]
    assert push(token, trades=[]).status_code == 401 and push(again, trades=[]).status_code == 200


def test_old_readings_keep_each_minutes_lowest_highest_and_last(ana: User, anas_account: TradingAccount) -> None:
    """Of 5, 9, 1, 7, 6 in one minute remain 9, 1 and 6."""
    from trading.services import record_reading

    minute = datetime.now(UTC).replace(second=0, microsecond=0) - timedelta(days=3)
    with acting_as(ana):
        for second, equity in enumerate((5, 9, 1, 7, 6)):
            record_reading(account=anas_account, balance=None, equity=Decimal(equity), positions=[], source="test",
                           read_at=minute + timedelta(seconds=second))  # fmt: skip
    with by_the_service():
        assert rounds.thin_readings() == 2
    with acting_as(ana):
        assert [one.equity for one in Reading.objects.order_by("read_at")] == [9, 1, 6]


def test_a_flaw_of_our_own_ends_its_job_and_keeps_none_behind_it_waiting(
    ana: User, anas_account: TradingAccount, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(anas_account, service)

    def broken(self: Rest, cursor: str | None) -> None:
        raise RuntimeError("a flaw")

    monkeypatch.setattr(Rest, "fetch_trades", broken)
    with acting_as(ana):
        first = syncing.begin_sync(account=anas_account)
        behind = syncing.begin_sync(account=anas_account)
    with by_the_service():
        assert rounds.take_imports() == 2
    with acting_as(ana):
        first.refresh_from_db()
        behind.refresh_from_db()
        assert (
            first.state == "failed" and "Something broke" in (first.error or "") and "a flaw" not in (first.error or "")
        )
        assert behind.state in ("done", "failed")  # as the rest the broker is given was over by then, or not
        assert Trade.objects.count() == 0
