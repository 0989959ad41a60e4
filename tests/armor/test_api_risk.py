"""Distances to limits and firms' programmes by the API."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connections

from accounts.models import TradingAccount, User
from tests.asking import Program
from tests.factories import account_of, trade_in


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def test_the_distance_to_each_limit(program: Program, ana: User) -> None:
    account = account_of(ana, starting_balance=Decimal(10_000), risk_limit=Decimal(500), max_drawdown_limit="0.1")
    trade_in(account, pnl=Decimal(-200), gross_pnl=Decimal(-200))
    body = program.ask("get", f"accounts/{account.id}/risk").json()
    assert (body["account_id"], body["state"], body["balance"], body["pnl_today"]) == (
        str(account.id), "armed", "9800.00", "-200.00",
    )  # fmt: skip
    daily = next(limit for limit in body["limits"] if limit["rule"] == "max_daily_loss")
    assert (daily["limit"], daily["used"], daily["room"]) == ("500.00", "200.00", "300.00")


def test_all_accounts_together_never_add_two_currencies(program: Program, ana: User, bo: User) -> None:
    for currency, balance in (("USD", 100), ("USD", 200), ("EUR", 50)):
        account = account_of(ana, currency=currency, starting_balance=Decimal(balance))
        trade_in(account, exit_price=None, exit_time=None, pnl=None, gross_pnl=None, quantity=Decimal("1.5"),
                 initial_risk=Decimal(10))  # fmt: skip
    account_of(bo, currency="JPY")
    body = program.ask("get", "risk").json()
    assert len(body["accounts"]) == 3
    assert [(line["currency"], line["accounts"], line["balance"]) for line in body["currencies"]] == [
        ("EUR", 1, "50.00"), ("USD", 2, "300.00"),
    ]  # fmt: skip
    assert [(line["symbol"], line["currency"], line["quantity"], line["initial_risk"]) for line in body["symbols"]] == [
        ("EURUSD", "EUR", "1.50", "10.00"), ("EURUSD", "USD", "3.00", "20.00"),
    ]  # fmt: skip


INSERT = """
    INSERT INTO prop_firm_templates (firm_name, program, phase, version, rules, is_published)
    VALUES ('Testfirm', %s, 'one', 1, %s, %s) RETURNING id
"""
RULES = """{"limits": [{"rule": "max_daily_loss", "percent": "0.05"}],
            "reset": {"zone": "Europe/Prague", "at": "00:00"}}"""


def publish(program: str = "Two steps", *, published: bool = True) -> str:
    with connections["service"].cursor() as cursor:
        cursor.execute(INSERT, [program, RULES, published])
        return str(cursor.fetchone()[0])


def test_published_programmes_are_open_to_anyone(real_db: None) -> None:
    id = publish()
    draft = publish("Draft", published=False)
    body = Program().ask("get", "templates?firm_name=testfirm").json()
    assert [line["id"] for line in body["results"]] == [id]
    assert Program().ask("get", f"templates/{id}").json()["rules"]["limits"][0]["percent"] == "0.05"
    assert Program().ask("get", f"templates/{draft}").status_code == 404
    assert Program().ask("post", "templates", {}).status_code == 405


def test_an_account_is_put_under_a_programme(real_db: None, ana: User, anas_account: TradingAccount) -> None:
    id, draft = publish(), publish("Draft", published=False)
    program = Program(ana)
    address = f"accounts/{anas_account.id}/template"
    answer = program.ask("post", address, {"template": id})
    assert answer.status_code == 200, answer.json()
    body = answer.json()
    assert (body["prop_firm_rules"]["template_id"], body["prop_firm_rules"]["version"]) == (id, 1)
    assert (body["account_type"], body["day_timezone"]) == ("prop_firm", "Europe/Prague")
    assert program.ask("post", address, {"template": id}, If_Match='"1"').status_code == 412
    assert program.ask("post", address, {"template": str(uuid4())}).status_code == 404
    assert program.ask("post", address, {"template": draft}).status_code == 404
    assert program.ask("post", address, {}).json()["errors"][0]["field"] == "template"
