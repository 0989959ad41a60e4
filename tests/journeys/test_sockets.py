"""I listen at real sockets: what was missed first, in order, each once; nothing of anybody else's."""

import os
import signal
import time
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor.models import Breach
from armor.services import dismiss
from tests.factories import account_of
from tests.hands import hand_of, look, write_by_sql
from tests.processes import Product
from trading import services
from trading.rows import TradeRow
from trading.staging import Written

pytestmark = pytest.mark.usefixtures("real_db", "product")


@pytest.fixture
def guarded(ana: User) -> TradingAccount:
    return account_of(ana, risk_limit=1000)


@pytest.fixture
def old(ana: User) -> TradingAccount:
    return account_of(ana, risk_limit=1000, created_at=clock.now() - timedelta(days=30))


def row(loss: int, days_ago: int = 0) -> TradeRow:
    closed = clock.now() - timedelta(days=days_ago)
    return TradeRow(
        broker="mt5", broker_trade_id=str(closed.timestamp()), symbol="EURUSD", side="long", quantity=Decimal(1),
        entry_price=Decimal(1), exit_price=Decimal(1), entry_time=closed - timedelta(minutes=1), exit_time=closed,
        pnl=Decimal(-loss), gross_pnl=Decimal(-loss),
    )  # fmt: skip


def lose(account: TradingAccount, loss: int, days_ago: int = 0) -> None:
    with acting_as(account.user):
        services.record_trades(account=account, rows=[row(loss, days_ago)], source="file", reason="test")


def warn(account: TradingAccount, *days_ago: int) -> None:
    """One level 1 on each of these days."""
    for back in days_ago:
        lose(account, 800, back)


# In order -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/ws/armor/{}", "/ws/armor/{}/", "/ws/realtime/{}", "/ws/realtime/"])
def test_resuming_tells_what_was_missed_in_order_and_then_what_happens(
    product: Product, old: TradingAccount, path: str
) -> None:
    warn(old, 5, 4, 3)
    with product.socket(path.format(old.id), old.user) as line:
        line.say(type="resume", since=1)
        assert line.numbers(2) == [2, 3]
        warn(old, 2, 1)
        assert line.numbers(2) == [4, 5]


def test_without_resuming_only_what_happens_from_now_on_is_told(product: Product, old: TradingAccount) -> None:
    warn(old, 5, 4, 3)
    with product.socket(f"/ws/armor/{old.id}", old.user) as line:
        assert line.heard() == []
        warn(old, 2)
        assert line.numbers(1) == [4]


def test_resuming_twice_tells_nothing_twice_but_what_was_asked_for_again(product: Product, old: TradingAccount) -> None:
    warn(old, 5, 4)
    with product.socket(f"/ws/armor/{old.id}", old.user) as line:
        for _ in range(2):
            line.say(type="resume", since=0)
            assert line.numbers(2) == [1, 2]
        line.say(type="resume", since=2)
        assert line.heard() == []


def test_words_that_make_no_sense_are_passed_over(product: Product, old: TradingAccount) -> None:
    with product.socket(f"/ws/armor/{old.id}", old.user) as line:
        line.connection.send("{not json")
        line.connection.send(b"\x00\xff")
        for message in ({"since": "7"}, {"since": -1}, {"since": True}, {"since": 1.5}, {}):
            line.say(type="resume", **message)
        line.say(type="drop table trades")
        warn(old, 1)
        assert line.numbers(1) == [1]


def test_a_message_carries_the_breach_as_it_stands(product: Product, guarded: TradingAccount) -> None:
    with product.socket(f"/ws/armor/{guarded.id}", guarded.user) as line:
        lose(guarded, 1250)
        told = [line.next(of="ARMOR_BREACH") for _ in range(3)]
    assert [(message["number"], message["level"]) for message in told] == [(1, 1), (2, 2), (3, 3)]
    last = told[-1]
    with acting_as(guarded.user):
        assert last["id"] == str(Breach.objects.get(number=3).id)
    data = last["data"]
    assert (last["account_id"], data["rule"], data["value"], data["limit"], data["currency"]) == (
        str(guarded.id), "max_daily_loss", "1250.00", "1000.00", "USD",
    )  # fmt: skip
    assert (data["used_percent"], data["loss_today"], data["needs_ack"]) == ("125.0", "-1250.00", True)


def test_every_open_page_hears_of_an_acknowledgement(product: Product, guarded: TradingAccount) -> None:
    lose(guarded, 950)
    with product.socket("/ws/realtime/", guarded.user) as one, product.socket("/ws/realtime/", guarded.user) as other:
        with acting_as(guarded.user):
            dismiss(breach=Breach.objects.get(breach_level=2))
        for line in (one, other):
            assert sorted(line.next(of="ALERT_DISMISSED")["number"] for _ in range(2)) == [1, 2]


def test_a_trade_moves_the_figures_of_an_open_page(product: Product, guarded: TradingAccount) -> None:
    with product.socket(f"/ws/realtime/{guarded.id}", guarded.user) as line:
        lose(guarded, 100)
        trade, metrics = line.next(of="TRADE"), line.next(of="METRICS")
    assert (trade["op"], trade["data"]["pnl"], trade["data"]["symbol"]) == ("insert", "-100.00", "EURUSD")
    assert metrics["data"]["risk"]["pnl_today"] == "-100.00"
    assert metrics["data"]["risk"]["limits"][0]["room"] == "900.00"


def test_a_second_upload_says_nothing(product: Product, guarded: TradingAccount) -> None:
    rows = [row(600), row(600)]

    def upload() -> Written:
        with acting_as(guarded.user):
            return services.record_trades(account=guarded, rows=rows, source="file", reason="test")

    with product.socket("/ws/realtime/", guarded.user) as line:
        assert upload().new == 2
        assert {message["type"] for message in line.heard()} == {"ARMOR_BREACH", "TRADE", "METRICS"}
        assert upload().duplicate == 2
        assert line.heard(1.5) == []


# Who may listen -----------------------------------------------------------------------------------------


def test_a_strangers_account_is_as_if_there_were_none(product: Product, guarded: TradingAccount, cy: User) -> None:
    for path in (f"/ws/armor/{guarded.id}", f"/ws/realtime/{guarded.id}", "/ws/elsewhere"):
        with product.socket(path, cy) as line:
            assert line.code() == 4404
    with product.socket("/ws/armor/01a1fae2-0000-7000-8000-000000000000", guarded.user) as line:
        assert line.code() == 4404


def test_who_is_not_signed_in_is_told_so(product: Product, guarded: TradingAccount) -> None:
    for path in (f"/ws/armor/{guarded.id}", "/ws/realtime/", "/ws/realtime/?ticket=made-up"):
        with product.socket(path) as line:
            assert line.code() == 4401
    with product.socket("/ws/realtime/", Cookie="sessionid=madeupmadeupmadeupmadeupmadeup12") as line:
        assert line.code() == 4401


def test_a_page_of_another_site_cannot_use_the_visitors_cookie(product: Product, guarded: TradingAccount) -> None:
    with product.socket("/ws/realtime/", guarded.user, Origin="https://evil.example") as line:
        assert line.code() == 4401
    with product.socket("/ws/realtime/", guarded.user, Origin=product.url) as line:
        lose(guarded, 800)
        assert line.numbers(1) == [1]


def test_a_stranger_hears_nothing_of_anas(product: Product, guarded: TradingAccount, cy: User) -> None:
    with product.socket("/ws/realtime/", cy) as hers, product.socket("/ws/realtime/", guarded.user) as line:
        lose(guarded, 1000)
        assert line.numbers(3) == [1, 2, 3]
        assert hers.heard() == []


def test_a_socket_of_one_account_hears_nothing_of_another(product: Product, guarded: TradingAccount, ana: User) -> None:
    other = account_of(ana, risk_limit=1000)
    with product.socket(f"/ws/armor/{guarded.id}", ana) as line:
        lose(other, 800)
        lose(guarded, 800)
        assert line.numbers(1) == [2]
        assert line.heard() == []


def test_a_ticket_opens_one_socket_and_works_once(product: Product, guarded: TradingAccount) -> None:
    status, told = product.ask("POST", "/api/v1/auth/ws-ticket", token=product.token_of(guarded.user))
    assert status == 200
    with product.socket(f"/ws/armor/{guarded.id}?ticket={told['ticket']}") as line:
        lose(guarded, 800)
        assert line.numbers(1) == [1]
    with product.socket(f"/ws/armor/{guarded.id}?ticket={told['ticket']}") as again:
        assert again.code() == 4401


# When things break --------------------------------------------------------------------------------------

OF_THE_APP = "FROM pg_stat_activity WHERE usename = 'aetheris_app' AND datname = current_database()"
LISTENERS = "FROM pg_stat_activity WHERE application_name = 'aetheris live' AND datname = current_database()"


def listeners() -> list[dict[str, Any]]:
    return look(f"SELECT pid {LISTENERS}")


@pytest.fixture
def cut_off() -> Iterator[Any]:
    """Cut the server's line to the database; it comes back by itself, at the soonest after a tenth of a second."""

    def cut() -> list[int]:
        with hand_of("superuser") as superuser:
            return [pid for pid, _ in superuser.execute(f"SELECT pid, pg_terminate_backend(pid) {LISTENERS}")]

    yield cut


def test_an_alert_written_while_nobody_listens_still_arrives_once_and_in_order(
    product: Product, old: TradingAccount, cut_off: Any
) -> None:
    """NOTIFY alone would lose 2 to 4: they are committed before the server listens again."""
    with product.socket(f"/ws/armor/{old.id}", old.user) as line:
        warn(old, 6)
        assert line.numbers(1) == [1]
        with acting_as(old.user):
            for back in (5, 4, 3):
                services.record_trades(account=old, rows=[row(800, back)], source="file", reason="test")
            cut = cut_off()
        assert cut
        assert line.numbers(3) == [2, 3, 4]
        warn(old, 2)
        assert line.numbers(1) == [5]
        assert line.heard() == []


def test_a_server_whose_every_connection_was_cut_tells_what_was_missed(product: Product, old: TradingAccount) -> None:
    """As when PostgreSQL starts anew: the pooled connections are dead, too, and the first to read finds out."""
    warn(old, 6)
    with product.socket(f"/ws/armor/{old.id}", old.user) as line, product.socket("/ws/realtime/", old.user) as other:
        line.say(type="resume", since=0)
        assert line.numbers(1) == [1]
        for back in (4, 2):
            connections["default"].close_pool()
            with hand_of("superuser") as superuser:
                superuser.execute(f"SELECT pg_terminate_backend(pid) {OF_THE_APP}")
                write_by_sql(superuser, old, -800, clock.now() - timedelta(days=back))
        assert line.numbers(2) == [2, 3]
        assert other.numbers(2) == [2, 3]


def test_a_server_that_lost_its_line_finds_a_new_one_and_says_it_is_ready(product: Product, cut_off: Any) -> None:
    def listens() -> bool:
        return bool(product.ask("GET", "/readyz")[1]["checks"]["listener"]["ok"])

    old = listeners()
    cut_off()
    assert product.ask("GET", "/healthz")[0] == 200
    deadline = time.monotonic() + 30
    while not (listeners() and listeners() != old and listens()):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("login", ["migrator", "superuser"])
def test_a_trade_by_plain_sql_is_heard_within_two_seconds(
    product: Product, guarded: TradingAccount, login: str
) -> None:
    with product.socket(f"/ws/armor/{guarded.id}", guarded.user) as line:
        with hand_of(login, tenant=guarded.user_id) as sql:
            write_by_sql(sql, guarded, -1200)
        began = time.monotonic()
        assert line.numbers(3) == [1, 2, 3]
        assert time.monotonic() - began < 2


def test_whatever_holds_the_worker_up_a_trade_by_plain_sql_is_judged(product: Product, guarded: TradingAccount) -> None:
    """As a long import or a night of KPIs would: all of the worker stands still, but for its judge."""
    worker = next(member.process for member in product.crew.members if member.name == "worker")
    assert worker is not None
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        with product.socket(f"/ws/armor/{guarded.id}", guarded.user) as line:
            with hand_of("migrator", tenant=guarded.user_id) as sql:
                write_by_sql(sql, guarded, -1200)
            assert line.numbers(3) == [1, 2, 3]
    finally:
        os.kill(worker.pid, signal.SIGCONT)


def test_many_alerts_at_once_reach_many_sockets_complete_and_in_order(product: Product, ana: User) -> None:
    """Twenty days with three levels each, written in one go: 60 alerts at each of ten sockets."""
    account = account_of(ana, risk_limit=1000, created_at=clock.now() - timedelta(days=30))
    lines = [product.socket(f"/ws/armor/{account.id}", ana) for _ in range(10)]
    try:
        with acting_as(ana):
            services.record_trades(
                account=account, rows=[row(1000, back) for back in range(20, 0, -1)], source="file", reason="test"
            )
        for line in lines:
            assert line.numbers(60) == list(range(1, 61))
    finally:
        for line in lines:
            line.connection.close()


def test_the_server_had_nothing_to_complain_about(product: Product) -> None:
    """The last of this file: what its log keeps of all the tests above is the line that we cut ourselves."""
    ours = ("Service Unavailable: /readyz", "The line to the database is lost", "discarding closed connection")
    assert [line for line in product.log().splitlines() if not any(words in line for words in ours)] == []
