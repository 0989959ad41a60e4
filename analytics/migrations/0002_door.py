from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("analytics", "0001_tables")]
    operations = [run_file(SQL / "door.sql", reverse="DROP FUNCTION door.all_accounts", role=DOOR)]
