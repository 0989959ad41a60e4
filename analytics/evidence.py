"""I gather an account's trades into the frozen sample the KPIs read, a whole column at a time."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from accounts.models import TradingAccount
from analytics.sample import Sample
from armor.marks import MARK, Remembered

FEELING = "emotion:"
NUMBERS = (
    "quantity", "entry_price", "exit_price", "pnl", "pnl_percent", "commissions", "slippage", "mfe", "mae",
    "stop_loss", "initial_risk",
)  # fmt: skip
MOMENTS = {"entered": "entry_time", "exited": "exit_time"}
WORDS = ("side", "symbol", "setup", "tags")
EVERYTHING = (*NUMBERS, *WORDS)
RISKED = ("quantity", "entry_price")  # as `stopped_…` only of trades with a stop, whose risk they tell
YEAR_2000 = 946_684_800_000_000  # where PostgreSQL counts moments from
# Each column comes in one piece, as the bytes PostgreSQL keeps it in: no object for a number, no text to read.
FLOATS = "CASE WHEN count({0}) > 0 THEN string_agg(float8send(coalesce({0}::float8, 'NaN')), '') END"
PIECES = {
    **{name: FLOATS.format(name) for name in NUMBERS},
    **{f"stopped_{name}": FLOATS.format(f"(CASE WHEN stop_loss IS NOT NULL THEN {name} END)") for name in RISKED},
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
MADE = """coalesce((SELECT sum(pnl) FROM trades
                    WHERE account_id = own.id AND deleted_at IS NULL AND {}), 0)"""
OPENED = f"""
    SELECT own.id, {MARK.format("own.id")}, {MADE.format("exit_time >= %(month)s AND exit_time < %(start)s")}, {{}}
    FROM unnest(%(ids)s::uuid[]) AS own (id)
"""  # noqa: S608 (constants above)
SINCE, EVER = OPENED.format("NULL"), OPENED.format(MADE.format("exit_time < %(month)s"))
SEEN = Remembered()


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
    `emotions`. `only` names what is to be read; the rest is as if nobody had recorded it.
    """
    read = _pieces(accounts, only, start, end)
    columns: dict[str, Any] = {name: np.frombuffer(read[name], ">i8") + YEAR_2000 for name in MOMENTS}
    n = columns["exited"].size
    order, columns["id"] = _in_order(read["id"], columns)
    for name in MOMENTS:
        columns[name] = columns[name][order]
    for name in NUMBERS:
        told = read[name] or read.get(f"stopped_{name}")
        columns[name] = np.frombuffer(told, ">f8")[order].astype(float) if told else np.full(n, np.nan)
    columns["account"] = np.frombuffer(read["account"], ">i4")[order] - 1 if read["account"] else np.zeros(n, np.int64)
    columns["side"] = np.frombuffer(read["side"], np.int8)[order] if read["side"] else np.ones(n, np.int64)
    places = order.tolist()
    for name in ("symbol", "setup"):
        words = json.loads(read[name]) if read[name] else None
        columns[name] = [words[place] for place in places] if words else None
    tags = _tags(read["tagged"], read["tags"], n)
    columns["emotions"] = [_feelings(tags[place]) for place in places] if tags else None
    columns["tags"] = [_plain(tags[place]) for place in places] if tags else None
    return columns


def _pieces(
    accounts: Sequence[TradingAccount], only: Collection[str], start: datetime | None, end: datetime | None
) -> dict[str, Any]:
    """Each piece by its name; None where nothing was recorded, or asked for."""
    beside = (*(["tagged"] if "tags" in only else []), *(["account"] if len(accounts) > 1 else []))
    known = {*only, "id", *MOMENTS, *beside}
    asked, ids = [name for name in PIECES if name in known], [account.id for account in accounts]
    which = [ids] if "account" in known else []
    with connection.cursor() as cursor:
        query = f"SELECT {', '.join(PIECES[name] for name in asked)} {CHOSEN}"
        cursor.execute(query, [*which, ids, start, start, end, end])
        read = cursor.fetchone()
    told: dict[str, Any] = dict.fromkeys(PIECES) | dict(zip(asked, read, strict=True))
    return told | {name: told[name] or b"" for name in (*MOMENTS, "id")}


def _in_order(told: bytes, columns: dict[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The order of exit, entry and id, and in that order each trade's place among the ids.

    Ids decide only between entries of one moment; where there are none, any numbers do.
    """
    entered, exited = columns["entered"], columns["exited"]
    if (np.diff(np.sort(entered)) > 0).all():
        return np.lexsort((entered, exited)), np.arange(entered.size)
    ids = np.frombuffer(told, ">u8").astype(np.uint64).reshape(-1, 2)
    by_id = np.lexsort((ids[:, 1], ids[:, 0]))
    ranks = np.empty(by_id.size, np.int64)
    ranks[by_id] = np.arange(by_id.size)
    order = np.lexsort((ranks, entered, exited))
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
    """What each account stood at when the period began, by its id.

    What was made before the month it began in is added up once for as long as no trade of the account is written.
    """
    stood = {account.id: account.starting_balance for account in accounts}
    if start is None:
        return stood
    month = start.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    anew = []
    for id, mark, since, _before in _made(SINCE, list(stood), month, start):
        if (before := SEEN.get(mark, id, month)) is None:
            anew.append(id)
        else:
            stood[id] += since + before
    for id, mark, since, before in _made(EVER, anew, month, start) if anew else ():
        SEEN.keep(before, mark, id, month)
        stood[id] += since + before
    return stood


def _made(query: str, ids: list[UUID], month: datetime, start: datetime) -> list[tuple[UUID, str | None, Decimal, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, {"ids": ids, "month": month, "start": start})
        return cursor.fetchall()


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
