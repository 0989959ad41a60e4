"""I make one valid row of any user-scoped table by looking at its model, so that a new table is covered by itself."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from aetheris.db.rows import uuid7
from aetheris.db.sealed import SealedTextField

OURS = ("accounts", "trading", "armor", "analytics", "compliance")
MOMENT = datetime(2026, 11, 20, 12, tzinfo=UTC)
# What a type alone cannot tell: a level is 1 to 3, a result comes with an exit.
TOLD: dict[str, dict[str, Any]] = {
    "api_keys": {"scopes": ["read"]},
    "armor_breaches": {"breach_level": 1, "number": 1},
    "vocal_notes": {"vss_score": 50},
    "armor_coolings": {"ends_at": MOMENT + timedelta(minutes=15)},
    "trades": {"broker_trade_id": "T-1", "exit_price": 2, "exit_time": MOMENT, "pnl": 1},
}


def tables() -> list[type[models.Model]]:
    """Every table of ours whose rows belong to somebody."""
    found = [model for label in OURS for model in apps.get_app_config(label).get_models()]
    return [model for model in found if owner_of(model) and not model._meta.proxy and model._meta.managed]


def owner_of(model: type[models.Model]) -> str | None:
    columns = {field.column for field in model._meta.concrete_fields}
    if model._meta.db_table == "users":
        return "id"
    return "user_id" if "user_id" in columns else None


def row(model: type[models.Model], *, person: UUID, parents: dict[str, UUID]) -> dict[str, Any]:
    """Column → value, owned by `person`; `parents` are ids of that person's rows by table."""
    made: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        value = _value(model, field, person, parents)
        if value is not None:
            made[field.column] = value
    return made | TOLD.get(model._meta.db_table, {})


def _value(model: type[models.Model], field: Any, person: UUID, parents: dict[str, UUID]) -> Any:
    if field.primary_key:
        if model._meta.db_table == "users":
            return person
        return parents[field.remote_field.model._meta.db_table] if field.remote_field else uuid7()
    if field.remote_field:
        return parents.get(field.remote_field.model._meta.db_table)
    if getattr(field, "generated", False) or field.has_db_default() or field.null:
        return None
    return _of_type(field, person)


def _of_type(field: Any, person: UUID) -> Any:
    if field.choices:
        return field.choices[0][0]
    kinds: list[tuple[type, Any]] = [
        (SealedTextField, b"\x01sealed"), (models.EmailField, f"{person}@example.com"), (models.UUIDField, uuid7()),
        (models.DateTimeField, MOMENT), (models.DateField, date(2026, 11, 20)), (models.BooleanField, True),
        (models.DecimalField, Decimal(1)), (models.FloatField, 1.0),
        (models.IntegerField, 1), (ArrayField, []), (models.JSONField, "{}"),
        (models.BinaryField, b"x"), (models.CharField, "x"), (models.TextField, "x"), (models.TimeField, "00:00"),
    ]  # fmt: skip
    for kind, value in kinds:
        if isinstance(field, kind):
            return value
    raise NotImplementedError(f"{field} has a type no specimen is known for: add it to tests/specimens.py")
