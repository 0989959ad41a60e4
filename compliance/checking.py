"""I have the whole chain checked by the worker when the desk asks, and say meanwhile how far it is."""

from datetime import timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from aetheris import clock
from compliance.models import ChainCheck
from compliance.sealing import anchors
from compliance.verification import report

LAG = timedelta(seconds=30)
STEP = 5000


def ask(*, by: User) -> ChainCheck:
    """The one that waits or runs, or a new one."""
    standing = ChainCheck.objects.filter(finished_at=None, created_at__gte=clock.now() - timedelta(hours=1)).first()
    if standing is not None:
        return standing
    made = ChainCheck(asked_by_id=by.pk)
    made.save(force_insert=True)
    return made


def newest() -> ChainCheck | None:
    return ChainCheck.objects.order_by("-created_at", "-id").first()


def last_done() -> ChainCheck | None:
    return ChainCheck.objects.exclude(finished_at=None).order_by("-created_at", "-id").first()


def work() -> int:
    """By the worker: whatever was asked for; every few thousand entries it says where it is."""
    due = list(ChainCheck.objects.filter(started_at=None).order_by("created_at"))
    for check in due:
        _run(check)
    return len(due)


def _run(check: ChainCheck) -> None:
    _write(check, started_at=clock.now(), entries_expected=_expected())
    told = 0

    def tell(done: int) -> None:
        nonlocal told
        if done - told >= STEP:
            told = done
            _write(check, entries_done=done)

    found = report.verify(lag=LAG, tell=tell)
    _write(check, finished_at=clock.now(), entries_done=found.entries, seals=found.seals, stands=found.stands,
           head=_head(), findings=[finding.told() for finding in found.findings[:100]])  # fmt: skip


def _expected() -> int:
    """By the planner's estimate, which costs nothing; only for the progress bar."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint FROM pg_class c JOIN pg_namespace n "
                       "ON n.oid = relnamespace WHERE nspname = 'audit' AND relname ~ '^records_' AND relkind = 'r'")  # fmt: skip  # noqa: E501
        return int(cursor.fetchone()[0])


def _head() -> str:
    last = anchors.last()
    return last.head if last else ""


def _write(check: ChainCheck, **values: Any) -> None:
    ChainCheck.objects.filter(pk=check.pk).update(**values)
