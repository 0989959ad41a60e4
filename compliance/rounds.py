"""I am what the worker does for this floor, again and again: keep the trail, watch people's doings, keep promises."""

import psycopg
from django.db import OperationalError, connection

from aetheris import clock
from aetheris.db.tenancy import acting_as
from compliance import checking
from compliance.aml import importing, watching
from compliance.kyc import deciding
from compliance.privacy import exports
from compliance.sealing.sealer import Sealer, connect

_at_work: list[Sealer] = []


def capture() -> None:
    """Turn the pointers of very large statements into images, a few at a time until none is left."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT audit.capture()")
            if not cursor.fetchone()[0]:
                return


def seal() -> None:
    """One tick on a connection that is kept; a lost one is replaced at the next."""
    try:
        if not _at_work:
            _at_work.append(Sealer(connect()))
        _at_work[0].tick()
    except psycopg.Error as lost:
        if _at_work:
            _at_work.pop().connection.close()
        raise OperationalError(str(lost)) from lost


def screen() -> None:
    """When a list has come that nobody was held against yet."""
    if importing.due():
        importing.screen()


def screen_everybody() -> None:
    """Once a day: names change, and people come."""
    importing.screen()


def watch() -> None:
    watching.watch()


def run_out() -> None:
    """Cases whose day of review has come."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT case_id, person FROM door.cases_run_out(%s)", [clock.now().date()])
        due = cursor.fetchall()
    for case_id, person in due:
        with acting_as(person, label="re-review"):
            deciding.run_out(case_id=case_id, person=person)


def export() -> None:
    exports.work()


def check_chain() -> None:
    """When the desk asked for it."""
    checking.work()
