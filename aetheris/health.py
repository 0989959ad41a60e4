"""I say whether this process lives, and whether it can be of use."""

from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from aetheris.live import hub

WORKER_SILENT_SECONDS = 30


@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """Database, migrations, worker and listener, each with what is wrong; 503 when one of them is."""
    checks = {"database": _database(), "listener": _told(hub.listening, "not listening to the database")}
    if checks["database"]["ok"]:
        checks |= {"migrations": _migrations(), "worker": _worker()}
    fine = all(check["ok"] for check in checks.values())
    return JsonResponse({"status": "ok" if fine else "unready", "checks": checks}, status=200 if fine else 503)


def _told(ok: bool, otherwise: str, **more: Any) -> dict[str, Any]:
    return {"ok": ok, **({} if ok else {"detail": otherwise}), **more}


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _told(False, "the database does not answer")
    return _told(True, "")


def _migrations() -> dict[str, Any]:
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _told(not waiting, f"{len(waiting)} migrations wait: run manage.py migrate")


def _worker() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM now() - max(last_heartbeat)) FROM procrastinate_workers")
        silent = cursor.fetchone()[0]
        cursor.execute(
            "SELECT coalesce(extract(epoch FROM now() - min(coalesce(scheduled_at, now()))), 0) "
            "FROM procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now()"
        )
        lag = float(cursor.fetchone()[0])
    heard = silent is not None and float(silent) < WORKER_SILENT_SECONDS
    return _told(heard, "no worker was heard of: run manage.py worker", lag_seconds=round(lag, 1))
