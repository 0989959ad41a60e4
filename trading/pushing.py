"""I take what a bridge pushes: trades and where the account stands, all of it or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import InvalidOperation
from typing import Any
from uuid import UUID

from django.db import connection as database

from aetheris import clock
from trading import services
from trading.connections import digest_of
from trading.connectors import Fetched, Standing
from trading.models import BrokerConnection
from trading.positions import as_position
from trading.staging import Written
from trading.telling import TellingRefused, number_of, row_of

AHEAD = timedelta(minutes=5)
MOST_TRADES, MOST_POSITIONS = 5_000, 500


@dataclass(frozen=True, slots=True)
class Pushed:
    written: Written
    reading: bool


def owner_of(connection_id: UUID, token: str) -> UUID | None:
    """Whose connection it is, for the holder of its token; None for anybody else."""
    with database.cursor() as cursor:
        cursor.execute("SELECT door.owner_of_push(%s, %s)", [connection_id, digest_of(token)])
        found: UUID | None = cursor.fetchone()[0]
    return found


def take(*, connection: BrokerConnection, told: Mapping[str, Any]) -> Pushed:
    trades = told.get("trades") or []
    if not isinstance(trades, list) or len(trades) > MOST_TRADES:
        raise TellingRefused(number=0, field="trades", reason=f"send a list of at most {MOST_TRADES:,}")
    rows = tuple(row_of(one, broker="bridge", number=number) for number, one in enumerate(trades, 1))
    standing = _standing(told.get("standing"))
    cursor = max([connection.sync_cursor or "", *(row.exit_time.isoformat() for row in rows if row.exit_time)])
    written = services.sync(connection=connection, fetched=Fetched(rows, cursor), standing=standing)
    return Pushed(written, standing is not None)


def _standing(told: Any) -> Standing | None:
    if told is None:
        return None
    try:
        positions = [as_position(one) for one in (told.get("positions") or [])[:MOST_POSITIONS]]
        balance, equity = (number_of(told.get(name), name, 0) for name in ("balance", "equity"))
        at = datetime.fromisoformat(told["read_at"]) if told.get("read_at") else clock.now()
    except (AttributeError, TypeError, ValueError, InvalidOperation, KeyError) as flaw:
        raise TellingRefused(number=0, field="standing", reason=str(flaw)[:120]) from flaw
    if at.tzinfo is None or at > clock.now() + AHEAD:
        raise TellingRefused(number=0, field="read_at", reason="write a moment with its zone that is not to come")
    return Standing(at, balance, equity, positions)
