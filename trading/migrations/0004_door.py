from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("trading", "0003_jobs")]
    operations = [run_file(SQL / "door.sql", reverse="DROP FUNCTION door.due_connections", role=DOOR)]
