from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("trading", "0004_door")]
    operations = [run_file(SQL / "reading_laws.sql", reverse="DROP FUNCTION law.keep_fresh_readings")]
