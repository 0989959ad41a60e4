"""I read what a ring stands for, as the person it is for: a breach, a dismissal, changed trades."""

from collections.abc import Iterable
from uuid import UUID

from aetheris.db.tenancy import acting_as
from aetheris.readers import Message, reads
from armor import selectors
from armor.models import Breach
from trading.models import Trade


@reads("breach", at_a_glance=True)
def breach(user_id: UUID, words: list[str]) -> Iterable[Message]:
    return [message(found) for found in Breach.objects.select_related("account", "user").filter(number=int(words[0]))]


def message(breach: Breach) -> Message:
    """As read by its owner, in their zone; a level 3 brings the course of its day."""
    told = selectors.alert(breach, whole=breach.breach_level == 3, zone=breach.user.timezone)
    return {
        "type": "ARMOR_BREACH", "id": str(breach.id), "number": breach.number, "level": breach.breach_level,
        "account_id": str(breach.account_id), "data": told,
    }  # fmt: skip


@reads("dismissed", at_a_glance=True)
def dismissed(user_id: UUID, words: list[str]) -> Iterable[Message]:
    return [{"type": "ALERT_DISMISSED", **_named(found)} for found in Breach.objects.filter(number=int(words[0]))]


@reads("snoozed", at_a_glance=True)
def snoozed(user_id: UUID, words: list[str]) -> Iterable[Message]:
    number, until = words
    return [
        {"type": "ALERT_SNOOZED", **_named(found), "until": until.replace("+00:00", "Z")}
        for found in Breach.objects.filter(number=int(number))
    ]


def _named(breach: Breach) -> Message:
    return {"id": str(breach.id), "number": breach.number, "account_id": str(breach.account_id)}


@reads("trades")
def trades(user_id: UUID, words: list[str]) -> Iterable[Message]:
    account_id, ids = words
    with acting_as(user_id):
        found = list(Trade.objects.filter(pk__in=ids.split(",")))
        account = selectors.TradingAccount.objects.filter(pk=account_id).first()
        told = selectors.risk(account) if account else None
    made: list[Message] = [_trade(trade) for trade in found]
    return [*made, {"type": "METRICS", "account_id": account_id, "data": {"risk": told}}]


def _trade(trade: Trade) -> Message:
    op = "delete" if trade.deleted_at else "insert" if trade.version == 1 else "update"
    return {
        "type": "TRADE", "op": op, "account_id": str(trade.account_id),
        "data": {
            "id": str(trade.id), "account_id": str(trade.account_id), "symbol": trade.symbol, "side": trade.side,
            "quantity": selectors.plain(trade.quantity), "status": trade.status,
            "pnl": None if trade.pnl is None else selectors.plain(trade.pnl), "version": trade.version,
            "entry_time": trade.entry_time.isoformat().replace("+00:00", "Z"),
            "exit_time": trade.exit_time and trade.exit_time.isoformat().replace("+00:00", "Z"),
        },
    }  # fmt: skip
