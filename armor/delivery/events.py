"""I name what can be told of, and shape it; a shape that changes gets a new version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.models import TradingAccount
from armor import selectors
from armor.models import Breach

VERSION = 1
TYPES = ("armor_breach", "trade_created", "metrics_update")
TEST = "endpoint_test"
MOST_IDS = 100


def event(type: str, data: dict[str, Any], at: datetime) -> dict[str, Any]:
    """As Standard Webhooks recommends: type, timestamp, data; the id stands in the header."""
    return {"type": type, "version": VERSION, "timestamp": at.isoformat().replace("+00:00", "Z"), "data": data}


def of_breach(breach: Breach) -> dict[str, Any]:
    return event("armor_breach", selectors.alert(breach), breach.created_at)


def of_trades(account: TradingAccount, ids: Sequence[UUID], at: datetime) -> dict[str, Any]:
    """One event for one write, however many trades it wrote; beyond a hundred their ids are left out."""
    data = {
        "account_id": str(account.id), "account_name": account.account_name, "count": len(ids),
        "trade_ids": [str(id) for id in ids[:MOST_IDS]], "complete": len(ids) <= MOST_IDS,
    }  # fmt: skip
    return event("trade_created", data, at)


def of_metrics(account: TradingAccount, at: datetime) -> dict[str, Any]:
    data = {"account_id": str(account.id), "account_name": account.account_name, "risk": selectors.risk(account)}
    return event("metrics_update", data, at)


def of_test(at: datetime) -> dict[str, Any]:
    told = {"title": "Test from Aether Armor", "body": "This endpoint is reached. No limit was touched."}
    return event(TEST, told, at)
