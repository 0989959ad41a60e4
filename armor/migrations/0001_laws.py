from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("aetheris", "0002_audit")]
    operations = [
        run_file(
            SQL / "watch_trades.sql",
            reverse="DROP FUNCTION law.mark_due, law.mark_inserted_due, law.mark_updated_due, law.ring_breaches, "
            "law.ring_dismissals",
        )
    ]
