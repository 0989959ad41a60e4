"""I gather an account's trades into the frozen sample the KPIs read, a whole column at a time."""

from collections.abc import Sequence
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
WORDS = ("id", "symbol", "side", "setup", "tags", "account_id")
SPELLED = ("id", "account_id")  # text comes over faster than a UUID, and stands in the same order
READ = ", ".join([
    *(f"{name}::float8" for name in NUMBERS),
    *(f"(extract(epoch FROM {name}) * 1000000)::bigint" for name in MOMENTS.values()),
    *(f"{name}::text" if name in SPELLED else name for name in WORDS),
])  # fmt: skip
QUERY = f"""
    SELECT {READ} FROM trades
    WHERE account_id = ANY(%s) AND deleted_at IS NULL AND exit_time IS NOT NULL
      AND (%s::timestamptz IS NULL OR exit_time >= %s) AND (%s::timestamptz IS NULL OR exit_time < %s)
    ORDER BY exit_time, entry_time, id
"""  # noqa: S608 (the names are constants above)


def columns_of(
    accounts: Sequence[TradingAccount], *, start: datetime | None = None, end: datetime | None = None
) -> dict[str, Any]:
    """The closed trades whose result fell into [start, end), as plain columns in exit order.

    Amounts become floats in the database, each the nearest to its decimal; moments are microseconds since 1970.
    `tags` are without the feelings, which are in `emotions`.
    """
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [[account.id for account in accounts], start, start, end, end])
        rows = cursor.fetchall()
    names = (*NUMBERS, *MOMENTS, *WORDS)
    read = list(zip(*rows, strict=True)) or [()] * len(names)
    columns: dict[str, Any] = dict(zip(names, read, strict=True))
    for name in NUMBERS:
        columns[name] = np.array(columns[name], np.float64)
    for name in MOMENTS:
        columns[name] = np.array(columns[name], np.int64)
    columns["emotions"] = [_feelings(tags) for tags in columns["tags"]]
    columns["tags"] = [_plain(tags) for tags in columns["tags"]]
    return columns


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
