"""I keep the connections to brokers: their secrets go in sealed and never come out to a reader."""

import json
from collections.abc import Mapping
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from accounts.models import TradingAccount
from aetheris import clock
from trading.connectors import connector_for
from trading.errors import AccountClosed, ConnectionIncomplete
from trading.models import BrokerConnection, ConnectorState


def add_connection(*, account: TradingAccount, values: Mapping[str, Any]) -> BrokerConnection:
    if account.is_closed:
        raise AccountClosed(account=account.account_name)
    connection = BrokerConnection.objects.create(account=account, user_id=account.user_id, **_with_hint(values))
    connection.refresh_from_db()
    return connection


def add_by_form(*, account: TradingAccount, broker_type: str, told: Mapping[str, str]) -> BrokerConnection:
    """From the connector's own questions: each answer goes to the sealed column it names."""
    kind = connector_for(broker_type)
    values: dict[str, str] = {}
    config: dict[str, str] = {}
    missing = [ask.label for ask in kind.asks if ask.required and not told.get(ask.name, "").strip()]
    if missing:
        raise ConnectionIncomplete(title=kind.title, missing=", ".join(missing))
    for ask in kind.asks:
        answer = told.get(ask.name, "").strip()
        if answer and ask.where == "extra_config":
            config[ask.name] = answer
        elif answer:
            values[ask.where] = answer
    if config:
        values["extra_config"] = json.dumps(config)
    return add_connection(account=account, values={"broker_type": broker_type, **values})


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
    ConnectorState.objects.filter(pk=connection.pk).update(push_digest="", remembered={})


def issue_push_token(*, connection: BrokerConnection) -> str:
    """Told once; we keep its digest. A new one ends the one before."""
    token = f"push_{token_urlsafe(32)}"
    ConnectorState.objects.update_or_create(
        pk=connection.pk, defaults={"user_id": connection.user_id, "push_digest": digest_of(token)}
    )
    connection.key_hint = token[-4:]
    connection.save(update_fields=["key_hint"])  # the trail tells that the token changed
    return token


def digest_of(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _with_hint(values: Mapping[str, Any]) -> dict[str, Any]:
    """The last four of the key tell keys apart; of a short one nothing is told."""
    if "api_key" not in values:
        return dict(values)
    key = values["api_key"] or ""
    return {**values, "key_hint": key[-4:] if len(key) >= 12 else ""}
