"""I follow one import from its file to its undo: what it brought is known by it, and can be taken back whole."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.hands import by_the_service
from tests.trading.test_services import bring, csv
from trading import jobs, long_imports, rounds, services
from trading.errors import NotUndoable, TimeZoneDiffers
from trading.models import Import, ImportPart, SyncLog, Trade
from trading.staging import Written
from trading.undoing import Undone, undo_import

pytestmark = pytest.mark.usefixtures("real_db")
HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl"
ONE = "1,EURUSD,long,1,1.10,1.11,2026-03-05 10:00:00,2026-03-05 11:00:00,100"
TWO = "2,EURUSD,short,1,1.10,1.11,2026-03-06 10:00:00,2026-03-06 11:00:00,-100"
OPEN = "3,EURUSD,long,1,1.10,,2026-03-07 10:00:00,,"
CLOSED = "3,EURUSD,long,1,1.10,1.12,2026-03-07 10:00:00,2026-03-07 12:00:00,200"


def table(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def undo(done: services.Imported) -> Undone:
    assert done.delivery is not None
    with acting_as(done.delivery.user_id):
        return undo_import(delivery=done.delivery)


def standing(account: TradingAccount) -> dict[str, Any]:
    with acting_as(account.user):
        found = Trade.objects.filter(account=account, deleted_at=None)
        return {trade.broker_trade_id: trade.pnl for trade in found}


@pytest.fixture
def account(anas_account: TradingAccount) -> TradingAccount:
    return anas_account


def test_a_trade_knows_its_file_its_row_and_its_parser(account: TradingAccount) -> None:
    done = bring(account, table(ONE, TWO), "march.csv")
    assert done.delivery is not None
    with acting_as(account.user):
        trade = Trade.objects.get(broker_trade_id="2")
        assert trade.brought_by == done.delivery
        assert trade.import_row == 3  # the header is row 1
        kept = Import.objects.get()
        assert kept.parser_version.startswith("generic_csv@") and len(kept.file_sha256 or "") == 64
        assert (kept.state, kept.trades_new, kept.total, kept.done) == ("done", 2, 2, 2)
        assert kept.sync_log == done.log


def test_undo_takes_out_what_came_and_restores_what_changed(account: TradingAccount) -> None:
    """Import A brings 1 and the open 3; import B closes 3 and brings 2. Undoing B leaves A's state, to the letter."""
    bring(account, table(ONE, OPEN), "a.csv")
    before = standing(account)
    second = bring(account, table(TWO, CLOSED), "b.csv")
    assert standing(account) == {"1": 100, "2": -100, "3": 200}
    assert undo(second) == Undone(removed=1, restored=1, kept=0)
    assert standing(account) == before == {"1": 100, "3": None}
    with acting_as(account.user):
        assert Trade.objects.get(broker_trade_id="3").exit_time is None


def test_an_undone_import_can_come_in_again_as_new(account: TradingAccount) -> None:
    first = bring(account, table(ONE, TWO))
    undo(first)
    assert standing(account) == {}
    again = bring(account, table(ONE, TWO))
    assert (again.recorded.new, again.recorded.duplicate) == (2, 0)
    assert standing(account) == {"1": 100, "2": -100}
    with pytest.raises(NotUndoable):
        undo(first)


def test_what_a_later_import_changed_stays_at_the_undo_of_the_first(account: TradingAccount) -> None:
    first = bring(account, table(ONE, OPEN), "a.csv")
    bring(account, table(CLOSED), "b.csv")
    assert undo(first) == Undone(removed=1, restored=0, kept=1)
    assert standing(account) == {"3": 200}


def test_a_trade_deleted_by_hand_stays_deleted_when_its_file_comes_again(account: TradingAccount) -> None:
    bring(account, table(ONE, TWO))
    with acting_as(account.user):
        services.delete_trade(trade=Trade.objects.get(broker_trade_id="1"))
    assert bring(account, table(ONE, TWO)).recorded.new == 0
    assert standing(account) == {"2": -100}


def test_the_undo_is_told_by_the_trail(account: TradingAccount) -> None:
    from trading import selectors

    done = bring(account, table(ONE), "march.csv")
    undo(done)
    with acting_as(account.user):
        last = selectors.history(Trade.objects.get().id)[-1]
    assert last["reason"] == "undo of the import of march.csv" and "deleted_at" in last["changed_fields"]


def test_the_same_file_in_another_zone_is_refused_and_nothing_changes(account: TradingAccount) -> None:
    """10:00 in UTC+2 is 08:00 UTC: two hours before the trade that stands."""
    bring(account, table(ONE, TWO), timezone="UTC")
    with pytest.raises(TimeZoneDiffers) as refused:
        bring(account, table(ONE, TWO), timezone="Etc/GMT-2")
    assert refused.value.data == {"count": 2, "hours": "-2"} or "-2" in refused.value.message
    with acting_as(account.user):
        assert {trade.entry_time.hour for trade in Trade.objects.all()} == {10}
        assert Import.objects.count() == 1 == SyncLog.objects.count()
    with pytest.raises(TimeZoneDiffers):
        bring(account, table(ONE, TWO), timezone="Etc/GMT-2", overwrite=True)


def test_a_dry_run_foresees_what_the_import_then_does(account: TradingAccount) -> None:
    bring(account, table(ONE, OPEN))
    told = bring(account, table(ONE, TWO, CLOSED), dry_run=True).recorded
    done = bring(account, table(ONE, TWO, CLOSED)).recorded
    assert (told.new, told.updated, told.duplicate) == (done.new, done.updated, done.duplicate) == (1, 1, 1)


def test_a_trade_that_two_bring_at_one_moment_comes_once(account: TradingAccount) -> None:
    """The first has written trade 1 and waits to commit until the second stands behind it; then the second, which
    also brings trade 2, finds 1 there."""
    written = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_brought_and_held, account, written)
        assert written.wait(60)
        second = bring(account, table(ONE, TWO), "second.csv").recorded
        assert first.result(60).new == 1
    assert (second.new, second.duplicate) == (1, 1)
    assert standing(account) == {"1": 100, "2": -100}


def _brought_and_held(account: TradingAccount, written: threading.Event) -> Written:
    try:
        with acting_as(account.user_id):
            done = services.import_statement(account=account, content=table(ONE), name="first.csv").recorded
            written.set()
            until = time.monotonic() + 60
            while not _somebody_waits() and time.monotonic() < until:
                time.sleep(0.02)
        return done
    finally:
        connections.close_all()


def _somebody_waits() -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid')")
        return bool(cursor.fetchone()[0])


# Long files ------------------------------------------------------------------------------------------------


def long_table(count: int) -> bytes:
    rows = (
        f"{n},EURUSD,long,1,1.10,1.11,2026-03-05T10:00:00Z,2026-03-05T11:00:00Z,{n % 7 - 3}"
        for n in range(1, count + 1)
    )
    return table(*rows)


@pytest.fixture
def waiting(account: TradingAccount) -> Iterator[Import]:
    with acting_as(account.user):
        yield jobs.begin_import(account=account, file=BytesIO(long_table(6000)), name="long.csv", rows=6000)


def begun(account: TradingAccount, content: bytes, **told: Any) -> Import:
    with acting_as(account.user):
        return jobs.begin_import(account=account, file=BytesIO(content), name="long.csv", rows=6000, **told)


def again(job: Import) -> Import:
    with acting_as(job.user_id):
        job.refresh_from_db()
    return job


def test_the_worker_takes_a_long_file_and_its_parts_go(account: TradingAccount) -> None:
    job = begun(account, long_table(6000))
    assert (job.state, job.total) == ("waiting", 6000)
    with by_the_service():
        assert rounds.take_imports() == 1
        assert rounds.take_imports() == 0
    job = again(job)
    assert (job.state, job.done, job.trades_new, job.error) == ("done", 6000, 6000, None)
    assert job.report["trades"] == 6000 and job.sync_log_id is not None
    with acting_as(account.user):
        assert ImportPart.objects.count() == 0
        assert Trade.objects.filter(brought_by=job).count() == 6000


def test_a_long_dry_run_writes_no_trade(account: TradingAccount) -> None:
    job = begun(account, long_table(5500), dry_run=True)
    with by_the_service():
        rounds.take_imports()
    job = again(job)
    assert (job.state, job.report["new"], standing(account)) == ("done", 5500, {})


def test_a_long_file_that_breaks_leaves_nothing_and_says_why(account: TradingAccount) -> None:
    job = begun(account, long_table(6000) + b'\n"never closed')
    with by_the_service():
        rounds.take_imports()
    job = again(job)
    assert job.state == "failed" and "long.csv" in (job.error or "") and standing(account) == {}
    with acting_as(account.user):
        assert ImportPart.objects.count() == 0 == SyncLog.objects.count()


def test_rows_with_one_id_are_named_wherever_they_stand(account: TradingAccount) -> None:
    job = begun(account, long_table(5500) + b"\n" + ONE.encode())
    with by_the_service():
        rounds.take_imports()
    job = again(job)
    assert (job.trades_new, job.trades_error) == (5500, 1)
    assert job.report["errors"] == [
        {"row": 5502, "field": "broker_trade_id", "reason": "1 stands in row 2 already; keep only one of the two"}
    ]


def test_what_one_worker_reads_no_other_takes(account: TradingAccount) -> None:
    job = begun(account, long_table(5100))
    with connections["admin"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [f"import {job.id}"])
        with by_the_service():
            assert rounds.take_imports() == 0
        cursor.execute("SELECT pg_advisory_unlock_all()")
    with by_the_service():
        assert rounds.take_imports() == 1


def test_a_job_left_running_by_a_killed_worker_is_begun_anew(account: TradingAccount) -> None:
    job = begun(account, long_table(5100))
    with acting_as(account.user):
        Import.objects.filter(pk=job.pk).update(state="running", done=3000, started_at=datetime.now(UTC))
    with by_the_service():
        assert rounds.take_imports() == 1
    assert again(job).trades_new == 5100


def test_a_stranger_sees_neither_imports_nor_parts(account: TradingAccount, cy: User) -> None:
    begun(account, long_table(5100))
    with acting_as(cy):
        assert Import.objects.count() == 0 == ImportPart.objects.count()


def test_many_ways_of_writing_one_number_of_lines() -> None:
    from trading.reading.weight import rows_about

    for text in (b"h\n1\n2", b"h\n1\n2\n", b"h\r\n1\r\n2\r\n", b"h\n\n1\n\n\n2\n\n"):
        assert rows_about(BytesIO(text)) == 2, text
    assert rows_about(BytesIO(csv("1", "2", "3"))) == 3


def test_a_file_that_breaks_its_reader_fails_and_the_one_behind_it_is_read(
    account: TradingAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = long_imports.read_long

    def broken(path: Path, *, name: str, **told: Any) -> Any:
        if name == "bad.csv":
            raise AttributeError("a flaw")
        return read(path, name=name, **told)

    monkeypatch.setattr(long_imports, "read_long", broken)
    with acting_as(account.user):
        for name in ("bad.csv", "good.csv"):
            jobs.begin_import(account=account, file=BytesIO(table(ONE, TWO)), name=name, rows=2)
    with by_the_service():
        assert rounds.take_imports() == 2
    with acting_as(account.user):
        bad, good = (Import.objects.get(name=name) for name in ("bad.csv", "good.csv"))
        assert (bad.state, good.state, good.trades_new) == ("failed", "done", 2)
        assert "Something broke" in (bad.error or "") and "a flaw" not in (bad.error or "")
        assert not ImportPart.objects.exists()
