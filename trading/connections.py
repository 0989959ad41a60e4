"""I keep the connections to brokers: their secrets go in sealed and never come out to a reader."""

from collections.abc import Mapping
from typing import Any

from accounts.models import TradingAccount
from aetheris import clock
from trading.errors import AccountClosed
from trading.models import BrokerConnection


def add_connection(*, account: TradingAccount, values: Mapping[str, Any]) -> BrokerConnection:
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    connection = BrokerConnection.objects.create(account=account, user_id=account.user_id, **_with_hint(values))
    connection.refresh_from_db()
    return connection


def change_connection(*, connection: BrokerConnection, values: Mapping[str, Any]) -> BrokerConnection:
    """What is not given stays, secrets too."""
    if told := _with_hint(values):
        for name, value in told.items():
            setattr(connection, name, value)
        connection.save(update_fields=list(told))
        connection.refresh_from_db()
    return connection


def remove_connection(*, connection: BrokerConnection) -> None:
    """Its row stays for the trades it brought; its secrets go."""
    connection.api_key = connection.api_secret = connection.extra_config = None
    connection.deleted_at = clock.now()
    connection.save(update_fields=["api_key", "api_secret", "extra_config", "deleted_at"])


def _with_hint(values: Mapping[str, Any]) -> dict[str, Any]:
    """The last four of the key tell keys apart; of a short one nothing is told."""
    if "api_key" not in values:
        return dict(values)
    key = values["api_key"] or ""
    return {**values, "key_hint": key[-4:] if len(key) >= 12 else ""}
