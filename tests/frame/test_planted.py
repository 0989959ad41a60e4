"""The ears that listen for planted secrets do hear them."""

import logging

import psycopg
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from tests import planted
from tests.conftest import admin_url


def leak(request: HttpRequest) -> HttpResponse:
    return HttpResponse(planted.API_SECRET)


urlpatterns = [path("leak", leak)]


def test_a_log_line_is_heard() -> None:
    logging.getLogger("aetheris.test").warning("key is %s", planted.API_KEY)
    assert planted.slips == ["planted secret 1 in a log line of aetheris.test"]
    planted.slips.clear()


def test_a_local_variable_in_a_traceback_is_not_written() -> None:
    """Tracebacks tell lines of code, not values: a secret in a variable is not heard, one in the message is."""
    try:
        secret = planted.API_SECRET
        raise ValueError(len(secret))
    except ValueError:
        logging.getLogger("aetheris.test").exception("it failed")
    assert planted.slips == []


@override_settings(ROOT_URLCONF="tests.frame.test_planted")
def test_an_answer_is_heard(db: None) -> None:
    Client().get("/leak")
    assert planted.slips == ["planted secret 2 in the answer to GET /leak"]
    planted.slips.clear()


def test_a_row_of_the_trail_is_heard(real_db: None) -> None:
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        connection.execute(
            "INSERT INTO audit.records (table_name, action, row_ids, db_role, reason) "
            "VALUES ('x', 'INSERT', '{}', 'x', %s)",
            [planted.PASSWORD],
        )
        planted.listen_to_database(connection)
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM audit.records")
    assert planted.slips == ["a planted secret in audit.records"]
    planted.slips.clear()
