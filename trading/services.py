"""I am the only door that writes trades: by hand, from a broker's statement, from a sync."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from time import perf_counter
from typing import Any

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.db.rows import uuid7
from aetheris.db.tenancy import because
from trading import deliveries, selectors, staging
from trading.connectors import Fetched, Standing
from trading.errors import AccountClosed, ChangedMeanwhile, NotYoursToChange
from trading.models import BrokerConnection, ConnectorState, Import, Reading, SyncLog, Trade
from trading.positions import OpenPosition, as_position, open_profit
from trading.rows import Statement, TradeRow
from trading.signals import trades_recorded
from trading.staging import Written

NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Imported:
    """One statement and what became of it, or would have: a dry run has neither log nor import, and writes nothing."""

    statement: Statement
    recorded: Written
    log: SyncLog | None
    delivery: Import | None


def record_trades(
    *,
    account: TradingAccount,
    rows: Iterable[TradeRow],
    source: str,
    reason: str,
    connection: BrokerConnection | None = None,
    delivery: Import | None = None,
    overwrite: bool = False,
) -> Written:
    """Write rows into one account, each trade once; whoever must judge them does so in this transaction."""
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    rows = tuple(rows)
    with because(reason, path="sync"):
        written = staging.write(
            rows, account=account, source=source, connection_id=connection.id if connection else None,
            import_id=delivery.id if delivery else None, overwrite=overwrite,
        )  # fmt: skip
    if written.ids:
        trades_recorded.send(sender=Trade, account=account, ids=list(written.ids))
    return Written(written.new, written.updated, len(rows) - written.new - written.updated, written.ids)


def import_statement(
    *,
    account: TradingAccount,
    content: bytes,
    name: str,
    dry_run: bool = False,
    overwrite: bool = False,
    **wishes: Any,
) -> Imported:
    """Read a broker's file and write its trades, all or nothing, with a log that adds up.

    `wishes` are what `deliveries.read` knows: format, timezone (of times the file leaves unsaid; the account's own
    clock by default), mapping, decimal, date_order.
    """
    began = perf_counter()
    statement = deliveries.read(content, name=name, account=account, **wishes)
    if dry_run:
        foreseen = staging.foresee(statement.trades, account=account, source="file", overwrite=overwrite)
        return Imported(statement, foreseen, None, None)
    delivery = deliveries.opened(
        account=account, name=name, digest=sha256(content).hexdigest(), size=len(content), format=statement.format,
        wishes={**wishes, "overwrite": overwrite},
    )  # fmt: skip
    recorded = record_trades(
        account=account, rows=statement.trades, source="file", reason=f"import of {name}", delivery=delivery,
        overwrite=overwrite,
    )  # fmt: skip
    log = deliveries.logged(delivery, statement, recorded, took=perf_counter() - began)
    return Imported(statement, recorded, log, delivery)


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


# By a live connection --------------------------------------------------------------------------------


def sync(*, connection: BrokerConnection, fetched: Fetched, standing: Standing | None = None) -> Written:
    """Write what a broker had since the cursor; the cursor moves with the trades or not at all."""
    began = perf_counter()
    recorded = record_trades(
        account=connection.account, rows=fetched.rows, source="sync", reason=f"sync with {connection.broker_type}",
        connection=connection, overwrite=connection.conflict_policy == "overwrite",
    )  # fmt: skip
    if fetched.rows or not _lately_well(connection):
        BrokerConnection.objects.filter(pk=connection.pk).update(
            sync_cursor=fetched.cursor, last_sync_at=clock.now(), sync_status="success", last_error=None
        )
    _remember(connection, fetched.memory)
    if standing is not None:
        record_reading(
            account=connection.account, equity=standing.equity, read_at=min(standing.read_at, clock.now()),
            balance=selectors.closed_balance(connection.account) if standing.on_journal else standing.balance,
            positions=standing.positions, source=connection.broker_type, connection=connection,
        )  # fmt: skip
    if fetched.rows or fetched.errors:
        SyncLog.objects.create(
            account=connection.account, user_id=connection.user_id, broker_connection=connection,
            broker=connection.broker_type, source=f"connection {connection.broker_type}", sync_timestamp=clock.now(),
            rows_read=len(fetched.rows) + len(fetched.errors), trades_new=recorded.new,
            trades_updated=recorded.updated, trades_duplicate=recorded.duplicate, trades_error=len(fetched.errors),
            error_messages=[asdict(error) for error in fetched.errors[: deliveries.ERRORS_KEPT]],
            duration_ms=round((perf_counter() - began) * 1000),
        )  # fmt: skip
    return recorded


def _remember(connection: BrokerConnection, memory: Mapping[str, Any] | None) -> None:
    state, _ = ConnectorState.objects.get_or_create(pk=connection.pk, defaults={"user_id": connection.user_id})
    told: dict[str, Any] = {} if memory is None or state.remembered == memory else {"remembered": dict(memory)}
    if state.failures or state.ask_after:
        told |= {"failures": 0, "ask_after": None}
    if told:
        ConnectorState.objects.filter(pk=connection.pk).update(**told)


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
