"""KPIs by the API."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from analytics.kpis import kpis
from analytics.snapshots import rebuild
from tests.asking import Program
from tests.factories import trade_in

FIRST = datetime(2026, 1, 5, 15, tzinfo=UTC)


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


@pytest.fixture
def traded(ana: User, anas_account: TradingAccount) -> TradingAccount:
    """Monday +100 and -40, Tuesday +60."""
    for days, pnl, symbol in ((0, 100, "EURUSD"), (0, -40, "NAS100"), (1, 60, "EURUSD")):
        trade_in(anas_account, entry_time=FIRST + timedelta(days=days), pnl=Decimal(pnl), gross_pnl=Decimal(pnl),
                 symbol=symbol)  # fmt: skip
    with acting_as(ana):
        rebuild(anas_account)
    return anas_account


def metrics(program: Program, account: TradingAccount, path: str = "") -> Any:
    answer = program.ask("get", f"metrics/{account.id}{path}")
    assert answer.status_code == 200, answer.json()
    return answer.json()


def test_every_kpi_has_a_value_or_a_reason(program: Program, traded: TradingAccount) -> None:
    body = metrics(program, traded)
    assert set(body["kpis"]) == set(kpis)
    assert all(told["value"] is not None or told["reason"] for told in body["kpis"].values())
    assert (body["trades"], body["currency"], body["date"]) == (3, "USD", None)
    assert body["kpis"]["net_profit"]["value"] == 120.0
    assert body["kpis"]["win_rate"]["value"] == pytest.approx(2 / 3)


def test_a_day_ends_with_itself(program: Program, traded: TradingAccount) -> None:
    body = metrics(program, traded, "/2026-01-05")
    assert (body["trades"], body["kpis"]["net_profit"]["value"], body["date"]) == (2, 60.0, "2026-01-05")
    assert metrics(program, traded, "/2026-01-04/")["trades"] == 0


def test_a_day_that_is_none_is_refused(program: Program, traded: TradingAccount) -> None:
    assert program.ask("get", f"metrics/{traded.id}/2026-02-30").status_code == 400
    assert program.ask("get", f"metrics/{traded.id}/9999-12-31").status_code == 400
    assert program.ask("get", f"metrics/{traded.id}/yesterday").status_code == 404


def test_an_account_without_trades_has_reasons(program: Program, anas_account: TradingAccount) -> None:
    told = metrics(program, anas_account)["kpis"]["win_rate"]
    assert told["value"] is None
    assert told["reason"]


def test_the_catalogue_tells_what_each_means(program: Program) -> None:
    told = {line["key"]: line for line in program.ask("get", "metrics/catalogue").json()["kpis"]}
    assert set(told) == set(kpis)
    for line in told.values():
        assert all(line[name] for name in ("name", "category", "unit", "formula", "source", "better"))


def test_the_heatmap_has_a_day_for_each_day_with_trades(program: Program, traded: TradingAccount) -> None:
    body = metrics(program, traded, "/heatmap?from=2026-01-05&to=2026-01-31")
    assert [(day["date"], day["net_pnl"], day["trades"]) for day in body["days"]] == [
        ("2026-01-05", "60.00000000", 2), ("2026-01-06", "60.00000000", 1),
    ]  # fmt: skip
    assert len(metrics(program, traded, "/heatmap?from=2026-01-06")["days"]) == 1


def test_the_equity_starts_at_the_balance(program: Program, traded: TradingAccount) -> None:
    body = metrics(program, traded, "/equity")
    assert body["starting_balance"] == "100000.00000000"
    assert [point["equity"] for point in body["points"]] == ["100060.00000000", "100120.00000000"]


@pytest.mark.parametrize("by", ["symbol", "weekday", "hour", "session", "setup", "emotion"])
def test_each_cut_of_the_contract_adds_up(program: Program, traded: TradingAccount, by: str) -> None:
    lines = metrics(program, traded, f"/breakdown?by={by}")["lines"]
    assert sum(Decimal(line["net_pnl"]) for line in lines) == 120
    assert sum(line["trades"] for line in lines) == 3


def test_symbols_are_the_best_first(program: Program, traded: TradingAccount) -> None:
    lines = metrics(program, traded, "/breakdown?by=symbol")["lines"]
    assert [(line["key"], line["trades"], line["net_pnl"], line["expectancy"]) for line in lines] == [
        ("EURUSD", 2, "160.00000000", "80.00000000"), ("NAS100", 1, "-40.00000000", "-40.00000000"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["breakdown", "breakdown?by=moon", "heatmap?from=soon", "equity?to=2026-13-01"])
def test_what_means_nothing_is_refused(program: Program, traded: TradingAccount, path: str) -> None:
    assert program.ask("get", f"metrics/{traded.id}/{path}").status_code == 400


def test_an_emotion_is_noted_on_ones_own_trade_only(program: Program, traded: TradingAccount, cy: User) -> None:
    trade = program.ask("get", "trades?limit=1").json()["results"][0]["id"]
    told = {"trade": trade, "bias_detected": "FOMO", "pnl_attributed": "-40", "notes": "chased"}
    made = program.ask("post", "emotions", told)
    assert made.status_code == 201, made.json()
    assert (made.json()["trade"], made.json()["detected_method"]) == (trade, "manual_tag")
    assert program.ask("get", f"emotions?trade={trade}").json()["results"] == [made.json()]
    assert Program(cy).ask("post", "emotions", told).status_code == 404
    assert program.ask("post", "emotions", {"bias_detected": "JOY"}).status_code == 400


def test_the_market_is_there_to_read(program: Program) -> None:
    for path in ("whales", "oracle"):
        assert program.ask("get", path).json() == {"next": None, "previous": None, "results": []}
        assert program.ask("post", path, {}).status_code == 405
