"""I take a whole import back: what it brought goes softly, what it changed is as it was before."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from aetheris import clock
from aetheris.db.tenancy import because
from trading.copying import TOLD
from trading.errors import NotUndoable
from trading.models import Import, Trade
from trading.signals import trades_recorded

IDS_TOLD = 50
# A trade that a later import changed again belongs to that one now; what both left standing stays.
LATER = """EXISTS (SELECT FROM import_changes later JOIN imports m ON m.id = later.import_id AND m.state = 'done'
    WHERE later.trade_id = t.id AND m.id <> %(import)s AND later.created_at > %(since)s)"""
TAKE_OUT = f"""UPDATE trades t SET deleted_at = %(now)s
    WHERE t.import_id = %(import)s AND t.deleted_at IS NULL AND NOT {LATER}
      AND NOT EXISTS (SELECT FROM import_changes c WHERE c.import_id = %(import)s AND c.trade_id = t.id)
    RETURNING t.id"""  # noqa: S608
_BEFORE = ", ".join((*TOLD, "import_id", "import_row", "deleted_at"))
RESTORE = f"""UPDATE trades t SET ({_BEFORE}) = (SELECT {", ".join(f"b.{name}" for name in _BEFORE.split(", "))}
        FROM jsonb_populate_record(NULL::trades, c.before) b)
    FROM import_changes c WHERE c.import_id = %(import)s AND c.trade_id = t.id AND NOT {LATER} RETURNING t.id"""  # noqa: S608
KEPT = f"""SELECT count(*) FROM trades t WHERE {LATER}
    AND (t.import_id = %(import)s
         OR EXISTS (SELECT FROM import_changes c WHERE c.import_id = %(import)s AND c.trade_id = t.id))"""  # noqa: S608


@dataclass(frozen=True, slots=True)
class Undone:
    """`kept` are trades that a later import has changed since, and which therefore stayed."""

    removed: int
    restored: int
    kept: int


def undo_import(*, delivery: Import) -> Undone:
    delivery = Import.objects.select_for_update().get(pk=delivery.pk)
    if delivery.state != "done" or delivery.kind != "file" or delivery.dry_run:
        raise NotUndoable(name=delivery.name, state="a dry run" if delivery.dry_run else delivery.state)
    told = {"import": delivery.id, "now": clock.now(), "since": delivery.created_at}
    with because(f"undo of the import of {delivery.name}", path="sync"), connection.cursor() as cursor:
        kept = _first(cursor, KEPT, told)
        removed, restored = _changed(cursor, TAKE_OUT, told), _changed(cursor, RESTORE, told)
        Import.objects.filter(pk=delivery.pk).update(state="undone", undone_at=told["now"])
    if removed or restored:
        ids = [*removed, *restored][:IDS_TOLD]
        trades_recorded.send(sender=Trade, account=delivery.account, ids=ids)
    return Undone(len(removed), len(restored), kept)


def _changed(cursor: Any, query: str, told: dict[str, Any]) -> list[UUID]:
    cursor.execute(query, told)
    return [row[0] for row in cursor.fetchall()]


def _first(cursor: Any, query: str, told: dict[str, Any]) -> int:
    cursor.execute(query, told)
    return int(cursor.fetchone()[0])
