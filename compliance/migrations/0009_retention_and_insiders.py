from pathlib import Path

from django.db import migrations

from aetheris.db.roles import AUDIT, DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
DOORS = "DROP FUNCTION door.relations, door.kept, door.payments_to_watch"
LAWS = "DROP FUNCTION law.set_once, law.begins_without, law.answered_once"
# The stricter functions stay as they are; those that are new go with their triggers.
INSIDERS = "DROP FUNCTION door.inquiry_by_decision, door.erasure_by_decision, door.about_its_case"


class Migration(migrations.Migration):
    dependencies = [("compliance", "0008_retention_and_payments")]
    operations = [
        run_file(SQL / "retention_doors.sql", reverse=DOORS, role=DOOR),
        run_file(SQL / "insider_laws.sql", reverse=LAWS),
        run_file(SQL / "insider_trail.sql", reverse="DROP FUNCTION audit.actor_of", role=AUDIT),
        run_file(SQL / "insider_doors.sql", reverse=INSIDERS, role=DOOR),
    ]
