from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
WITHOUT_GRANTS = """
    DROP TRIGGER shown_out ON users;
    DROP FUNCTION law.show_out;
    DROP POLICY door_confirms ON users;
    REVOKE UPDATE (status, updated_at, version) ON users FROM aetheris_door;
    DROP POLICY door ON socialaccount_socialaccount;
    REVOKE SELECT (provider, uid, user_id) ON socialaccount_socialaccount FROM aetheris_door
"""
WITHOUT_DOORS = "DROP FUNCTION door.holder_of, door.person_known_as, door.confirm"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_sign_in_tables"), ("socialaccount", "0006_alter_socialaccount_extra_data")]
    operations = [
        run_file(SQL / "people_grants.sql", reverse=WITHOUT_GRANTS),
        run_file(SQL / "people_known.sql", reverse=WITHOUT_DOORS, role=DOOR),
    ]
