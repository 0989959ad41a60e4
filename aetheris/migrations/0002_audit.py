from pathlib import Path

from django.db import migrations

from aetheris.db.roles import AUDIT
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("aetheris", "0001_laws")]
    operations = [
        # No way back: a trail that a migration could remove would be no trail.
        run_file(SQL / "audit.sql", reverse="SELECT 1/0", role=AUDIT)
    ]
