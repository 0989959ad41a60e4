"""I name the tables whose changes go to the trail, as their models declare it."""

from django.apps import apps

from aetheris.db.triggers import Law


def watched() -> dict[str, list[str]]:
    """Table → its secret columns, which appear in the trail as changed only."""
    laws = [(model._meta.db_table, law) for model in apps.get_models() for law in getattr(model._meta, "triggers", [])]
    inserted = {
        table: law.arguments[0] for table, law in laws if isinstance(law, Law) and law.function == "audit.note_insert"
    }
    return {table: [name for name in inserted[table].split(",") if name] for table in sorted(inserted)}
