from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
WITHOUT_WAKING = """
    CREATE OR REPLACE FUNCTION door.due_accounts() RETURNS TABLE (account_id uuid, user_id uuid) LANGUAGE sql STABLE
    SECURITY DEFINER SET search_path = pg_catalog AS $$
        SELECT account_id, user_id FROM public.armor_due WHERE due_since IS NOT NULL ORDER BY due_since LIMIT 500
    $$
"""


class Migration(migrations.Migration):
    dependencies = [("armor", "0007_reading_tables")]
    operations = [run_file(SQL / "door_waking.sql", reverse=WITHOUT_WAKING, role=DOOR)]
