"""I bring statements in through the one door: each trade once, all or nothing, the trader's own words untouched."""

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import TradingAccount, User
from accounts.services import close_account
from aetheris.db.tenancy import acting_as
from aetheris.errors import AetherisError
from analytics.models import DailySnapshot
from tests.factories import account_of
from tests.hands import everything_counted
from tests.trading.golden import SAMPLES, SHARED
from trading import services
from trading.errors import AccountClosed, ChangedMeanwhile, CurrencyDiffers, NotYoursToChange
from trading.models import SyncLog, Trade
from trading.reading.errors import (
    StatementDamaged,
    StatementEmpty,
    StatementNotRecognised,
    StatementTooLarge,
    StatementUnsafe,
)  # fmt: skip
from trading.rows import TradeRow
from trading.staging import Written

pytestmark = pytest.mark.usefixtures("real_db")
HISTORY = (SAMPLES / "mt5" / "history.xlsx").read_bytes()  # two trades, and a row that is none
CSV_HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl,commissions"


@pytest.fixture
def account(ana: User) -> TradingAccount:
    return account_of(ana)


def bring(
    account: TradingAccount, content: bytes = HISTORY, name: str = "history.xlsx", **told: Any
) -> services.Imported:
    with acting_as(account.user_id):
        return services.import_statement(account=account, content=content, name=name, **told)


def counts(done: services.Imported) -> tuple[int, int, int]:
    return done.recorded.new, done.recorded.updated, done.recorded.duplicate


def csv(*rows: str) -> bytes:
    return "\n".join([CSV_HEAD, *rows]).encode()


def trade_of(account: TradingAccount, **sought: Any) -> Trade:
    with acting_as(account.user):
        return Trade.objects.get(account=account, **sought)


OPEN = TradeRow(
    broker="mt5", broker_trade_id="7", symbol="EURUSD", side="long", quantity=Decimal(1), entry_price=Decimal("1.1"),
    entry_time=datetime(2026, 3, 2, 9, tzinfo=UTC),
)  # fmt: skip
CLOSED = replace(
    OPEN, exit_price=Decimal("1.2"), exit_time=datetime(2026, 3, 2, 10, tzinfo=UTC), gross_pnl=Decimal(102),
    commissions=Decimal(2), pnl=Decimal(100),
)  # fmt: skip


def record(account: TradingAccount, *rows: TradeRow, **told: Any) -> Written:
    with acting_as(account.user):
        return services.record_trades(account=account, rows=rows, source="file", reason="test", **told)


# Once ---------------------------------------------------------------------------------------------------


def test_second_upload_of_the_same_file_is_all_duplicate_and_changes_no_trade(account: TradingAccount) -> None:
    first = bring(account)
    with acting_as(account.user):
        before = list(Trade.objects.order_by("id").values())
    second = bring(account)
    assert (counts(first), counts(second)) == ((2, 0, 0), (0, 0, 2))
    with acting_as(account.user):
        assert list(Trade.objects.order_by("id").values()) == before


def test_each_upload_leaves_a_log_that_adds_up_and_names_the_file(account: TradingAccount) -> None:
    bring(account)
    bring(account)
    with acting_as(account.user):
        logs = list(SyncLog.objects.order_by("sync_timestamp"))
    assert [(log.rows_read, log.trades_new, log.trades_duplicate, log.trades_error) for log in logs] == [
        (3, 2, 0, 1), (3, 0, 2, 1),
    ]  # fmt: skip
    assert {(log.source, log.file_sha256) for log in logs} == {("history.xlsx", sha256(HISTORY).hexdigest())}
    net = {"name": "net_profit", "statement": "59.45", "ours": "82.30", "equal": False}  # the row that was not taken
    assert net in logs[0].reconciliation


def test_a_file_that_overlaps_the_last_one_adds_only_what_is_new(account: TradingAccount) -> None:
    row = "{},EURUSD,long,1,1.1,1.2,2026-03-0{} 09:00:00,2026-03-0{} 10:00:00,10,0"
    bring(account, csv(*(row.format(day, day, day) for day in (2, 3))), "week1.csv")
    assert counts(bring(account, csv(*(row.format(day, day, day) for day in (3, 4))), "week2.csv")) == (1, 0, 1)


def test_a_trade_told_twice_in_one_file_is_written_once(account: TradingAccount) -> None:
    recorded = record(account, CLOSED, CLOSED)
    assert (recorded.new, recorded.duplicate) == (1, 1)


def test_the_same_file_may_come_into_two_accounts(account: TradingAccount, ana: User) -> None:
    other = account_of(ana)
    assert counts(bring(account)) == counts(bring(other)) == (2, 0, 0)


def test_a_deleted_trade_does_not_come_back_with_the_next_upload(account: TradingAccount) -> None:
    record(account, CLOSED)
    with acting_as(account.user):
        services.delete_trade(trade=Trade.objects.get())
    assert record(account, CLOSED).duplicate == 1
    assert trade_of(account).deleted_at is not None


# Later news ---------------------------------------------------------------------------------------------


def test_an_open_position_is_closed_by_a_later_file(account: TradingAccount) -> None:
    record(account, OPEN)
    assert trade_of(account).status == "open"
    recorded = record(account, CLOSED)
    assert (recorded.new, recorded.updated, recorded.duplicate) == (0, 1, 0)
    closed = trade_of(account)
    assert (closed.status, closed.pnl, closed.duration_ms, closed.version) == ("closed", 100, 3_600_000, 2)


def test_an_older_file_does_not_open_a_closed_trade_again(account: TradingAccount) -> None:
    record(account, CLOSED)
    assert record(account, OPEN).duplicate == 1
    assert trade_of(account).status == "closed"


def test_what_the_broker_says_otherwise_of_a_closed_trade_is_taken_only_when_told_to_overwrite(
    account: TradingAccount,
) -> None:
    """A late swap of −5: 100 becomes 95."""
    record(account, CLOSED)
    corrected = replace(CLOSED, swap=Decimal(-5), pnl=Decimal(95))
    assert record(account, corrected).duplicate == 1
    assert trade_of(account).pnl == 100
    assert record(account, corrected, overwrite=True).updated == 1
    assert (trade_of(account).pnl, trade_of(account).swap) == (95, -5)
    assert record(account, corrected, overwrite=True).duplicate == 1  # nothing left to say


def test_overwriting_leaves_a_trade_written_by_hand_alone(account: TradingAccount) -> None:
    told = {name: getattr(CLOSED, name) for name in ("broker", "broker_trade_id", "symbol", "side", "quantity",
            "entry_price", "exit_price", "entry_time", "exit_time", "pnl")}  # fmt: skip
    with acting_as(account.user):
        services.add_trade(account=account, values=told)
    assert record(account, replace(CLOSED, pnl=Decimal(1)), overwrite=True).duplicate == 1
    assert trade_of(account).pnl == 100


@pytest.mark.parametrize("known", [OPEN, CLOSED], ids=["open", "closed"])
def test_what_the_trader_noted_survives_what_the_broker_says_later(account: TradingAccount, known: TradeRow) -> None:
    record(account, known)
    noted = {
        "setup": "Breakout", "tags": ["a", "b"], "trade_notes": "waited", "initial_risk": Decimal(50),
        "stop_loss": Decimal("1.05"), "take_profit": Decimal("1.3"),
    }  # fmt: skip
    with acting_as(account.user):
        trade = Trade.objects.get()
        services.change_trade(trade=trade, version=trade.version, values=noted)
    assert record(account, replace(CLOSED, pnl=Decimal(99)), overwrite=True).updated == 1
    kept = trade_of(account)
    assert kept.pnl == 99
    assert {name: getattr(kept, name) for name in noted} == noted


def test_a_stop_the_broker_does_name_replaces_the_traders(account: TradingAccount) -> None:
    record(account, OPEN)
    record(account, replace(CLOSED, stop_loss=Decimal("1.08")))
    assert trade_of(account).stop_loss == Decimal("1.08")


# By hand ------------------------------------------------------------------------------------------------


def test_an_imported_result_is_not_the_traders_to_change(account: TradingAccount) -> None:
    record(account, CLOSED)
    with acting_as(account.user), pytest.raises(NotYoursToChange, match="pnl"):
        services.change_trade(trade=Trade.objects.get(), version=1, values={"pnl": Decimal(1000)})


def test_of_two_changes_against_one_version_the_later_is_refused(account: TradingAccount) -> None:
    record(account, CLOSED)
    with acting_as(account.user):
        seen = Trade.objects.get()
        services.change_trade(trade=Trade.objects.get(), version=1, values={"setup": "first"})
        with pytest.raises(ChangedMeanwhile, match="at version 2"):
            services.change_trade(trade=seen, version=1, values={"setup": "second"})
    assert trade_of(account).setup == "first"


def test_gross_follows_from_net_and_net_from_gross(account: TradingAccount) -> None:
    """100 net with 2 commission and −3 swap: 100 + 2 + 3 = 105 gross; the other way round the same."""
    at = OPEN.entry_time
    told = {
        "symbol": "X", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "entry_time": at,
        "exit_time": at, "commissions": Decimal(2), "swap": Decimal(-3),
    }  # fmt: skip
    with acting_as(account.user):
        by_net = services.add_trade(account=account, values=told | {"pnl": Decimal(100)})
        by_gross = services.add_trade(account=account, values=told | {"gross_pnl": Decimal(105)})
    assert (by_net.gross_pnl, by_gross.pnl) == (105, 100)


# Refusals -----------------------------------------------------------------------------------------------


def bombed() -> bytes:
    """The sample workbook, its sheet replaced by 60 MB of nothing in 60 kB."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(HISTORY)) as sound, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as bomb:
        for entry in sound.infolist():
            is_sheet = entry.filename.startswith("xl/worksheets/")
            bomb.writestr(entry.filename, b" " * 60_000_000 if is_sheet else sound.read(entry))
    return made.getvalue()


HOSTILE: dict[str, tuple[Any, type[AetherisError], str]] = {
    "corrupt.xlsx": (lambda: HISTORY[: len(HISTORY) // 2], StatementDamaged, "row"),
    "empty.csv": (lambda: b"", StatementEmpty, "empty"),
    "unrecognised.csv": (lambda: b"name,age\nAna,36\n", StatementNotRecognised, "Row 1 reads: name, age"),
    "huge.csv": (lambda: CSV_HEAD.encode() + b"\n" + b"x" * 30_000_000, StatementTooLarge, "20 MB"),
    "bomb.xlsx": (bombed, StatementUnsafe, "zip bomb"),
}


@pytest.fixture(params=HOSTILE)
def hostile(request: pytest.FixtureRequest) -> Iterator[tuple[str, bytes, type[AetherisError], str]]:
    make, error, words = HOSTILE[request.param]
    yield request.param, make(), error, words


def test_a_hostile_file_is_refused_by_name_and_nothing_is_written(account: TradingAccount, hostile: Any) -> None:
    name, content, error, words = hostile
    before = everything_counted()
    with pytest.raises(error) as refusal:
        bring(account, content, name)
    assert name in refusal.value.message
    assert words in refusal.value.message
    assert everything_counted() == before


@pytest.fixture
def page(account: TradingAccount) -> Client:
    """The import page's visitor, signed in."""
    client = Client()
    with acting_as(account.user):
        client.force_login(account.user)
    return client


def upload(page: Client, account: TradingAccount, content: bytes, name: str, action: str = "import") -> Any:
    file = SimpleUploadedFile(name, content)
    return page.post("/import/", {"file": file, "account": str(account.id), "action": action})


def test_a_hostile_file_is_refused_on_the_page_by_name_and_nothing_is_written(
    page: Client, account: TradingAccount, hostile: Any
) -> None:
    name, content, _, words = hostile
    before = everything_counted()
    answer = upload(page, account, content, name)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert name in shown
    assert words in shown
    assert everything_counted() == before


def test_a_file_half_of_whose_rows_are_wrong_brings_the_sound_ones_and_names_the_others(
    account: TradingAccount,
) -> None:
    done = bring(account, csv(
        "1,EURUSD,long,1,1.1,1.2,2026-03-02 09:00:00,2026-03-02 10:00:00,10,0",
        "2,EURUSD,long,zero,1.1,1.2,2026-03-02 09:00:00,2026-03-02 10:00:00,10,0",
        "3,EURUSD,long,1,1.1,1.2,2026-03-02 09:00:00,2026-03-01 10:00:00,10,0",
    ), "mixed.csv")  # fmt: skip
    assert counts(done) == (1, 0, 0)
    assert [(error.row, error.field) for error in done.statement.errors] == [(3, "quantity"), (4, "exit_time")]
    assert done.log is not None
    assert (done.log.rows_read, done.log.trades_new, done.log.trades_error) == (3, 1, 2)


def test_a_dry_run_writes_nothing(account: TradingAccount, page: Client) -> None:
    before = everything_counted()
    done = bring(account, dry_run=True)
    assert (len(done.statement.trades), done.recorded.new, done.log) == (2, 2, None)
    assert "Nothing was changed" in upload(page, account, HISTORY, "history.xlsx", "dry-run").content.decode()
    assert everything_counted() == before


def test_a_statement_in_another_currency_is_refused(ana: User) -> None:
    euros = account_of(ana, currency="EUR")
    before = everything_counted()
    with pytest.raises(CurrencyDiffers, match=r"history\.xlsx is in USD and the account in EUR"):
        bring(euros)
    assert everything_counted() == before


def test_nothing_is_written_into_a_closed_account(account: TradingAccount) -> None:
    with acting_as(account.user):
        closed = close_account(account=account)
    before = everything_counted()
    with pytest.raises(AccountClosed):
        bring(closed)
    assert everything_counted() == before


def test_a_strangers_account_cannot_be_chosen_on_the_page(page: Client, cy: User) -> None:
    cys = account_of(cy)
    before = everything_counted()
    answer = upload(page, cys, HISTORY, "history.xlsx")
    assert (answer.status_code, "Choose the account" in answer.content.decode()) == (422, True)
    assert everything_counted() == before


def test_a_file_by_the_page_is_the_same_as_by_the_service(page: Client, account: TradingAccount) -> None:
    shown = upload(page, account, HISTORY, "history.xlsx")
    assert (shown.status_code, "2 new trades" in shown.content.decode()) == (200, True)
    assert counts(bring(account)) == (0, 0, 2)


# A broker's own file ------------------------------------------------------------------------------------

TRADENOTE = SHARED / "mt5" / "tradenote_MetaTrader5.xlsx"


@pytest.mark.skipif(not TRADENOTE.exists(), reason="the broker's own file is not at hand")
def test_a_brokers_own_workbook_gives_the_net_profit_and_count_it_states(ana: User) -> None:
    statement = bring(account_of(ana), TRADENOTE.read_bytes(), TRADENOTE.name, dry_run=True).statement
    account = account_of(ana, currency=statement.currency or "USD")
    done = bring(account, TRADENOTE.read_bytes(), TRADENOTE.name)
    with acting_as(ana):
        assert sum(Trade.objects.values_list("pnl", flat=True)) == Decimal("30.85")
        assert sum(DailySnapshot.objects.values_list("net_pnl", flat=True)) == Decimal("30.85")
    assert counts(done) == (3, 0, 0)
    assert all(line.equal for line in done.statement.reconciliation)
    assert {line.name: line.ours for line in done.statement.reconciliation}["net_profit"] == Decimal("30.85")
    assert counts(bring(account, TRADENOTE.read_bytes(), TRADENOTE.name)) == (0, 0, 3)
