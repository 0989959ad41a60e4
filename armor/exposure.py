"""I add up what is at risk over all of a person's accounts; money of different currencies stays apart."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum

from accounts.models import TradingAccount
from accounts.models.account import AccountStatus
from armor.selectors import plain, risk
from trading.models import Trade


def all_risk() -> dict[str, Any]:
    standing = TradingAccount.objects.filter(deleted_at=None).exclude(account_status=AccountStatus.CLOSED)
    accounts = [risk(account) for account in standing.order_by("created_at", "id")]
    return {"accounts": accounts, "currencies": list(_by_currency(accounts)), "symbols": _by_symbol()}


def _by_currency(accounts: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    for currency in sorted({account["currency"] for account in accounts}):
        own = [account for account in accounts if account["currency"] == currency]
        yield {
            "currency": currency,
            "accounts": len(own),
            "balance": _sum(account["balance"] for account in own),
            "pnl_today": _sum(account["pnl_today"] for account in own),
            "open_positions": sum(account["open_positions"] for account in own),
        }


def _sum(amounts: Iterable[str]) -> str:
    return plain(sum((Decimal(amount) for amount in amounts), Decimal(0)))


def _by_symbol() -> list[dict[str, Any]]:
    """Open positions by symbol, account currency and side."""
    positions = Trade.objects.filter(deleted_at=None, exit_time__isnull=True, account__deleted_at=None).exclude(
        account__account_status=AccountStatus.CLOSED
    )
    grouped = positions.values("symbol", "account__currency", "side").annotate(
        accounts=Count("account", distinct=True), positions=Count("id"), total=Sum("quantity"),
        risk=Sum("initial_risk"), unknown=Count("id", filter=Q(initial_risk=None)),
    )  # fmt: skip
    return [
        {"symbol": row["symbol"], "currency": row["account__currency"], "side": row["side"],
         "accounts": row["accounts"], "open_positions": row["positions"], "quantity": plain(row["total"]),
         "initial_risk": None if row["unknown"] else plain(row["risk"])}
        for row in grouped.order_by("symbol", "account__currency", "side")
    ]  # fmt: skip
