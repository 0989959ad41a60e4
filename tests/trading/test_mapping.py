"""I teach the import a table of my own once, and find it again by its header."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from tests.asking import API, Program
from tests.trading.test_api_imports import upload
from trading.brokers import directory
from trading.connectors import connectors
from trading.models import ColumnMapping, Trade

MINE = """Markt;Richtung;Menge;Einstieg;Ausstieg;Auf;Zu;Ergebnis
DAX;long;1,5;18.000,50;18.010,50;31.01.2026 10:00:00;31.01.2026 11:00:00;15,00
DAX;short;1;18.000,50;18.010,50;01.02.2026 10:00:00;01.02.2026 11:00:00;-10,00
"""
COLUMNS = {"symbol": "Markt", "side": "Richtung", "quantity": "Menge", "entry_price": "Einstieg",
           "exit_price": "Ausstieg", "entry_time": "Auf", "exit_time": "Zu", "pnl": "Ergebnis"}  # fmt: skip
HEADER = MINE.splitlines()[0].split(";")


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def look(program: Program, text: str) -> Any:
    return program.post(f"{API}/trades/preview", {"file": SimpleUploadedFile("my.csv", text.encode())},
                        headers={"Authorization": f"Bearer {program.access}"})  # fmt: skip


def test_the_whole_file_proves_its_marks(program: Program) -> None:
    """31.01. proves day first, 18.000,50 a decimal comma."""
    told = look(program, MINE).json()
    assert (told["header"], len(told["rows"])) == (HEADER, 2)
    assert (told["decimal"], told["date_order"], told["zone_needed"]) == (",", "dmy", True)
    assert set(told["missing"]) <= set(COLUMNS)


def test_what_was_said_once_holds_for_the_next_file(
    program: Program, ana: User, bo: User, anas_account: TradingAccount
) -> None:
    assert upload(program, anas_account, MINE).json()["code"] == "statement_not_recognised"
    told = {"name": "Mine", "header": HEADER, "columns": COLUMNS, "timezone": "Europe/Berlin"}
    made = program.ask("post", "mappings", told)
    assert made.status_code == 201, made.json()
    assert look(program, MINE).json()["suggested"] == COLUMNS
    done = upload(program, anas_account, MINE)
    assert (done.status_code, done.json()["new"]) == (200, 2), done.json()
    with acting_as(ana):
        first = Trade.objects.get(side="long")
        assert (str(first.entry_price.normalize()), first.entry_time.hour) == ("18000.5", 9)
    with acting_as(bo):
        assert ColumnMapping.objects.count() == 0
    assert program.ask("post", "mappings", told).status_code == 201  # again, in its place
    assert len(program.ask("get", "mappings").json()["results"]) == 1


def test_a_needed_column_left_out_is_named(program: Program) -> None:
    less = {ours: theirs for ours, theirs in COLUMNS.items() if ours != "pnl"}
    refused = program.ask("post", "mappings", {"name": "Mine", "header": HEADER, "columns": less})
    assert (refused.status_code, refused.json()["code"]) == (422, "mapping_incomplete") and "pnl" in str(refused.json())


def test_every_broker_names_a_way_that_is_there() -> None:
    from trading.importers import formats

    assert len(directory.brokers()) >= 900
    for broker in directory.brokers():
        assert not broker.platform.connector or broker.platform.connector in connectors
        assert set(broker.platform.formats) <= set(formats), broker
    assert len({(one.name, one.platform.key) for one in directory.brokers()}) == len(directory.brokers())


def test_brokers_are_found_by_name_and_platform(program: Program) -> None:
    found = program.ask("get", "brokers?q=kraken").json()
    assert {one["connector"] for one in found["results"]} >= {"ccxt"}
    assert program.ask("get", "brokers?q=ic markets mt").json()["count"] == 0
    assert program.ask("get", "brokers?q=ic markets metatrader").json()["count"] == 2
