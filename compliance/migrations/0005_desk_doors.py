from pathlib import Path

from django.db import migrations

from aetheris.db.roles import AUDIT
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0004_desk_tables")]
    operations = [
        run_file(SQL / "desk_watch_people.sql", reverse="DROP TRIGGER status_by_decision ON users"),
        # Rights only; they go with their tables.
        run_file(SQL / "desk_grants.sql", reverse="SELECT 1"),
        # No way back: what was blotted out stays told.
        run_file(SQL / "desk_trail.sql", reverse="SELECT 1/0", role=AUDIT),
    ]
