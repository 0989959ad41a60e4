"""I ask before and after: what a trade would do, when rules would have fired, how likely a programme is passed."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import services
from armor.limit import Limit
from armor.models import Breach
from armor.odds import Programme, odds
from armor.replay import replay
from armor.verdict import judged
from tests.armor.books import book, deal
from tests.asking import Program
from tests.factories import account_of, trade_in


@pytest.fixture
def program(ana: User) -> Program:
    return Program(ana)


def check(program: Program, account: TradingAccount, **plan: Any) -> dict[str, Any]:
    told = {"symbol": "EURUSD", "side": "long", "quantity": "1", "entry": "1.1000", "stop": "1.0950"} | plan
    answer = program.ask("post", f"accounts/{account.id}/check", told)
    assert answer.status_code == 200, answer.json()
    return dict(answer.json())


# Before a trade ---------------------------------------------------------------------------------------------


def test_a_plan_is_measured_as_if_it_were_stopped_out(program: Program, ana: User) -> None:
    """50 points at 100 000 a point is 500 a lot. Of 1 000 a day 200 are lost: one lot makes 700, two lots 1 200."""
    account = account_of(ana, risk_limit=1_000)
    trade_in(account, pnl=Decimal(-200), gross_pnl=Decimal(-200))
    one = check(program, account, multiplier="100000")
    assert (one["risk"], one["allowed"], one["level"], one["multiplier_source"]) == ("500.00", True, 0, "given")
    assert one["limits"][0]["used_after"] == "700.00"
    two = check(program, account, multiplier="100000", quantity="2")
    assert (two["allowed"], two["level"]) == (False, 3)
    # 799.99 may still be lost, for reaching 1 000 breaks it: 799.99 / 500 lots
    assert Decimal(two["fits"]) == Decimal("1.59998")
    assert check(program, account, multiplier="100000", quantity=two["fits"])["allowed"] is True
    assert check(program, account, multiplier="100000", quantity="1.6")["allowed"] is False
    with acting_as(ana):
        assert not Breach.objects.exists()


def test_what_a_point_is_worth_is_read_from_ones_own_trades(program: Program, ana: User) -> None:
    """1.1 → 1.2 with one lot made 10 000: 100 000 a point. Trades that disagree tell nothing."""
    account = account_of(ana, risk_limit=1_000)
    trade_in(account, pnl=Decimal(9_990), gross_pnl=Decimal(10_000))
    told = check(program, account)
    assert (told["multiplier"], told["multiplier_source"], told["risk"]) == ("100000", "own trades", "500.00")
    trade_in(account, pnl=Decimal(5), gross_pnl=Decimal(5))
    unknown = check(program, account)
    assert (unknown["multiplier"], unknown["risk"], unknown["allowed"], unknown["fits"]) == (None, None, None, None)
    assert "multiplier" in unknown["unknown"][0]


def test_without_a_stop_nothing_is_promised(program: Program, ana: User) -> None:
    told = check(program, account_of(ana, risk_limit=1_000), stop=None, multiplier="1")
    assert told["allowed"] is None
    assert "stop" in told["unknown"][0]


def test_conduct_is_checked_too(program: Program, ana: User) -> None:
    """Three trades a day are planned and made: the fourth is one too many, whatever its size."""
    rules = {"own": [{"rule": "overtrading", "per_day": 3}, {"rule": "risk_per_trade", "amount": 400}]}
    account = account_of(ana, prop_firm_rules=rules)
    for _ in range(3):
        trade_in(account, entry_time=clock.now(), exit_time=clock.now())
    told = {one["rule"]: one for one in check(program, account, multiplier="100000")["limits"]}
    assert (told["overtrading"]["allowed"], told["overtrading"]["level_after"], told["overtrading"]["fits"]) == (
        False,
        3,
        "0",
    )
    assert (told["risk_per_trade"]["allowed"], told["risk_per_trade"]["fits"]) == (False, "0.8")


@pytest.mark.parametrize(("field", "value"), [("quantity", "0"), ("side", "up"), ("stop", "-1"), ("symbol", "")])
def test_a_plan_that_means_nothing_names_its_field(program: Program, ana: User, field: str, value: str) -> None:
    plan = {"symbol": "EURUSD", "side": "long", "quantity": "1", field: value}
    answer = program.ask("post", f"accounts/{account_of(ana).id}/check", plan)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, field)


def test_a_strangers_account_is_not_there(ana: User, cy: User) -> None:
    account = account_of(ana)
    for door in ("check", "replay", "odds"):
        assert Program(cy).ask("post", f"accounts/{account.id}/{door}", {}).status_code == 404
    assert Program(cy).ask("get", f"accounts/{account.id}/rules").status_code == 404


# After the fact ------------------------------------------------------------------------------------------------


@pytest.fixture
def lived(ana: User) -> TradingAccount:
    """Twelve days: −900, −1 200 in two trades, then +100 a day."""
    account = account_of(ana, risk_limit=1_000, max_drawdown_limit="0.03", created_at=clock.now() - timedelta(days=30))
    for back, pnl in ((14, -900), (13, -700), (13, -500), *((back, 100) for back in range(12, 2, -1))):
        closed = clock.now() - timedelta(days=back, minutes=pnl % 7)
        trade_in(
            account,
            pnl=Decimal(pnl),
            gross_pnl=Decimal(pnl),
            entry_time=closed - timedelta(minutes=9),
            exit_time=closed,
        )
        with acting_as(ana):
            services.judge_due(account.id)
    return account


def test_a_replay_of_todays_rules_finds_what_was_found_live(program: Program, ana: User, lived: TradingAccount) -> None:
    """All but the warnings that a day without trades gave at the moment it was judged."""
    with acting_as(ana):
        live = set(Breach.objects.filter(breach_type="max_daily_loss").values_list("breach_level", "trading_day"))
        again = replay(lived, [Limit(rule="max_daily_loss", amount=Decimal(1_000), counts="lower")], now=clock.now())
    assert {(one.level, one.day) for one in again} == live
    assert len(live) == 5  # two levels on the first day, three on the second


def test_a_replay_tells_when_other_rules_would_have_fired(program: Program, lived: TradingAccount) -> None:
    """500 a day: broken on both bad days; 5 000 on none."""
    for amount, failures in ((500, 2), (5_000, 0)):
        rules = {"limits": [{"rule": "max_daily_loss", "amount": amount}]}
        told = program.ask("post", f"accounts/{lived.id}/replay", {"rules": rules}).json()
        assert told["by_rule"][0]["level_3"] == failures
    assert told["first_failure"] is None
    faulty = program.ask("post", f"accounts/{lived.id}/replay", {"rules": {"limits": [{"rule": "x"}]}})
    assert (faulty.status_code, faulty.json()["errors"][0]["field"]) == (400, "limits[0].rule")


# Odds --------------------------------------------------------------------------------------------------------

PLAIN = Programme(start=100_000, target=10_000, daily=5_000, total=10_000)


def test_one_day_that_always_comes_back_passes_or_fails_for_certain() -> None:
    """+1 000 a day reaches 10 000 on the tenth; −6 000 breaks the day; −4 000 a day breaks 10 000 on the third."""
    up = odds([[1_000.0]], PLAIN, runs=50, seed=1)
    assert (up.passed, up.days_median, up.error) == (1, 10, 0)
    assert odds([[-6_000.0]], PLAIN, runs=50, seed=1).failed_daily == 1
    assert odds([[-4_000.0]], PLAIN, runs=50, seed=1).failed_total == 1
    assert odds([[0.0]], PLAIN, runs=50, seed=1).unfinished == 1


def test_a_fair_coin_passes_as_often_as_the_gamblers_ruin_says() -> None:
    """±1 000 a day from the middle between −10 000 and +10 000: one half each (Feller, XIV.2), given time."""
    coin = odds([[1_000.0], [-1_000.0]], PLAIN, runs=4_000, seed=7, horizon=1_000)
    assert abs(coin.passed - 0.5) < 4 * coin.error
    assert coin.passed + coin.failed_total + coin.failed_daily + coin.unfinished == pytest.approx(1)


def test_the_same_seed_gives_the_same_odds_and_another_seed_others() -> None:
    days = [[300.0, -200.0], [-900.0], [1_500.0, -100.0], [-1_400.0, 200.0]]
    one, same, other = (odds(days, PLAIN, runs=400, seed=seed) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_minimum_days_put_a_pass_off_and_a_pausing_daily_rule_cuts_the_day() -> None:

    assert odds([[5_000.0]], replace(PLAIN, min_days=4), runs=10, seed=1).days_median == 4
    pausing = replace(PLAIN, daily_fails=False)  # cut at −5 000 or below: −6 000 stays, the +9 000 is never made
    assert odds([[-6_000.0, 9_000.0]], pausing, runs=10, seed=1).failed_total == 1


def test_the_odds_judge_a_path_as_the_rules_do() -> None:
    """Random days drawn once (horizon 1): the vector's verdict is the rules' own on the very same trades."""
    chance = np.random.default_rng(5)
    for _ in range(200):
        day = [float(pnl) for pnl in chance.integers(-4_000, 3_000, size=5)]
        found = odds([day], PLAIN, runs=1, seed=1, horizon=1)
        deals = [deal(f"2026-11-02 {9 + n:02}:00", f"2026-11-02 {9 + n:02}:30", int(pnl)) for n, pnl in enumerate(day)]
        limits = [Limit(rule="max_daily_loss", amount=Decimal(5_000), source="f"),
                  Limit(rule="max_total_loss", amount=Decimal(10_000), source="f")]  # fmt: skip
        broken = {rule for rule, level, _ in judged(book(deals, now="2026-11-02 20:00"), limits).found if level == 3}
        assert bool(found.failed_daily) == ("max_daily_loss" in broken)


def test_odds_by_the_api_need_ten_days_and_a_target(program: Program, ana: User, lived: TradingAccount) -> None:
    answer = program.ask("post", f"accounts/{lived.id}/odds", {})
    assert (answer.status_code, answer.json()["code"]) == (422, "programme_not_drawn")
    with acting_as(ana):
        TradingAccount.objects.filter(pk=lived.pk).update(
            prop_firm_rules={"name": "Firm", "limits": [{"rule": "profit_target", "percent": 1},
                                                        {"rule": "max_daily_loss", "percent": 5}]}
        )  # fmt: skip
    told = program.ask("post", f"accounts/{lived.id}/odds", {"runs": 200, "seed": 5}).json()
    assert (told["days_drawn_from"], told["runs"], told["seed"]) == (12, 200, 5)
    assert 0 <= told["passed"] <= 1 and told["notes"]
    fresh = account_of(ana, prop_firm_rules={"limits": [{"rule": "profit_target", "percent": 1}]})
    assert program.ask("post", f"accounts/{fresh.id}/odds", {}).json()["code"] == "too_few_days"


# The page ----------------------------------------------------------------------------------------------------


def test_the_page_shows_replay_and_odds(client: Client, ana: User, lived: TradingAccount) -> None:
    with acting_as(ana):
        client.force_login(ana)
    page = client.get("/armor/what-if/").content.decode()
    assert lived.account_name in page
    answer = client.get(f"/armor/what-if/?account={lived.id}&rule=max_daily_loss&amount=500")
    assert answer.status_code == 200
    assert "Daily loss" in answer.content.decode() and "style=" not in answer.content.decode().partition("<main")[2]
    assert client.get(f"/armor/what-if/?account={lived.id}&rule=x&amount=abc").status_code == 200
