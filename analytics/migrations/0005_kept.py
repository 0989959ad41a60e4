from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
CLOCK = "SELECT (day_timezone, day_starts_at, updated_at) ON accounts"


class Migration(migrations.Migration):
    dependencies = [("analytics", "0004_target_tables")]
    operations = [
        # Whose day ends when: the door reads the accounts' clocks beside what it may read of them already.
        migrations.RunSQL(f"GRANT {CLOCK} TO {DOOR}", f"REVOKE {CLOCK} FROM {DOOR}"),
        run_file(SQL / "kept.sql", reverse="DROP FUNCTION door.snapshots_kept", role=DOOR),
    ]
