from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0005_desk_doors")]
    operations = [run_file(SQL / "erasing_doors.sql", reverse="DROP FUNCTION door.held", role=DOOR)]
