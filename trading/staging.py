"""I write many trades at once: COPY into a temporary table, then one INSERT that skips what is known already."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import TradingAccount
from aetheris.db.rows import uuid7
from aetheris.money import to_stored
from trading.rows import TradeRow

KEY = ("account_id", "broker", "broker_trade_id")
FIXED = ("id", *KEY, "user_id", "broker_connection_id", "source")
TOLD = (
    "symbol", "asset_class", "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "gross_pnl",
    "pnl", "pnl_percent", "commissions", "swap", "slippage", "mfe", "mae", "stop_loss", "take_profit", "initial_risk",
    "raw",
)  # fmt: skip
JOURNAL = ("setup", "tags", "trade_notes")
NOTED = {"stop_loss", "take_profit", "initial_risk"}  # a trader may note these; a broker's silence takes none away
COLUMNS = (*FIXED, *TOLD, *JOURNAL)
MONEY = {"gross_pnl", "pnl", "pnl_percent", "commissions", "swap", "slippage", "mfe", "mae", "initial_risk"}


@dataclass(frozen=True, slots=True)
class Written:
    """Ids of the trades that are new and of those that changed."""

    new: tuple[UUID, ...]
    updated: tuple[UUID, ...]


def write(
    rows: Iterable[TradeRow], *, account: TradingAccount, source: str, connection_id: UUID | None, overwrite: bool
) -> Written:
    """New rows are added. A known one stays as it is, but for an open position that has moved on since;
    with `overwrite` it takes over whatever the broker says differently. What the trader noted stays, but for a stop,
    a target or a risk that the broker does name."""
    with connection.cursor() as cursor:
        _stage(cursor, rows, account=account, source=source, connection_id=connection_id)
        new = _insert(cursor)
        updated = _update(cursor, overwrite=overwrite)
        cursor.execute("DROP TABLE incoming")
    return Written(new=new, updated=updated)


def _stage(
    cursor: Any, rows: Iterable[TradeRow], *, account: TradingAccount, source: str, connection_id: UUID | None
) -> None:
    cursor.execute(
        f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {', '.join(COLUMNS)} FROM trades LIMIT 0"  # noqa: S608
    )
    fixed = (account.id, account.user_id, connection_id, source)
    with cursor.copy(f"COPY incoming ({', '.join(COLUMNS)}) FROM STDIN") as copy:
        for values in _values(rows, fixed):
            copy.write_row(values)


def _values(rows: Iterable[TradeRow], fixed: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    account_id, user_id, connection_id, source = fixed
    for row in rows:
        told = (to_stored(v) if (v := getattr(row, name)) is not None and name in MONEY else v for name in TOLD[:-1])
        tags = [*row.tags, *(f"emotion:{emotion}" for emotion in row.emotions)]
        yield (
            uuid7(), account_id, row.broker, row.broker_trade_id, user_id, connection_id, source,
            *told, json.dumps(dict(row.raw)), row.setup, tags, row.trade_notes,
        )  # fmt: skip


def _insert(cursor: Any) -> tuple[UUID, ...]:
    names = ", ".join(COLUMNS)
    cursor.execute(
        f"INSERT INTO trades ({names}) SELECT DISTINCT ON ({', '.join(KEY)}) {names} FROM incoming "  # noqa: S608
        f"ORDER BY {', '.join(KEY)}, id DESC ON CONFLICT ({', '.join(KEY)}) DO NOTHING RETURNING id"
    )
    return tuple(row[0] for row in cursor.fetchall())


def _update(cursor: Any, *, overwrite: bool) -> tuple[UUID, ...]:
    says = {name: f"coalesce(i.{name}, t.{name})" if name in NOTED else f"i.{name}" for name in TOLD}
    sets = ", ".join(f"{name} = {value}" for name, value in says.items())
    same = " AND ".join(f"t.{name} = i.{name}" for name in KEY)
    differs = " OR ".join(f"t.{name} IS DISTINCT FROM {value}" for name, value in says.items())
    cursor.execute(
        f"UPDATE trades t SET {sets} FROM (SELECT DISTINCT ON ({', '.join(KEY)}) * FROM incoming "  # noqa: S608
        f"ORDER BY {', '.join(KEY)}, id DESC) i WHERE {same} AND t.source <> 'manual' "
        f"AND {'' if overwrite else 't.exit_time IS NULL AND '}({differs}) RETURNING t.id"
    )
    return tuple(row[0] for row in cursor.fetchall())
