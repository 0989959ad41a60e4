from pathlib import Path

from django.db import migrations

from aetheris.db.roles import AUDIT
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
BACK = "DROP POLICY staff ON audit.leaves; REVOKE SELECT ON audit.leaves FROM aetheris_staff"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0006_erasing_doors")]
    operations = [run_file(SQL / "desk_leaves.sql", reverse=BACK, role=AUDIT)]
