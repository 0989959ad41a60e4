from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_tables"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("admin", "0003_logentry_add_action_flag_choices"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("sessions", "0001_initial"),
        ("socialaccount", "0006_alter_socialaccount_extra_data"),
    ]
    operations = [
        run_file(SQL / "door.sql", reverse="DROP FUNCTION door.person_of", role=DOOR),
        # The way back is the removal of those libraries' tables; the grants go with them.
        run_file(SQL / "signin_tables.sql", reverse="SELECT 1"),
    ]
