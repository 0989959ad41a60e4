from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
LAWS = "DROP FUNCTION law.applicants_step, law.undecided_at_first, law.signed_by"
DOORS = (
    "DROP FUNCTION door.people_to_screen, door.trades_to_watch, door.sign_ins_to_watch, door.cases_run_out, "
    "door.exports_due, door.erasures_approved, door.entry_four_eyes, door.four_eyes, door.status_by_decision, "
    "door.case_by_decision, door.appoint, door.desk_role"
)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0002_trail"), ("accounts", "0003_keys"), ("trading", "0006_account_readings")]
    operations = [
        run_file(SQL / "desk_laws.sql", reverse=LAWS),
        run_file(SQL / "desk_doors.sql", reverse=DOORS, role=DOOR),
    ]
