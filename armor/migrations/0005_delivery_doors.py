from pathlib import Path

from django.db import migrations

from aetheris.db.roles import DOOR
from aetheris.db.sql import run_file

SQL = Path(__file__).parent.parent / "sql"
# What was written before anybody could be told of it is not told now. The owner looks past the policy for this alone.
OLD_ONES_ARE_TOLD = """
    ALTER TABLE armor_breach_counters NO FORCE ROW LEVEL SECURITY;
    UPDATE armor_breach_counters SET announced_number = last_number;
    ALTER TABLE armor_breach_counters FORCE ROW LEVEL SECURITY
"""
# A chat's address is a key to the chat: it became a secret of this table.
URL_HIDDEN = "REVOKE SELECT (url) ON webhook_endpoints FROM aetheris_sealer"
WITHOUT_DOORS = (
    "DROP FUNCTION door.unannounced, door.due_webhooks, door.due_mails, door.due_limit_changes, door.due_flatten_orders"
)


class Migration(migrations.Migration):
    dependencies = [("armor", "0004_delivery_tables")]
    operations = [
        migrations.RunSQL(OLD_ONES_ARE_TOLD, migrations.RunSQL.noop),  # going back, the column goes
        migrations.RunSQL(URL_HIDDEN, "GRANT SELECT (url) ON webhook_endpoints TO aetheris_sealer"),
        run_file(SQL / "delivery_doors.sql", reverse=WITHOUT_DOORS, role=DOOR),
    ]
