"""I thin readings older than two days: of each minute its lowest, its highest and its last remain."""

from uuid import UUID

from django.db import connection

# The last of a minute is also the last before any reset, since days are reset on whole minutes.
THIN = """
WITH ranked AS (
    SELECT id, row_number() OVER (PARTITION BY minute ORDER BY read_at DESC, id DESC) AS last,
           row_number() OVER (PARTITION BY minute ORDER BY equity, read_at, id) AS lowest,
           row_number() OVER (PARTITION BY minute ORDER BY equity DESC NULLS LAST, read_at, id) AS highest
    FROM (SELECT id, read_at, equity, date_trunc('minute', read_at) AS minute FROM account_readings
          WHERE account_id = %s AND read_at < now() - interval '49 hours'
            AND read_at > now() - interval '60 days') old)
DELETE FROM account_readings USING ranked
WHERE account_readings.id = ranked.id AND last > 1 AND lowest > 1 AND highest > 1
"""


def thin(account_id: UUID) -> int:
    """How many readings went."""
    with connection.cursor() as cursor:
        cursor.execute(THIN, [account_id])
        return cursor.rowcount
