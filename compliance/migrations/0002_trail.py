from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0001_tables"), ("aetheris", "0003_seals")]
    operations = [run_file(SQL / "trail.sql", reverse="DROP VIEW audit_trail")]
