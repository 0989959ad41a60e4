"""I let time pass in the store that all processes share."""

import psycopg

from tests.conftest import admin_url


def grow_older(seconds: int) -> None:
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute("UPDATE shared_store SET expires_at = expires_at - make_interval(secs => %s)", [seconds])
