"""I name every person there is, for work that goes through all of them one by one."""

from uuid import UUID

from django.db import connection


def everybody() -> list[UUID]:
    """Ids alone, by the door that is made for it; whoever asks acts as each of them afterwards."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT person FROM door.all_people()")
        return [row[0] for row in cursor.fetchall()]
