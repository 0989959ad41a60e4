from pathlib import Path

from django.db import migrations

from aetheris.db.roles import AUDIT
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("aetheris", "0002_audit")]
    operations = [
        # No way back: seals that a migration could remove would seal nothing.
        run_file(SQL / "seals.sql", reverse="SELECT 1/0", role=AUDIT)
    ]
