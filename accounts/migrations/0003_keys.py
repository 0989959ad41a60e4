from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_doors")]
    operations = [
        # The way back would forget which keys sealed what; the ids stay.
        run_file(SQL / "keys.sql", reverse="SELECT 1"),
        run_file(SQL / "people.sql", reverse="DROP FUNCTION door.all_people", role=DOOR),
    ]
