from pathlib import Path

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

import aetheris.db.triggers
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("armor", "0009_watch_moves")]
    operations = [
        run_file(SQL / "ring_due.sql", reverse="DROP FUNCTION law.ring_due"),
        pgtrigger.migrations.AddTrigger(
            model_name="due",
            trigger=pgtrigger.compiler.Trigger(
                name="rings",
                sql=aetheris.db.triggers.CommitSql(
                    condition="WHEN (NEW.due_since IS NOT NULL)",
                    execute="law.ring_due()",
                    func="",
                    hash="25c3ae44a1f4f38afe5cb0431abe6a1bd7a56419",
                    operation='INSERT OR UPDATE OF "due_since"',
                    pgid="pgtrigger_rings_6594e",
                    table="armor_due",
                    when="AFTER",
                ),
            ),
        ),
    ]
