from pathlib import Path

from django.db import migrations, models

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
BACK = f"DROP VIEW audit_trail; {(SQL / 'trail.sql').read_text()}"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0012_second_person")]
    operations = [
        run_file(SQL / "trail_by_record.sql", reverse=BACK),
        migrations.AddField(
            model_name="auditentry",
            name="record",
            field=models.BigIntegerField(help_text="The statement's own number; ask by it, for it has an index."),
        ),
    ]
