"""I gather an account's trades into the frozen sample the KPIs read, a whole column at a time."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models import Sum

from accounts.models import TradingAccount
from analytics.sample import Sample
from trading.models import Trade

FEELING = "emotion:"
NUMBERS = (
    "quantity", "entry_price", "exit_price", "pnl", "pnl_percent", "commissions", "slippage", "mfe", "mae",
    "stop_loss", "initial_risk",
)  # fmt: skip
MOMENTS = {"entered": "entry_time", "exited": "exit_time"}
WORDS = ("symbol", "setup", "tags")
EVERYTHING = (*NUMBERS, *WORDS)
YEAR_2000 = 946_684_800_000_000  # where PostgreSQL counts moments from
# Each column comes in one piece, as the bytes PostgreSQL keeps it in: no object for a number, no text to read.
PIECES = {
    **{name: f"CASE WHEN count({name}) > 0 THEN string_agg(float8send(coalesce({name}::float8, 'NaN')), '') END"
       for name in NUMBERS},
    **{name: f"string_agg(timestamptz_send({column}), '')" for name, column in MOMENTS.items()},
    "id": "string_agg(uuid_send(id), '')",
    "account": "string_agg(int4send(array_position(%s::uuid[], account_id)), '')",
    "side": "string_agg(CASE side WHEN 'long' THEN '\\x01'::bytea ELSE '\\xff' END, '')",
    "symbol": "json_agg(symbol)::text",
    "setup": "CASE WHEN count(setup) > 0 THEN json_agg(setup)::text END",
    "tagged": "string_agg(CASE tags WHEN '{}' THEN '\\x00'::bytea ELSE '\\x01' END, '')",
    "tags": "(json_agg(tags) FILTER (WHERE tags <> '{}'))::text",
}  # fmt: skip
CHOSEN = """
    FROM trades
    WHERE account_id = ANY(%s) AND deleted_at IS NULL AND exit_time IS NOT NULL
      AND (%s::timestamptz IS NULL OR exit_time >= %s) AND (%s::timestamptz IS NULL OR exit_time < %s)
"""


def columns_of(
    accounts: Sequence[TradingAccount],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    only: Collection[str] = EVERYTHING,
) -> dict[str, Any]:
    """The closed trades whose result fell into [start, end), as plain columns in exit order.

    Amounts become floats in the database, each the nearest to its decimal; moments are microseconds since 1970.
    `account` is the place among the accounts, `id` that among the ids; `tags` are without the feelings, which are in
    `emotions`. `only` names the numbers and words to be read; the others are as if nobody had recorded them.
    """
    read = _pieces(accounts, only, start, end)
    columns: dict[str, Any] = {name: np.frombuffer(read[name], ">i8") + YEAR_2000 for name in MOMENTS}
    n = columns["exited"].size
    order, columns["id"] = _in_order(np.frombuffer(read["id"], ">u8").astype(np.uint64).reshape(n, 2), columns)
    for name in MOMENTS:
        columns[name] = columns[name][order]
    for name in NUMBERS:
        columns[name] = np.frombuffer(read[name], ">f8")[order].astype(float) if read[name] else np.full(n, np.nan)
    columns["account"] = np.frombuffer(read["account"], ">i4")[order] - 1
    columns["side"] = np.frombuffer(read["side"], np.int8)[order]
    places = order.tolist()
    for name in ("symbol", "setup"):
        words = json.loads(read[name]) if read[name] else [None] * n
        columns[name] = [words[place] for place in places]
    tags = _tags(read["tagged"], read["tags"], n)
    columns["emotions"] = [_feelings(tags[place]) for place in places] if tags else [()] * n
    columns["tags"] = [_plain(tags[place]) for place in places] if tags else [()] * n
    return columns


def _pieces(
    accounts: Sequence[TradingAccount], only: Collection[str], start: datetime | None, end: datetime | None
) -> dict[str, Any]:
    """Each piece by its name; None where nothing was recorded, or asked for."""
    known = {*only, *MOMENTS, "id", "account", "side", *(["tagged"] if "tags" in only else [])}
    asked = [name for name in PIECES if name in known]
    ids = [account.id for account in accounts]
    with connection.cursor() as cursor:
        query = f"SELECT {', '.join(PIECES[name] for name in asked)} {CHOSEN}"
        cursor.execute(query, [ids, ids, start, start, end, end])
        read = cursor.fetchone()
    told: dict[str, Any] = dict.fromkeys(PIECES) | dict(zip(asked, read, strict=True))
    return told | {name: told[name] or b"" for name in (*MOMENTS, "id", "account", "side")}


def _in_order(ids: np.ndarray, columns: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The order of exit, entry and id, and in that order each trade's place among the ids."""
    high, low = ids[:, 0], ids[:, 1]
    order = np.lexsort((low, high, columns["entered"], columns["exited"]))
    ranks = np.empty(order.size, np.int64)
    ranks[np.lexsort((low, high))] = np.arange(order.size)
    return order, ranks[order]


def _tags(tagged: bytes | None, told: str | None, n: int) -> list[Sequence[str]] | None:
    """What every trade is tagged with; None when none is."""
    if tagged is None or told is None:
        return None
    tags: list[Sequence[str]] = [()] * n
    for place, words in zip(np.flatnonzero(np.frombuffer(tagged, bool)).tolist(), json.loads(told), strict=True):
        tags[place] = words
    return tags


def _feelings(tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(tag.removeprefix(FEELING) for tag in tags if tag.startswith(FEELING)) if tags else ()


def _plain(tags: Sequence[str]) -> tuple[str, ...]:
    return tuple(tag for tag in tags if not tag.startswith(FEELING)) if tags else ()


def sample_of(
    accounts: Sequence[TradingAccount], *, start: datetime | None = None, end: datetime | None = None, zone: str = "UTC"
) -> Sample:
    """The closed trades of these accounts whose result fell into [start, end), and the balance they started from.

    The accounts share one currency; the caller sees to that.
    """
    balance = sum(openings(accounts, start).values(), Decimal(0))
    return sample_from(columns_of(accounts, start=start, end=end), accounts, balance, zone)


def openings(accounts: Sequence[TradingAccount], start: datetime | None) -> dict[UUID, Decimal]:
    """What each account stood at when the period began, by its id."""
    stood = {account.id: account.starting_balance for account in accounts}
    if start is not None:
        before = Trade.objects.filter(account__in=accounts, deleted_at=None, exit_time__lt=start)
        for id, made in before.values("account").annotate(made=Sum("pnl")).values_list("account", "made"):
            stood[id] += made
    return stood


def sample_from(
    columns: dict[str, Any],
    accounts: Sequence[TradingAccount],
    balance: Decimal,
    zone: str,
    *,
    currency: str | None = None,
) -> Sample:
    return Sample.from_columns(
        columns, starting_balance=balance, timezone=zone,
        currency=currency or (accounts[0].currency if accounts else "USD"),
        calendar="all365" if accounts and all(a.account_type == "crypto" for a in accounts) else "weekday252",
    )  # fmt: skip
