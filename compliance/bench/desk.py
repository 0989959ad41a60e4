"""I measure the desk's list of the trail when it is long: the first page, a page deep inside, each filter, at each
length (constant time)."""

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

# Lengths by comma, growing: 1000000,10000000.
LENGTHS = [int(told) for told in os.environ.get("BENCH_TRAIL_ENTRIES", "1000000").split(",")]
ROW, RUNS, STEP = UUID(int=77), 9, 1_000_000
QUICK = "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'"
FILL = """
    INSERT INTO audit.records (occurred_at, table_name, action, row_ids, actor_id, db_role)
    SELECT now() - interval '40 hours' + k * interval '10 milliseconds',
           (ARRAY['trades', 'trades', 'trades', 'accounts', 'users'])[1 + k %% 5], 'UPDATE',
           ARRAY[CASE WHEN k %% 100000 = 0 THEN %(row)s::uuid ELSE gen_random_uuid() END],
           ('00000000-0000-0000-0000-' || lpad((k %% 500)::text, 12, '0'))::uuid, 'x'
    FROM generate_series(%(first)s::bigint, %(last)s) k
"""
INDEXES = """
    SELECT format('DROP INDEX %s', i.indexrelid::regclass), replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ')
    FROM pg_index i WHERE i.indrelid = 'audit.records'::regclass AND NOT i.indisprimary
"""
ENTRIES = "SELECT * FROM audit_trail WHERE record = ANY (%s) AND sequence <= record * 1000 + 3"


@benches.named("desk")
def desk() -> Iterator[Result]:
    with place_to_measure("desk") as place, psycopg.connect(place.admin_url, autocommit=True) as admin:
        admin.execute(QUICK)
        filled = 0
        for length in LENGTHS:
            took = _filled(admin, filled, length)
            filled = length
            yield Result(f"filling up to {length:,} records", took, None, None, "none", None, 1, os.getloadavg()[0])
            yield from _measured(admin, length)


def _filled(admin: psycopg.Connection[Any], done: int, length: int) -> float:
    """Rows first, then their indexes: ten times as fast as both at once."""
    start = time.perf_counter()
    indexes = admin.execute(INDEXES).fetchall()
    for drop, _ in indexes:
        admin.execute(drop)
    for first in range(done + 1, length + 1, STEP):
        admin.execute(FILL, {"row": ROW, "first": first, "last": min(first + STEP - 1, length)})
    for _, make in indexes:
        admin.execute(make)
    admin.execute("VACUUM ANALYZE audit.records")
    return time.perf_counter() - start


def _measured(admin: psycopg.Connection[Any], length: int) -> Iterator[Result]:
    first = admin.execute("SELECT max(id) FROM audit.records").fetchone()
    deep = int(first[0] if first else 0) - length * 2 // 3
    asked = {
        "the newest page": trail.Asked(), "a page two thirds down": trail.Asked(before=deep),
        "one rare table, two thirds down": trail.Asked(table="users", before=deep),
        "one person": trail.Asked(actor=UUID(int=42)), "one row's history": trail.Asked(row=ROW),
    }  # fmt: skip
    for name, what in asked.items():
        took = median(_timed(admin, what))
        yield Result(f"{name} of {length:,} records", took, None, None, "≤ 0.05", took <= 0.05, RUNS,
                     os.getloadavg()[0])  # fmt: skip


def _timed(admin: psycopg.Connection[Any], asked: trail.Asked) -> list[float]:
    """The records of a page and the entries they unroll to."""
    query, values = trail.records(asked)
    took = []
    for _ in range(RUNS):
        start = time.perf_counter()
        found = [id for id, _ in admin.execute(query, values).fetchall()]  # type: ignore[call-overload]
        admin.execute(ENTRIES, [found[: trail.PAGE]]).fetchall()
        took.append(time.perf_counter() - start)
    return took
