from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
# The stricter door.about_its_case stays as it is.
BACK = (
    "DROP FUNCTION door.hit_by_decision, door.alert_by_decision, door.list_by_decision, door.list_is_complete, "
    "door.is_living_case"
)


class Migration(migrations.Migration):
    dependencies = [("compliance", "0010_insider_triggers")]
    operations = [run_file(SQL / "second_person.sql", reverse=BACK, role=DOOR)]
