from pathlib import Path

from django.db import migrations

from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
WITHIN_ONE_ACCOUNT = """
    CREATE OR REPLACE FUNCTION law.mark_updated_due() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog AS $$
    BEGIN
        PERFORM law.mark_due(account_id, user_id, earliest, ids)
        FROM (SELECT n.account_id, n.user_id, array_agg(n.id) AS ids,
                     min(least(coalesce(n.exit_time, n.entry_time), coalesce(o.exit_time, o.entry_time))) AS earliest
              FROM new_rows n JOIN old_rows o USING (id) GROUP BY 1, 2 ORDER BY 1) written;
        RETURN NULL;
    END $$
"""


class Migration(migrations.Migration):
    dependencies = [("armor", "0008_door_waking")]
    operations = [run_file(SQL / "watch_moves.sql", reverse=WITHIN_ONE_ACCOUNT)]
