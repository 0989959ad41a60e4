"""I am the only door that writes trades: by hand, from a broker's statement, from a sync."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from time import perf_counter
from typing import Any
from uuid import UUID

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.db.rows import uuid7
from aetheris.db.tenancy import because
from trading import staging
from trading.errors import AccountClosed, ChangedMeanwhile, CurrencyDiffers, NothingToImport, NotYoursToChange
from trading.models import BrokerConnection, Reading, SyncLog, Trade
from trading.positions import OpenPosition, as_position, open_profit
from trading.rows import RowError, Statement, TradeRow
from trading.signals import trades_recorded

ERRORS_KEPT = 200
NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of the rows: new + updated + duplicate = rows given."""

    new: tuple[UUID, ...]
    updated: tuple[UUID, ...]
    duplicate: int


@dataclass(frozen=True, slots=True)
class Imported:
    """One statement and what became of it; `log` is None for a dry run, which writes nothing."""

    statement: Statement
    recorded: Recorded | None
    log: SyncLog | None


def record_trades(
    *,
    account: TradingAccount,
    rows: Iterable[TradeRow],
    source: str,
    reason: str,
    connection: BrokerConnection | None = None,
    overwrite: bool = False,
) -> Recorded:
    """Write rows into one account, each trade once; whoever must judge them does so in this transaction."""
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    rows = tuple(rows)
    connection_id = connection.id if connection else None
    with because(reason, path="sync"):
        written = staging.write(rows, account=account, source=source, connection_id=connection_id, overwrite=overwrite)
    recorded = Recorded(written.new, written.updated, len(rows) - len(written.new) - len(written.updated))
    if written.new or written.updated:
        trades_recorded.send(sender=Trade, account=account, ids=[*written.new, *written.updated])
    return recorded


def import_statement(
    *,
    account: TradingAccount,
    content: bytes,
    name: str,
    format: str = "auto",
    timezone: str | None = None,
    dry_run: bool = False,
    overwrite: bool = False,
) -> Imported:
    """Read a broker's file and write its trades, all or nothing, with a log that adds up.

    timezone: the zone of times the file leaves unsaid; the account's own clock by default.
    """
    from trading.importers import read_statement  # heavy readers load at the first file only

    began = perf_counter()
    statement = read_statement(
        content, name=name, format=format, timezone=timezone or account.day_timezone, currency=account.currency
    )
    if statement.currency and statement.currency.upper() != account.currency.upper():
        raise CurrencyDiffers(name=name, statement=statement.currency, account=account.currency)
    if not statement.trades and not statement.errors:
        raise NothingToImport(name=name, format=statement.format)
    if dry_run:
        return Imported(statement, None, None)
    recorded = record_trades(
        account=account, rows=statement.trades, source="file", reason=f"import of {name}", overwrite=overwrite
    )
    log = _log(account, statement, recorded, name=name, content=content, took=perf_counter() - began)
    return Imported(statement, recorded, log)


def _log(
    account: TradingAccount, statement: Statement, recorded: Recorded, *, name: str, content: bytes, took: float
) -> SyncLog:
    return SyncLog.objects.create(
        account=account,
        user_id=account.user_id,
        broker=statement.broker,
        source=name,
        file_sha256=sha256(content).hexdigest(),
        sync_timestamp=clock.now(),
        rows_read=len(statement.trades) + len(statement.errors),
        trades_new=len(recorded.new),
        trades_updated=len(recorded.updated),
        trades_duplicate=recorded.duplicate,
        trades_error=len(statement.errors),
        error_messages=[asdict(error) for error in statement.errors[:ERRORS_KEPT]],
        reconciliation=[
            {"name": line.name, "statement": str(line.statement), "ours": str(line.ours), "equal": line.equal}
            for line in statement.reconciliation
        ],
        duration_ms=round(took * 1000),
    )


# By hand ----------------------------------------------------------------------------------------------

JOURNAL = frozenset(["setup", "tags", "trade_notes", "stop_loss", "take_profit", "initial_risk"])


def add_trade(*, account: TradingAccount, values: Mapping[str, Any]) -> Trade:
    """A trade written by hand. Broker `manual` and an id of its own unless a program brings its broker's."""
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    told = dict(values)
    told.setdefault("broker", "manual")
    told["broker_trade_id"] = told.get("broker_trade_id") or str(uuid7())
    trade = Trade.objects.create(account=account, user_id=account.user_id, source="manual", **with_results(told))
    trades_recorded.send(sender=Trade, account=account, ids=[trade.id])
    return trade


def change_trade(*, trade: Trade, version: int | None, values: Mapping[str, Any]) -> Trade:
    """Change what may be changed, against the version the writer saw."""
    economic = [name for name in values if name not in JOURNAL]
    if trade.source != "manual" and economic:
        raise NotYoursToChange(field=economic[0])
    follows = "pnl" if "gross_pnl" in values and "pnl" not in values else "gross_pnl"
    merged = {name: getattr(trade, name) for name in ("pnl", "gross_pnl", "commissions", "swap") if name != follows}
    told = with_results(merged | dict(values)) if economic else dict(values)
    _write(trade, version, told)
    return trade


def delete_trade(*, trade: Trade, version: int | None = None) -> None:
    """Soft: the trade stays in the trail and in the table, out of every figure."""
    _write(trade, version, {"deleted_at": clock.now()})


def _write(trade: Trade, version: int | None, values: dict[str, Any]) -> None:
    standing = Trade.objects.filter(pk=trade.pk, deleted_at=None)
    if version is not None:
        standing = standing.filter(version=version)
    if not standing.update(**values):
        trade.refresh_from_db()
        raise ChangedMeanwhile(current=trade.version, sent=version)
    trade.refresh_from_db()
    trades_recorded.send(sender=Trade, account=trade.account, ids=[trade.id])


def with_results(values: dict[str, Any]) -> dict[str, Any]:
    """gross_pnl = pnl + commissions - swap: whichever of the two is missing follows from the other."""
    costs = (values.get("commissions") or 0) - (values.get("swap") or 0)
    if values.get("pnl") is not None:
        values["gross_pnl"] = values["pnl"] + costs
    elif values.get("gross_pnl") is not None:
        values["pnl"] = values["gross_pnl"] - costs
    return values


def first_errors(errors: Iterable[RowError], most: int = 20) -> list[dict[str, Any]]:
    return [asdict(error) for error in list(errors)[:most]]


# By a live connection --------------------------------------------------------------------------------


def sync(*, connection: BrokerConnection) -> Recorded:
    """Fetch what a broker has since the cursor and write it; the cursor moves with the trades or not at all."""
    from trading.connectors import connectors

    began = perf_counter()
    fetched = connectors[connection.broker_type](str(connection.extra_config or ""), connection.sync_cursor)
    recorded = record_trades(
        account=connection.account, rows=fetched.rows, source="sync", reason=f"sync with {connection.broker_type}",
        connection=connection, overwrite=connection.conflict_policy == "overwrite",
    )  # fmt: skip
    if fetched.rows or not _lately_well(connection):
        BrokerConnection.objects.filter(pk=connection.pk).update(
            sync_cursor=fetched.cursor, last_sync_at=clock.now(), sync_status="success", last_error=None
        )
    if fetched.rows:
        SyncLog.objects.create(
            account=connection.account, user_id=connection.user_id, broker_connection=connection,
            broker=connection.broker_type, source=f"connection {connection.broker_type}", sync_timestamp=clock.now(),
            rows_read=len(fetched.rows), trades_new=len(recorded.new), trades_updated=len(recorded.updated),
            trades_duplicate=recorded.duplicate, duration_ms=round((perf_counter() - began) * 1000),
        )  # fmt: skip
    return recorded


def record_reading(
    *,
    account: TradingAccount,
    balance: Decimal | None,
    equity: Decimal | None,
    positions: Sequence[OpenPosition | Mapping[str, Any]],
    read_at: datetime,
    source: str,
    connection: BrokerConnection | None = None,
) -> Reading | None:
    """Keep where a broker says the account stands; None for what it does not say, and nothing if it says nothing."""
    told = [as_position(position) for position in positions]
    profit = open_profit(told, balance=balance, equity=equity)
    if balance is None and equity is None and profit is None:
        return None
    if equity is None and balance is not None and profit is not None:
        equity = balance + profit
    return Reading.objects.create(
        account=account, user_id=account.user_id, broker_connection=connection, read_at=read_at, balance=balance,
        equity=equity, open_profit=profit, positions=[position.as_json() for position in told], source=source,
    )  # fmt: skip


def _lately_well(connection: BrokerConnection) -> bool:
    """A broker asked every other second is noted once a minute, so that the trail tells of events and not of asking."""
    last = connection.last_sync_at
    return connection.sync_status == "success" and last is not None and clock.now() - last < NOTED_EVERY


def sync_failed(*, connection: BrokerConnection, why: str) -> None:
    BrokerConnection.objects.filter(pk=connection.pk).update(
        last_sync_at=clock.now(), sync_status="failed", last_error=why[:500]
    )
