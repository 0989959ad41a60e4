"""I tell Prometheus how this process and its database fare, in its text format (version 0.0.4).

Open to staff, and to a scraper that brings `METRICS_TOKEN` as its bearer token. Every server process tells its own.
"""

import resource
import sys
import time
from collections.abc import Iterable, Iterator
from hmac import compare_digest
from itertools import accumulate
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

from aetheris.live import hub
from aetheris.tally import BOUNDS, tally

TEXT = "text/plain; version=0.0.4; charset=utf-8"
BEGAN = time.time()
JOBS = """
    SELECT status::text, count(*), coalesce(max(extract(epoch FROM now() - coalesce(scheduled_at, now())))
        FILTER (WHERE status = 'todo' AND scheduled_at <= now()), 0)
    FROM procrastinate_jobs WHERE status <> 'succeeded' GROUP BY 1
"""
SILENCE = "SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers"
Sample = tuple[dict[str, object], float]


def metrics(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    if not (_is_scraper(request) or user.is_staff):
        return HttpResponse("For staff, or with the token of METRICS_TOKEN.\n", status=403, content_type=TEXT)
    return HttpResponse("".join(_lines()), content_type=TEXT, headers={"Cache-Control": "no-store"})


def _is_scraper(request: HttpRequest) -> bool:
    told = request.headers.get("Authorization", "").partition(" ")[2].strip()
    return bool(settings.METRICS_TOKEN) and compare_digest(told.encode(), settings.METRICS_TOKEN.encode())


def _lines() -> Iterator[str]:
    answered, within, seconds = tally.taken()
    yield from _told("aetheris_http_requests_total", "counter", "Requests answered.",
                     [({"method": m, "status": s}, count) for (m, s), count in sorted(answered.items())])  # fmt: skip
    yield from _histogram(within, seconds)
    yield from _told("aetheris_sockets_open", "gauge", "Open WebSockets here.", [({}, _sockets())])
    yield from _told("aetheris_listener_up", "gauge", "Whether this process hears the database.", [({}, hub.listening)])
    yield from _told("process_start_time_seconds", "gauge", "When it began.", [({}, BEGAN)])
    yield from _told("process_cpu_seconds_total", "counter", "Processor time.", [({}, time.process_time())])
    yield from _told("process_peak_memory_bytes", "gauge", "The most memory it held.", [({}, _peak())])
    yield from _database()


def _histogram(within: list[int], seconds: float) -> Iterator[str]:
    name = "aetheris_http_request_seconds"
    yield f"# HELP {name} Time to answer.\n# TYPE {name} histogram\n"
    for bound, count in zip([*map(str, BOUNDS), "+Inf"], accumulate(within), strict=True):
        yield f'{name}_bucket{{le="{bound}"}} {count}\n'
    yield f"{name}_sum {seconds!r}\n{name}_count {sum(within)}\n"


def _database() -> Iterator[str]:
    """The queue and the worker; where the database does not answer, that alone is told."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            jobs = cursor.fetchall()
            cursor.execute(SILENCE)
            silent = cursor.fetchone()[0]
    except DatabaseError:
        yield from _told("aetheris_database_up", "gauge", "Whether the database answers.", [({}, 0)])
        return
    yield from _told("aetheris_database_up", "gauge", "Whether the database answers.", [({}, 1)])
    yield from _told("aetheris_jobs", "gauge", "Jobs not done.", [({"status": s}, n) for s, n, _ in sorted(jobs)])
    lag = max((float(late) for _, _, late in jobs), default=0.0)
    yield from _told("aetheris_jobs_lag_seconds", "gauge", "How long the oldest job has been due.", [({}, lag)])
    if silent is not None:
        yield from _told("aetheris_worker_silence_seconds", "gauge", "Since a worker was heard of.",
                         [({}, float(silent))])  # fmt: skip


def _told(name: str, kind: str, help: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help}\n# TYPE {name} {kind}\n"
    for labels, value in samples:
        words = ",".join(f'{label}="{word}"' for label, word in labels.items())
        yield f"{name}{{{words}}} {float(value)!r}\n" if words else f"{name} {float(value)!r}\n"


def _sockets() -> int:
    return sum(len(mine) for mine in list(hub.subscribers.values()))


def _peak() -> int:
    """Linux tells kilobytes, macOS bytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
