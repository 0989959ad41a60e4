"""I read trades; whose they are is the database's to decide."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet, Sum

from accounts.models import TradingAccount
from trading.models import BrokerConnection, ColumnMapping, Import, Reading, SyncLog, Trade, TradingSession
from trading.rows import TradeRow

TOLD_OF_FILLS = {
    *("broker", "broker_trade_id", "symbol", "side", "quantity", "entry_price", "entry_time", "exit_price"),
    *("exit_time", "gross_pnl", "pnl", "commissions", "swap", "asset_class", "raw"),
}
FETCHED_AS_FILES = ("ibkr_flex",)  # what these connections bring is a statement, read as an uploaded one


def trades() -> QuerySet[Trade]:
    """Every trade that stands, newest entry first."""
    return Trade.objects.filter(deleted_at=None).select_related("account").order_by("-entry_time", "-id")


def journal() -> QuerySet[Trade]:
    """Every trade that stands: open ones first, then the latest closed. As the index `trades_in_journal` has them."""
    return Trade.objects.filter(deleted_at=None).order_by("-exit_time", "-id")


def accounts_of(ids: Iterable[UUID], known: Iterable[TradingAccount]) -> dict[UUID, TradingAccount]:
    """By their ids; the database is asked only for those that are not known, as a deleted one is not."""
    found = {account.id: account for account in known}
    asked = set(ids)
    missing = asked - set(found)
    more = TradingAccount.objects.in_bulk(missing) if missing else {}
    return {id: account for id, account in (found | more).items() if id in asked}


def known_fills(account: TradingAccount) -> Iterator[TradeRow]:
    """The account's trades that earlier files of fills made, for the next such file to go on from, whether they were
    uploaded or fetched. Nothing is asked of the database until a reader wants them."""
    names = [field.name for field in fields(TradeRow) if field.name in TOLD_OF_FILLS]
    from_files = Q(source="file") | Q(source="sync", broker_connection__broker_type__in=FETCHED_AS_FILES)
    standing = Trade.objects.filter(from_files, account=account, deleted_at=None, raw__has_key="entry")
    for values in standing.values(*names).iterator(chunk_size=5_000):
        yield TradeRow(**values)


def closed_trades(account_id: object) -> QuerySet[Trade]:
    """An account's closed trades in the order of their results."""
    standing = Q(deleted_at=None, account_id=account_id, exit_time__isnull=False)
    return Trade.objects.filter(standing).order_by("exit_time", "entry_time", "id")


def sync_logs() -> QuerySet[SyncLog]:
    return SyncLog.objects.order_by("-sync_timestamp")


def connections() -> QuerySet[BrokerConnection]:
    return BrokerConnection.objects.filter(deleted_at=None).order_by("-created_at")


def sessions() -> QuerySet[TradingSession]:
    return TradingSession.objects.order_by("-session_start")


def closed_balance(account: TradingAccount) -> Decimal:
    """What the journal makes of the account: its start and every closed result since."""
    closed = Trade.objects.filter(account=account, deleted_at=None, exit_time__isnull=False)
    return account.starting_balance + (closed.aggregate(total=Sum("pnl"))["total"] or Decimal(0))


def newest_reading(account: TradingAccount) -> Reading | None:
    """Where the broker last said this account stands; None when no connection tells."""
    return Reading.objects.filter(account=account).order_by("-read_at", "-id").first()


def readings_between(account: TradingAccount, since: datetime, until: datetime) -> QuerySet[Reading]:
    """From `since` on and before `until`, in the order of time."""
    return Reading.objects.filter(account=account, read_at__gte=since, read_at__lt=until).order_by("read_at", "id")


def standings() -> list[Reading]:
    """The newest reading of each of one's accounts that has one."""
    return list(Reading.objects.select_related("account").order_by("account_id", "-read_at").distinct("account_id"))


def imports() -> QuerySet[Import]:
    return Import.objects.order_by("-created_at", "-id")


def mappings() -> QuerySet[ColumnMapping]:
    return ColumnMapping.objects.order_by("name", "id")


HISTORY = """
    SELECT sequence, occurred_at, action, changed_fields, old_values::text, new_values::text, actor_id, actor_label,
           reason
    FROM audit.history('trades', %s)
"""


def history(trade_id: UUID | str) -> list[dict[str, Any]]:
    """A trade's own trail, oldest first; empty for whom it does not belong to."""
    with connection.cursor() as cursor:
        cursor.execute(HISTORY, [trade_id])
        names = [column.name for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return [{**row, "old_values": _image(row["old_values"]), "new_values": _image(row["new_values"])} for row in rows]


def _image(text: str | None) -> dict[str, Any] | None:
    """A row as the trail kept it: decimals stay text, moments end in Z."""
    if text is None:
        return None
    image: dict[str, Any] = json.loads(text, parse_float=str)
    return {name: _moment(value) if name.endswith(("_at", "_time")) else value for name, value in image.items()}


def _moment(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return datetime.fromisoformat(value).isoformat().replace("+00:00", "Z")
