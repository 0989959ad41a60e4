"""I measure an import beside a bare COPY, a second one beside the first, and how much memory a long file takes (P4 to
P6)."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any

import psycopg

from accounts.models import TradingAccount
from aetheris.bench.database import Place, place_to_measure
from aetheris.benching import Result, benches, judged, timed
from aetheris.db.tenancy import acting_as, because
from aetheris.live import CHANNEL
from trading import services, staging
from trading.bench.ground import USER, account_in, at_work_in
from trading.bench.long_files import begun, read_by_itself
from trading.rows import TradeRow

ROWS, RUNS, LONG = 100_000, 5, 1_000_000
BEGUN = datetime(2020, 1, 6, tzinfo=UTC)
PLAIN = (
    "broker", "broker_trade_id", "symbol", "asset_class", "side", "quantity", "entry_price", "exit_price", "entry_time",
    "exit_time", "gross_pnl", "pnl", "commissions", "swap", "mfe", "mae",
)  # fmt: skip
HEAD = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl,commissions,swap\n"


@benches.named("import")
def imports() -> Iterator[Result]:
    with (
        place_to_measure("import") as place,
        at_work_in(place),
        psycopg.connect(place.admin_url, autocommit=True) as admin,
    ):
        yield from _speed(admin, place)
        yield from _memory(admin)


def _speed(admin: psycopg.Connection[Any], place: Place) -> Iterator[Result]:
    rows = list(_rows(ROWS))
    firsts: list[float] = []
    bares: list[float] = []
    agains: list[float] = []
    logs: list[float] = []
    wholes: list[float] = []
    rings = 0
    admin.execute("ALTER TABLE trades SET (autovacuum_enabled = off)")  # its log would be counted as the second's
    with psycopg.connect(place.url("app"), autocommit=True) as ear:
        ear.execute(f"LISTEN {CHANNEL}")
        for run in range(RUNS + 1):
            account, plain = account_in(admin, 100 + run), account_in(admin, 200 + run)
            first = timed(lambda account=account: _write(account, rows))  # type: ignore[misc]
            bare = timed(lambda plain=plain: _bare(admin, plain, rows))  # type: ignore[misc]
            list(ear.notifies(timeout=0.5))
            before = _wal(admin)
            again = timed(lambda account=account: _write(account, rows))  # type: ignore[misc]
            grown, heard = _wal(admin) - before, len(list(ear.notifies(timeout=0.5)))
            if run:  # the first turn does not count
                for kept, value in ((firsts, first), (bares, bare), (agains, again), (logs, grown)):
                    kept.append(value)
                rings += heard
        third = account_in(admin, 300)
        wholes.append(timed(lambda: _record(third, rows)))
    note = f"{ROWS:,} rows"
    yield judged("P4 import beside a bare COPY", median(firsts), median(bares), most=2, runs=RUNS, note=note)
    yield judged("P5 the same again beside the first", median(agains), median(firsts), most=0.6, runs=RUNS, note=note)
    least = "the least of them: the whole server's log is counted, its other databases' too"
    yield judged("P5 write-ahead log of the second", min(logs) / 1e6, None, most=1, runs=RUNS, unit="MB", note=least)
    yield judged("P5 rings of the second", rings, None, most=0, runs=RUNS, unit="rings")
    yield judged("import with its judgement and days", median(wholes), None, runs=1, note=note)


def _write(account: TradingAccount, rows: list[TradeRow]) -> None:
    with acting_as(USER, label="bench"), because("bench", path="sync"):
        staging.write(rows, account=account, source="file")


def _record(account: TradingAccount, rows: list[TradeRow]) -> None:
    with acting_as(USER, label="bench"):
        services.record_trades(account=account, rows=rows, source="file", reason="bench")


def _bare(admin: psycopg.Connection[Any], account: TradingAccount, rows: list[TradeRow]) -> None:
    """The same Python rows into the same table, with no trigger, policy or foreign key at work."""
    names = ", ".join((*PLAIN, "account_id", "user_id", "source"))
    with admin.transaction():
        admin.execute("SET LOCAL session_replication_role = replica")
        with admin.cursor().copy(f"COPY trades ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*(getattr(row, name) for name in PLAIN), account.id, USER, "file"))


def _wal(admin: psycopg.Connection[Any]) -> int:
    found = admin.execute("SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint").fetchone()
    assert found is not None
    return int(found[0])


def _memory(admin: psycopg.Connection[Any]) -> Iterator[Result]:
    """The worker's own reading of a long file, in a process of its own, at its largest."""
    job = begun(account_in(admin, 400), "long.csv", _lines(LONG), LONG)
    largest, took = read_by_itself(job)
    note = f"{job.trades_new:,} trades of {job.size / 1e6:.0f} MB, {job.state}, in {took:.0f} s"
    yield judged("P6 resident memory of a long import", largest, None, most=300, runs=1, unit="MB", note=note)


def _lines(count: int) -> Iterator[bytes]:
    yield HEAD.encode()
    for row in _rows(count):
        yield (
            f"{row.broker_trade_id},{row.symbol},{row.side},{row.quantity},{row.entry_price},{row.exit_price},"
            f"{row.entry_time:%Y-%m-%dT%H:%M:%SZ},{row.exit_time:%Y-%m-%dT%H:%M:%SZ},{row.pnl},{row.commissions},0\n"
        ).encode()


def _rows(count: int) -> Iterator[TradeRow]:
    for number in range(count):
        at, result = BEGUN + timedelta(minutes=3 * number), Decimal(number % 701 - 345)
        yield TradeRow(
            broker="mt5", broker_trade_id=f"{number:09d}", symbol=f"SYM{number % 40}", asset_class="forex",
            side="long" if number % 3 else "short", quantity=Decimal("1.5"), entry_price=Decimal("1.10234"),
            exit_price=Decimal("1.10334"), entry_time=at, exit_time=at + timedelta(minutes=2), gross_pnl=result,
            commissions=Decimal("3.5"), pnl=result - Decimal("3.5"), mfe=Decimal(20), mae=Decimal(10), row=number + 2,
        )  # fmt: skip
