"""I write many hand-made trades at once: those that are right are kept, each of the others is told its reason."""

from collections.abc import Mapping, Sequence
from typing import Any

from accounts.models import TradingAccount
from aetheris.db.rows import uuid7
from trading.errors import AccountClosed, TradeKnown
from trading.models import Trade
from trading.services import with_results
from trading.signals import trades_recorded

Told = Trade | AccountClosed | TradeKnown


def add_trades(rows: Sequence[Mapping[str, Any]]) -> list[Told]:
    """For each row its trade or why it is none. One INSERT, and each account is judged once."""
    known = _known(rows)
    told: list[Told] = []
    for row in rows:
        trade = _trade(dict(row))
        identity = (trade.account_id, trade.broker, trade.broker_trade_id)
        if trade.account.is_closed:
            told.append(AccountClosed(account=trade.account.account_name))
        elif identity in known:
            told.append(TradeKnown(broker=trade.broker, id=trade.broker_trade_id))
        else:
            known.add(identity)
            told.append(trade)
    _write([one for one in told if isinstance(one, Trade)])
    return told


def _write(trades: Sequence[Trade]) -> None:
    Trade.objects.bulk_create(trades, batch_size=500)
    accounts: dict[Any, TradingAccount] = {trade.account_id: trade.account for trade in trades}
    for id, account in accounts.items():
        trades_recorded.send(sender=Trade, account=account, ids=[t.id for t in trades if t.account_id == id])


def _trade(values: dict[str, Any]) -> Trade:
    account = values.pop("account")
    values.setdefault("broker", "manual")
    values["broker_trade_id"] = values.get("broker_trade_id") or str(uuid7())
    return Trade(account=account, user_id=account.user_id, source="manual", **with_results(values))


def _known(rows: Sequence[Mapping[str, Any]]) -> set[tuple[Any, str, str]]:
    """Which of these are in the journal already, by their account and the id their broker gave them."""
    ids = {row["broker_trade_id"] for row in rows if row.get("broker_trade_id")}
    accounts = {row["account"].pk for row in rows}
    found = Trade.objects.filter(account_id__in=accounts, broker_trade_id__in=ids)
    return set(found.values_list("account_id", "broker", "broker_trade_id"))
