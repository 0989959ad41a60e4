"""I look at everybody's trades, sign-ins and edits with the rules of behaviour; a pattern is told once."""

from datetime import timedelta
from typing import Any

from django.db import connections

from aetheris import clock
from aetheris.db.router import door
from compliance.aml.world import Deal, Edit, Entrance, Payment, World, find
from compliance.models import BehaviourAlert

BACK = timedelta(days=400)
RECENT = timedelta(days=31)


def watch() -> int:
    """The number of new alerts."""
    found = find(world())
    before = BehaviourAlert.objects.count()
    alerts = [
        BehaviourAlert(rule=rule, subject_id=told.person, sentence=told.sentence, evidence=told.evidence,
                       pattern=told.pattern(rule)) for rule, told in found
    ]  # fmt: skip
    BehaviourAlert.objects.bulk_create(alerts, ignore_conflicts=True)
    return BehaviourAlert.objects.count() - before


def world() -> World:
    now = clock.now()
    deals = tuple(Deal(*row) for row in _rows(
        "SELECT id, person, account, source, symbol, side, quantity, entry_price, exit_price, entry_time, exit_time, pnl "  # noqa: E501
        "FROM door.trades_to_watch(%s) WHERE pnl IS NOT NULL AND exit_price IS NOT NULL", now - BACK))  # fmt: skip
    return World(now, deals, _entrances(now), _edits(now), _payments(now))


def _entrances(now: Any) -> tuple[Entrance, ...]:
    """Where sign-ins are kept at all."""
    if not _rows("SELECT 1 WHERE to_regclass('public.sign_ins') IS NOT NULL"):
        return ()
    rows = _rows("SELECT person, address, agent, at FROM door.sign_ins_to_watch(%s)", now - RECENT)
    return tuple(Entrance(*row) for row in rows)


def _edits(now: Any) -> tuple[Edit, ...]:
    rows = _rows(
        "SELECT sequence, trade, (was ->> 'user_id')::uuid, at, (was ->> 'exit_time')::timestamptz, "
        "(was ->> 'pnl')::numeric, (became ->> 'pnl')::numeric FROM audit.trade_edits(%s)",
        now - RECENT,
    )
    return tuple(Edit(*row) for row in rows if None not in row)


def _payments(now: Any) -> tuple[Payment, ...]:
    """What the desk imported; money out is below nought."""
    rows = _rows("SELECT id, person, amount, currency, at FROM door.payments_to_watch(%s)", now - RECENT)
    return tuple(Payment(*row) for row in rows)


def _rows(query: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections[door.get()].cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())
