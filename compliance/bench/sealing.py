"""I measure how far seals lag behind busy writers, and how many records a second are sealed and checked."""

import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg

from aetheris.benching import Result, judged, timed
from aetheris.db.places import urls
from compliance.sealing.sealer import Sealer, connect
from compliance.verification.report import verify

SECONDS, WRITERS, RECORDS = 15, 4, 100_000
SESSION = "INSERT INTO sessions (account_id, user_id, session_start, session_end) VALUES (%s, %s, now(), now())"
LAG = """
    SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (ORDER BY extract(epoch FROM s.sealed_at - r.occurred_at)),
           count(*)
    FROM audit.records r JOIN audit.seals s ON r.xid >= s.from_xid AND r.xid < s.to_xid WHERE r.id > %s
"""
FILL = """
    INSERT INTO audit.records (table_name, action, row_ids, new_rows, db_role, actor_label)
    SELECT 'trades', 'INSERT', ARRAY[gen_random_uuid()], jsonb_build_array(image), 'aetheris_app', 'ana@example.com'
    FROM generate_series(1, %s), LATERAL (SELECT to_jsonb(t) AS image FROM trades t LIMIT 1) one
"""


def under_load(admin: psycopg.Connection[Any], user: UUID, account: UUID) -> Iterator[Result]:
    """Writers that never pause, a third of whose work is undone; a sealer's tick every second beside them."""
    row = admin.execute("SELECT coalesce(max(id), 0) FROM audit.records").fetchone()
    last = row[0] if row else 0
    ended = threading.Event()
    threads = [threading.Thread(target=_write, args=(user, account, ended)) for _ in range(WRITERS)]
    alarms = 0
    with connect() as connection:
        sealer = Sealer(connection)
        sealer.seal_all()
        for thread in threads:
            thread.start()
        try:
            for second in range(SECONDS):
                time.sleep(1)
                sealer.tick()
                if second % 3 == 0:
                    alarms += len(verify(lag=timedelta(seconds=10), rows=False).findings)
        finally:
            ended.set()
            for thread in threads:
                thread.join()
        sealer.seal_all()
    lag = admin.execute(LAG, [last]).fetchone()
    assert lag is not None
    (median, worst), count = lag
    note = f"{count / SECONDS:,.0f} records/s by {WRITERS} writers; median {median:.2f} s"
    yield judged("lag of seals under load, p99", worst, None, most=10, runs=count, note=note)
    yield judged("false alarms under load", alarms, None, most=0, runs=(SECONDS + 2) // 3, unit="")


def throughput(admin: psycopg.Connection[Any]) -> Iterator[Result]:
    admin.execute("SET session_replication_role = replica")
    for _ in range(RECORDS // 1000):
        admin.execute(FILL, [1000])
    admin.execute("RESET session_replication_role")
    admin.execute("VACUUM ANALYZE audit.records")
    with connect() as connection:
        sealer = Sealer(connection)
        took = timed(sealer.seal_all)
    yield judged("records sealed a second", RECORDS / took, None, least=35_000, unit="/s", runs=RECORDS)
    entries = 0

    def count(done: int) -> None:
        nonlocal entries
        entries = done

    runs = [timed(lambda: verify(lag=timedelta(seconds=60), rows=False, tell=count)) for _ in range(3)]
    yield judged("records checked a second", entries / sorted(runs)[1], None, least=35_000, unit="/s", runs=entries)


def _write(user: UUID, account: UUID, ended: threading.Event) -> None:
    with psycopg.connect(urls()["app"], autocommit=True) as app:
        app.execute("SELECT set_config('aetheris.tenant', %s, false)", [str(user)])
        count = 0
        while not ended.is_set():
            count += 1
            with app.transaction(force_rollback=count % 3 == 0):
                app.execute(SESSION, [account, user])
