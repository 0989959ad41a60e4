from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("armor", "0005_delivery_doors"), ("trading", "0006_account_readings")]
    operations = [run_file(SQL / "watch_readings.sql", reverse="DROP FUNCTION law.mark_read_due")]
