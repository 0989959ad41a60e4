from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
BACK = "DROP FUNCTION door.unfinished_imports; DROP FUNCTION door.owner_of_push; DROP FUNCTION door.accounts_read"


class Migration(migrations.Migration):
    dependencies = [("trading", "0008_imports")]
    operations = [run_file(SQL / "door_imports.sql", reverse=BACK, role=DOOR)]
