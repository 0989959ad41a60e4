from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("aetheris", "0003_seals")]
    # The way back leaves it: what it holds is over within days.
    operations = [run_file(SQL / "store.sql", reverse="SELECT 1")]
