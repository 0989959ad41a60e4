"""I hold the firms' programmes as data: every one executable, sourced, published once, kept by version, compared."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import publish, services
from armor.firms import Programme, plain, programmes
from armor.limit import Limit
from armor.models import PropFirmTemplate
from armor.moments import moments
from armor.rules import rules
from armor.ruleset import faults
from armor.rulesets import keep_own, own_limits
from tests.armor.books import book
from tests.asking import Program
from tests.factories import account_of, trade_in
from tests.hands import by_the_service

FILES = {programme.key: programme for programme in programmes()}
CONFIDENCE = ("high", "medium", "low")


@pytest.mark.parametrize("programme", FILES.values(), ids=FILES)
def test_every_programme_is_executable_and_says_where_it_comes_from(programme: Programme) -> None:
    told = programme.values
    assert told["confidence"] in CONFIDENCE
    assert told["sources"] and told["unsure"]
    assert isinstance(told["verified_on"], date)
    for phase in programme.phases:
        limits = plain(programme.limits_of(phase))
        assert faults({"limits": limits, "reset": told.get("reset")}) == []
        *_, state = moments(book([], now="2026-11-02 12:00", start=told.get("size", 100_000)), frozenset())
        for limit in limits:
            measure = rules[limit["rule"]].measure(state, Limit.read(limit))
            assert measure.level == 0


def test_the_firms_of_the_promise_are_there() -> None:
    names = {programme.values["firm_name"] for programme in FILES.values()}
    assert {"FTMO", "FundedNext", "The5ers", "Topstep", "Apex", "MyForexFunds", "True Forex Funds", "E8"} == names


# (programme, day's start, equity at the reset) → daily floor; hand-worked from FIRMS.md 3e
DAILY = [
    ("ftmo_2step", 101_000, 101_000, 96_000), ("ftmo_1step", 101_000, 101_000, 98_000),
    ("fundednext_stellar_2step", 100_000, 98_000, 95_000), ("fundednext_stellar_1step", 102_000, 102_000, 99_000),
    ("fundednext_stellar_lite", 100_000, 100_000, 96_000), ("the5ers_high_stakes", 100_000, 103_000, 97_850),
    ("the5ers_hyper_growth", 102_000, 105_000, 98_940), ("topstep_50k", 50_500, 50_500, 49_500),
    ("topstep_100k", 100_000, 100_000, 98_000), ("topstep_150k", 150_000, 150_000, 147_000),
    ("apex4_eod_50k", 50_000, 50_000, 49_000), ("mff_evaluation", 102_000, 105_000, 99_750),
    ("tff_2phase", 100_000, 98_000, 93_000), ("tff_1phase", 100_000, 102_000, 99_000),
    ("e8_one", 100_000, 100_000, 96_000),
]  # fmt: skip


@pytest.mark.parametrize(("key", "balance", "equity", "floor"), DAILY, ids=[row[0] for row in DAILY])
def test_the_daily_floor_of_each_programme(key: str, balance: int, equity: int, floor: int) -> None:
    assert floor_of(key, "max_daily_loss", day_start_balance=balance, day_start_equity=equity) == floor


# (programme, highest end of day, highest closed, highest equity) → floor of the maximum
MAXIMUM = [
    ("ftmo_2step", "max_total_loss", 104_000, 104_000, 104_000, 90_000),
    ("ftmo_1step", "trailing_dd", 104_000, 105_000, 106_000, 94_000),
    ("fundednext_instant", "trailing_dd", 103_000, 110_000, 110_000, 97_000),
    ("the5ers_high_stakes", "max_total_loss", 104_000, 104_000, 104_000, 90_000),
    ("topstep_50k", "trailing_dd", 52_500, 53_000, 54_000, 50_000),
    ("topstep_150k", "trailing_dd", 151_000, 0, 0, 146_500),
    ("apex4_eod_25k", "trailing_dd", 25_500, 0, 0, 24_500), ("apex4_eod_100k", "trailing_dd", 104_000, 0, 0, 101_000),
    ("apex4_intraday_50k_tradovate", "trailing_dd", 50_000, 50_100, 56_000, 54_000),
    ("apex4_intraday_50k_rithmic", "trailing_dd", 50_000, 50_100, 56_000, 51_000),
    ("apex4_pa_intraday_50k", "trailing_dd", 50_000, 50_100, 56_000, 50_100),
    ("apex_legacy_50k", "trailing_dd", 50_000, 50_000, 52_000, 49_500),
    ("e8_one", "trailing_dd", 100_000, 103_000, 110_000, 97_000), ("mff_evaluation", "max_total_loss", 0, 0, 0, 88_000),
    ("tff_1phase", "max_total_loss", 0, 0, 0, 94_000), ("the5ers_bootcamp_funded", "max_total_loss", 0, 0, 0, 96_000),
]  # fmt: skip


@pytest.mark.parametrize(("key", "rule", "eod", "closed", "equity", "floor"), MAXIMUM, ids=[row[0] for row in MAXIMUM])
def test_the_maximum_floor_of_each_programme(
    key: str, rule: str, eod: int, closed: int, equity: int, floor: int
) -> None:
    start = FILES[key].values.get("size", 100_000)
    peaks = {"eod_peak": max(eod, start), "closed_peak": max(closed, start), "equity_peak": max(equity, start)}
    assert floor_of(key, rule, **peaks) == floor


def floor_of(key: str, rule: str, **told: int) -> Decimal | None:
    programme = FILES[key]
    (limit,) = [one for one in programme.limits_of(programme.phases[0]) if one["rule"] == rule]
    *_, state = moments(book([], now="2026-11-02 12:00", start=programme.values.get("size", 100_000)), frozenset())
    known = {name: Decimal(value) for name, value in told.items()}
    balance = known.get("day_start_balance", state.balance)
    return rules[rule].measure(replace(state, balance=balance, **known), Limit.read(plain(limit))).floor  # type: ignore[arg-type]


# Publishing ------------------------------------------------------------------------------------------------


@pytest.fixture
def published(real_db: None) -> None:
    with by_the_service(), transaction.atomic():
        assert publish.publish_all() == sum(len(programme.phases) for programme in FILES.values())


def template(program: str, phase: str = "") -> PropFirmTemplate:
    return PropFirmTemplate.objects.get(program=program, phase=phase, version=1)


def test_publishing_twice_writes_nothing_and_a_change_makes_a_new_version(
    published: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with by_the_service(), transaction.atomic():
        assert publish.publish_all() == 0
    changed = dict(FILES["ftmo_2step"].values) | {"unsure": ["another doubt"]}
    monkeypatch.setattr(publish, "programmes", lambda: [Programme("ftmo_2step", changed)])
    with by_the_service(), transaction.atomic():
        assert publish.publish_all() == 2  # both phases
    with acting_as(None):
        assert PropFirmTemplate.objects.filter(firm_name="FTMO", program="2-Step", version=2).count() == 2


def test_templates_show_their_confidence_and_their_doubts(published: None) -> None:
    (line,) = Program().ask("get", "templates?program=One").json()["results"]
    assert (line["firm_name"], line["confidence"]) == ("E8", "low")
    assert any("zone" in doubt for doubt in line["unsure"])
    legacy = Program().ask("get", "templates?program=Legacy").json()["results"][0]
    assert legacy["effective_until"] == "2026-02-28"


def test_an_account_keeps_its_version_and_is_told_what_a_newer_one_changes(
    published: None, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_of(ana)
    with acting_as(ana):
        services.put_under(account=account, template=template("2-Step", "Phase 1"))
    program = Program(ana)
    assert program.ask("get", f"accounts/{account.id}/template").json()["newer"] is None
    values = dict(FILES["ftmo_2step"].values)
    values["limits"] = [
        {**limit, "percent": 4} if limit["rule"] == "max_daily_loss" else limit for limit in values["limits"]
    ]
    monkeypatch.setattr(publish, "programmes", lambda: [Programme("ftmo_2step", values)])
    with by_the_service(), transaction.atomic():
        publish.publish_all()
    told = program.ask("get", f"accounts/{account.id}/template").json()
    assert (told["held"]["version"], told["newer"]["version"]) == (1, 2)
    assert told["changes"] == [{"field": "limits.max_daily_loss.percent", "held": 5, "newer": 4}]
    assert program.ask("get", f"accounts/{account.id}/risk").json()["limits"][0]["limit"] == "5000.00"


def test_a_daily_rule_without_a_zone_is_shown_and_never_enforced(published: None, ana: User) -> None:
    """E8 says 00:00 and not where: −5 000 in a day breaks no 4 %, and the state is not called armed."""
    account = account_of(ana)
    with acting_as(ana):
        services.put_under(account=account, template=template("One")).user = ana
    trade_in(account, pnl=Decimal(-5_000), gross_pnl=Decimal(-5_000))
    told = Program(ana).ask("get", f"accounts/{account.id}/risk").json()
    daily = next(limit for limit in told["limits"] if limit["rule"] == "max_daily_loss")
    assert (daily["level"], daily["floor"], daily["used"]) == (0, None, None)
    assert "time zone" in daily["unknown"]
    assert told["state"] == "unknown"
    assert next(limit for limit in told["limits"] if limit["rule"] == "trailing_dd")["level"] == 1  # 5 000 of 6 000
    assert told["doubts"]


def test_goals_are_progress_and_no_breach(published: None, ana: User) -> None:
    account = account_of(ana)
    with acting_as(ana):
        services.put_under(account=account, template=template("High Stakes", "Step 1")).user = ana
    trade_in(account, pnl=Decimal(600), gross_pnl=Decimal(600))
    told = Program(ana).ask("get", f"accounts/{account.id}/risk").json()
    goals: dict[str, Any] = {goal["rule"]: goal for goal in told["objectives"]}
    assert (goals["profit_target"]["goal"], goals["profit_target"]["reached"], goals["profit_target"]["met"]) == (
        "8000.00", "600.00", False,
    )  # fmt: skip
    assert (goals["min_trading_days"]["goal"], goals["min_trading_days"]["reached"]) == ("3.00", "1.00")


# Own rule sets -----------------------------------------------------------------------------------------------


@pytest.fixture
def account(ana: User) -> TradingAccount:
    return account_of(ana)


def put(program: Program, account: TradingAccount, *limits: dict[str, Any], **told: Any) -> Any:
    return program.ask("put", f"accounts/{account.id}/rules", {"limits": list(limits)} | told)


def test_a_rule_set_goes_out_as_json_and_in_again(ana: User, account: TradingAccount) -> None:
    program = Program(ana)
    answer = put(program, account, {"rule": "overtrading", "per_day": 4}, {"rule": "max_daily_loss", "percent": "2"},
                 reset={"zone": "America/New_York", "at": "17:00"})  # fmt: skip
    assert answer.status_code == 200, answer.json()
    out = program.ask("get", f"accounts/{account.id}/rules").json()
    assert (out["format"], out["reset"]) == ("aetheris.rules/1", {"zone": "America/New_York", "at": "17:00"})
    other = account_of(ana)
    assert program.ask("put", f"accounts/{other.id}/rules", out).status_code == 200
    assert program.ask("get", f"accounts/{other.id}/rules").json()["limits"] == out["limits"]
    risk = program.ask("get", f"accounts/{other.id}/risk").json()
    assert [(limit["rule"], limit["reaches"]) for limit in risk["limits"]] == [
        ("overtrading", [1, 2, 3]), ("max_daily_loss", [1, 2, 3]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limit", "field", "code"),
    [({"rule": "max_dayly"}, "limits[0].rule", "unknown"), ({"rule": "max_daily_loss"}, "limits[0].amount", "required"),
     ({"rule": "max_daily_loss", "percent": "NaN"}, "limits[0].percent", "invalid"),
     ({"rule": "max_daily_loss", "percent": 101}, "limits[0].percent", "invalid"),
     ({"rule": "max_daily_loss", "percent": 5, "base": "moon"}, "limits[0].base", "invalid"),
     ({"rule": "max_daily_loss", "percent": 5, "levels": [0.9, 0.75, 1]}, "limits[0].levels", "invalid"),
     ({"rule": "max_daily_loss", "percent": 5, "colour": 1}, "limits[0].colour", "unknown"),
     ({"rule": "flat_by", "time": "25:00", "zone": "UTC"}, "limits[0].time", "invalid"),
     ({"rule": "flat_by", "time": "15:00", "zone": "Mars/Base"}, "limits[0].zone", "invalid"),
     ({"rule": "reset_forecast"}, "limits[0].rule", "unknown")],
)  # fmt: skip
def test_a_rule_set_that_cannot_stand_names_the_field_and_changes_nothing(
    ana: User, account: TradingAccount, limit: dict[str, Any], field: str, code: str
) -> None:
    answer = put(Program(ana), account, limit)
    assert answer.status_code == 400, answer.json()
    assert [(error["field"], error["code"]) for error in answer.json()["errors"]] == [(field, code)]
    with acting_as(ana):
        assert TradingAccount.objects.get(pk=account.pk).prop_firm_rules == {}


def test_a_looser_set_asks_for_the_second_factor_and_a_tighter_one_does_not(ana: User, account: TradingAccount) -> None:
    program = Program(ana)
    assert put(program, account, {"rule": "overtrading", "per_day": 4}).status_code == 200
    assert put(program, account, {"rule": "overtrading", "per_day": 3}).status_code == 200
    for looser in ([{"rule": "overtrading", "per_day": 5}], [], [{"rule": "overtrading", "per_hour": 3}]):
        answer = put(program, account, *looser)
        assert (answer.status_code, answer.json()["code"]) == (403, "step_up_required"), answer.json()
    assert program.ask("get", f"accounts/{account.id}/rules").json()["limits"] == [
        {"rule": "overtrading", "per_day": 3}
    ]


def test_a_looser_set_holds_from_the_next_session_on(ana: User, account: TradingAccount) -> None:
    with acting_as(ana):
        keep_own(account=account, told={"limits": [{"rule": "overtrading", "per_day": 4}]})
        kept = keep_own(account=account, told={"limits": [{"rule": "overtrading", "per_day": 9}]}).prop_firm_rules
    assert own_limits(kept, clock.now()) == [{"rule": "overtrading", "per_day": 4}]
    assert own_limits(kept, clock.now() + timedelta(days=1)) == [{"rule": "overtrading", "per_day": 9}]


def test_the_catalogue_tells_every_rule_its_levels_and_what_it_asks_for(ana: User) -> None:
    told = {rule["rule"]: rule for rule in Program(ana).ask("get", "rules").json()}
    assert len(told) == len(rules) - 1  # the forecast is nobody's to set
    assert all(rule["meaning"] for rule in told.values())
    assert (told["missing_stop"]["reaches"], told["best_day"]["reaches"]) == ([2, 3], [])


# News calendar -------------------------------------------------------------------------------------------------

CALENDAR = (
    "Time,Currency,Impact,Title\n2026-11-20 13:30,USD,High,Non-farm payrolls\n2026-11-20T14:00+01:00,eur,low,PMI\n"
)


def test_a_calendar_is_taken_once_and_is_ones_own(ana: User, cy: User) -> None:
    program = Program(ana)
    assert program.ask("post", "calendar", {"csv": CALENDAR}).json() == {"new": 2, "known": 0}
    assert program.ask("post", "calendar", {"csv": CALENDAR}).json() == {"new": 0, "known": 2}
    lines = program.ask("get", "calendar").json()["results"]
    assert [(line["at"], line["currency"]) for line in lines] == [
        ("2026-11-20T13:00:00Z", "EUR"), ("2026-11-20T13:30:00Z", "USD"),
    ]  # fmt: skip
    assert Program(cy).ask("get", "calendar").json()["results"] == []


@pytest.mark.parametrize(
    ("row", "field"),
    [("soon,USD,high,x", "time"), ("2026-11-20,USD,huge,x", "impact"), ("2026-11-20,$,high,x", "currency"),
     ("2026-11-20,USD,high,", "title")],
)  # fmt: skip
def test_a_calendar_with_a_row_that_cannot_be_read_keeps_nothing(ana: User, row: str, field: str) -> None:
    program = Program(ana)
    answer = program.ask("post", "calendar", {"csv": CALENDAR + row + "\n"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)
    assert "Row 4" in answer.json()["detail"]
    assert program.ask("get", "calendar").json()["results"] == []
