from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies: list[tuple[str, str]] = []
    operations = [
        run_file(
            SQL / "laws.sql",
            reverse="DROP FUNCTION law.uuid7, law.touch, law.refuse, law.keep_all_but, law.walk",
        )
    ]
