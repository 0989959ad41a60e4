from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("aetheris", "0002_audit")]
    operations = [run_file(SQL / "trade_laws.sql", reverse="DROP FUNCTION law.keep_trade_economics")]
