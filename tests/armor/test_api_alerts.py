"""Alerts by the API."""

from collections.abc import Iterator
from decimal import Decimal

import pytest

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import selectors
from armor.models import Breach, BreachCounter
from tests.asking import Program
from tests.factories import account_of


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


@pytest.fixture
def breaches(ana: User, anas_account: TradingAccount) -> Iterator[list[Breach]]:
    """Numbers 1 to 4, levels 1, 2, 3 and 1."""
    with acting_as(ana):
        BreachCounter.objects.create(user=ana, last_number=4)
        yield [
            Breach.objects.create(
                user=ana, account=anas_account, number=number, breach_type=rule, breach_level=level,
                breach_value=Decimal(level * 100), breach_limit=Decimal(400), trading_day=clock.now().date(),
            )
            for number, (rule, level) in enumerate(
                [("max_daily_loss", 1), ("max_daily_loss", 2), ("max_daily_loss", 3), ("trailing_dd", 1)], start=1
            )
        ]  # fmt: skip


def numbers(program: Program, query: str) -> list[int]:
    return [line["number"] for line in program.ask("get", f"alerts?{query}").json()["results"]]


def test_the_newest_come_first_and_a_catching_up_client_gets_them_in_order(
    program: Program, breaches: list[Breach], anas_account: TradingAccount, ana: User
) -> None:
    assert numbers(program, "") == [4, 3, 2, 1]
    assert numbers(program, "since=1") == [2, 3, 4]
    assert numbers(program, "since=4") == []
    assert numbers(program, "since=0&limit=2") == [1, 2]
    assert numbers(program, "level=1") == [4, 1]
    assert numbers(program, f"account={anas_account.id}&level=3") == [3]
    assert numbers(program, f"account={account_of(ana).id}") == []


def test_pages_of_a_catching_up_client_leave_nothing_out(program: Program, breaches: list[Breach]) -> None:
    first = program.ask("get", "alerts?since=0&limit=3").json()
    rest = program.ask("get", first["next"].partition("/api/v1/")[2]).json()
    assert [line["number"] for line in first["results"] + rest["results"]] == [1, 2, 3, 4]


def test_an_alert_is_told_as_the_socket_tells_it(program: Program, ana: User, breaches: list[Breach]) -> None:
    told = program.ask("get", f"alerts/{breaches[1].id}").json()
    with acting_as(ana):
        assert told == selectors.alert(breaches[1], zone=ana.timezone)
    assert told["at"].endswith("Z")
    assert isinstance(told["value"], str)


def test_an_alert_is_dismissed_once_with_its_note(program: Program, breaches: list[Breach]) -> None:
    address = f"alerts/{breaches[2].id}/dismiss"
    first = program.ask("post", address, {"note": "seen"})
    assert first.status_code == 200, first.json()
    assert (first.json()["dismissed"], first.json()["note"]) == (True, "seen")
    again = program.ask("post", address, {"note": "another"})
    assert (again.json()["dismissed_at"], again.json()["note"]) == (first.json()["dismissed_at"], "seen")
    assert 3 in numbers(program, "standing=false")
    assert 4 in numbers(program, "standing=true")


def test_a_note_is_not_needed(program: Program, breaches: list[Breach]) -> None:
    assert program.ask("post", f"alerts/{breaches[0].id}/dismiss").status_code == 200


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_breach_is_neither_changed_nor_deleted(program: Program, breaches: list[Breach], method: str) -> None:
    assert program.ask(method, f"alerts/{breaches[0].id}").status_code == 405


@pytest.mark.parametrize("query", ["since=soon", "level=9", "account=x"])
def test_a_filter_that_means_nothing_is_refused(program: Program, query: str) -> None:
    assert program.ask("get", f"alerts?{query}").status_code == 400
