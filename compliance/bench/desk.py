"""I measure the desk's list of the trail when it is long: the first page, a page deep inside, each filter
(constant time)."""

import os
import time
from collections.abc import Iterator
from statistics import median
from typing import Any
from uuid import UUID

import psycopg

from aetheris.bench.database import place_to_measure
from aetheris.benching import Result, benches
from compliance import trail

ENTRIES = int(os.environ.get("BENCH_TRAIL_ENTRIES", "1000000"))
ROW, RUNS = UUID(int=77), 9
FILL = """
    SET session_replication_role = replica;
    INSERT INTO audit.records (occurred_at, table_name, action, row_ids, actor_id, db_role)
    SELECT now() - (%(n)s - k) * interval '1 second' / 100,
           (ARRAY['trades', 'trades', 'trades', 'accounts', 'users'])[1 + k %% 5], 'UPDATE',
           ARRAY[CASE WHEN k %% 100000 = 0 THEN %(row)s ELSE gen_random_uuid() END],
           ('00000000-0000-0000-0000-' || lpad((k %% 500)::text, 12, '0'))::uuid, 'x'
    FROM generate_series(1, %(n)s) k;
"""
ASKED = {
    "first page": trail.Asked(), "page deep inside": trail.Asked(before=ENTRIES // 3),
    "one rare table, deep": trail.Asked(table="users", before=ENTRIES // 3),
    "one person": trail.Asked(actor=UUID(int=42)), "one row's history": trail.Asked(row=ROW),
}  # fmt: skip


@benches.named("desk")
def desk() -> Iterator[Result]:
    with place_to_measure("desk") as place, psycopg.connect(place.admin_url, autocommit=True) as admin:
        admin.execute(FILL.replace("%(n)s", str(ENTRIES)).replace("%(row)s", f"'{ROW}'::uuid").replace("%%", "%"))  # type: ignore[call-overload]
        admin.execute("VACUUM ANALYZE audit.records")
        for name, asked in ASKED.items():
            took = median(_timed(admin, asked))
            yield Result(f"{name} of {ENTRIES:,} records", took, None, None, "≤ 0.05", took <= 0.05, RUNS,
                         os.getloadavg()[0])  # fmt: skip


def _timed(connection: psycopg.Connection[Any], asked: trail.Asked) -> list[float]:
    query, values = trail.records(asked)
    took = []
    for _ in range(RUNS):
        start = time.perf_counter()
        connection.execute(query, values).fetchall()  # type: ignore[call-overload]
        took.append(time.perf_counter() - start)
    return took
