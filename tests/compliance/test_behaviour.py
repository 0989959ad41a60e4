"""One staged pattern for each rule of behaviour, its near misses, and a clean population."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest

from accounts.models import User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from compliance.aml import watching
from compliance.aml.rating import factors, rated
from compliance.aml.world import Deal, Edit, Entrance, Payment, World, find, rules
from tests.compliance.staff import act, browser, staff
from tests.factories import account_of, trade_in
from tests.hands import by_the_service, look
from trading.models import Trade

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
ANA, BO, CY = UUID(int=1), UUID(int=2), UUID(int=3)


def deal(person: UUID = ANA, *, at: datetime = NOW - timedelta(days=1), held: float = 3600, **told: Any) -> Deal:
    values: dict[str, Any] = {
        "id": uuid4(), "person": person, "account": UUID(int=100 + person.int), "source": "file", "symbol": "EURUSD",
        "side": "long", "quantity": Decimal(1), "entry_price": Decimal("1.1"), "exit_price": Decimal("1.11"),
        "entry_time": at, "exit_time": at + timedelta(seconds=held), "pnl": Decimal(100),
    }  # fmt: skip
    return Deal(**(values | told))


def washed(count: int = 8) -> World:
    start = NOW - timedelta(hours=4)
    deals = [
        deal(at=start + timedelta(minutes=k), held=20, side="long" if k % 2 else "short", exit_price=Decimal("1.10001"))
        for k in range(count)
    ]
    return World(NOW, tuple(deals))


def mirrored(count: int = 5) -> World:
    deals = []
    for k in range(count):
        at = NOW - timedelta(days=k + 1)
        deals.append(deal(ANA, at=at, side="long", pnl=Decimal(-500)))
        deals.append(deal(BO, at=at + timedelta(seconds=1), side="short", pnl=Decimal(490)))
    return World(NOW, tuple(deals))


def structured(count: int = 3) -> World:
    payments = [Payment(uuid4(), ANA, Decimal(9500), "USD", NOW - timedelta(days=k)) for k in range(count)]
    return World(NOW, payments=tuple(payments))


def woken(count: int = 10) -> World:
    before = [deal(at=NOW - timedelta(days=300 + k)) for k in range(12)]
    burst = [deal(at=NOW - timedelta(hours=k + 1), quantity=Decimal(10), held=60) for k in range(count)]
    return World(NOW, tuple(before + burst))


def shared(count: int = 3) -> World:
    people = (ANA, BO, CY)
    entrances = [
        Entrance(people[k % 3], "203.0.113.9", "Agent 1", NOW - timedelta(hours=24) + timedelta(minutes=5 * k))
        for k in range(3 * count)
    ]
    return World(NOW, entrances=tuple(entrances))


def impossible(count: int = 3) -> World:
    return World(NOW, tuple(deal(source="manual", exit_price=Decimal("1.0"), pnl=Decimal(5)) for _ in range(count)))


def edited(count: int = 3) -> World:
    closed = NOW - timedelta(days=9)
    return World(NOW, edits=tuple(
        Edit(k, UUID(int=50 + k), ANA, NOW - timedelta(days=1), closed, Decimal(-100), Decimal(50)) for k in range(count)  # noqa: E501
    ))  # fmt: skip


STAGED: dict[str, tuple[Callable[[int], World], int, set[UUID]]] = {
    "wash_trades": (washed, 8, {ANA}), "mirror_trades": (mirrored, 5, {ANA, BO}),
    "structuring": (structured, 3, {ANA}), "dormant_then_active": (woken, 10, {ANA}),
    "shared_access": (shared, 3, {ANA, BO, CY}), "impossible_result": (impossible, 3, {ANA}),
    "edited_afterwards": (edited, 3, {ANA}),
}  # fmt: skip


def test_every_rule_has_its_staged_pattern() -> None:
    assert set(STAGED) == set(rules)


@pytest.mark.parametrize("rule", sorted(STAGED))
def test_a_staged_pattern_is_found_and_one_less_is_not(rule: str) -> None:
    stage, count, people = STAGED[rule]
    assert {(name, found.person) for name, found in find(stage(count))} == {(rule, person) for person in people}
    assert find(stage(count - 1)) == []


@pytest.mark.parametrize("rule", sorted(STAGED))
def test_the_same_pattern_has_the_same_mark(rule: str) -> None:
    stage, count, _ = STAGED[rule]
    one, other = ({found.pattern(name) for name, found in find(stage(count))} for _ in range(2))
    assert one == other


def test_a_scalper_who_takes_one_side_is_not_washing() -> None:
    world = washed(20)
    assert find(replace(world, deals=tuple(replace(d, side="long") for d in world.deals))) == []


def test_a_household_with_one_address_and_own_devices_is_not_one_hand() -> None:
    world = shared(9)
    own = tuple(replace(e, agent=f"Agent {e.person.int}") for e in world.entrances)
    assert find(replace(world, entrances=own)) == []


def test_a_correction_for_the_worse_or_within_the_day_is_not_an_embellishment() -> None:
    world = edited(9)
    for change in ({"became": Decimal(-300)}, {"closed_at": NOW - timedelta(days=1, hours=1)}):
        assert find(replace(world, edits=tuple(replace(e, **change) for e in world.edits))) == []


def test_without_a_record_of_payments_structuring_is_silent() -> None:
    assert find(World(NOW, payments=None)) == []


def test_a_clean_population_raises_no_alert() -> None:
    """300 people, half a year, about 36,000 trades of an ordinary kind: at most one alert in a thousand people."""
    dice = random.Random(8)
    deals, entrances = [], []
    symbols = [("EURUSD", 1.1), ("NAS100", 20_000.0), ("BTCUSDT", 68_000.0), ("XAUUSD", 2_650.0)]
    for number in range(300):
        person = UUID(int=1000 + number)
        for _ in range(120):
            symbol, price = dice.choice(symbols)
            at = NOW - timedelta(days=dice.uniform(0, 180))
            move = dice.gauss(0, 0.004)
            side = dice.choice(["long", "short"])
            entry, leave = Decimal(str(round(price, 5))), Decimal(str(round(price * (1 + move), 5)))
            gain = (leave - entry) * (1 if side == "long" else -1)
            deals.append(deal(person, at=at, held=dice.lognormvariate(7, 1.2), symbol=symbol, side=side,
                              quantity=Decimal(dice.choice([1, 2, 5])), entry_price=entry, exit_price=leave, pnl=gain,
                              source=dice.choice(["file", "manual"])))  # fmt: skip
        entrances += [
            Entrance(
                person, f"198.51.100.{number % 250}", f"Agent {number % 7}", NOW - timedelta(days=dice.uniform(0, 30))
            )
            for _ in range(10)
        ]
    alerts = find(World(NOW, tuple(deals), tuple(entrances)))
    assert len({found.person for _, found in alerts}) / 300 <= 0.001, alerts[:3]


# From the tables ----------------------------------------------------------------------------------------


def watched() -> int:
    with by_the_service():
        return watching.watch()


def test_the_worker_finds_mirrors_and_late_edits_in_the_real_tables(real_db: None, ana: User, bo: User) -> None:
    staged(ana, bo)
    told = look("SELECT rule, count(*) AS n FROM behaviour_alerts GROUP BY 1 ORDER BY 1")
    assert told == [{"rule": "edited_afterwards", "n": 1}, {"rule": "impossible_result", "n": 1},
                    {"rule": "mirror_trades", "n": 2}]  # fmt: skip


def staged(ana: User, bo: User) -> None:
    """Five mirrored trades; later the losing side is made to look better."""
    one, other = account_of(ana), account_of(bo)
    now = clock.now()
    for k in range(5):
        at = now - timedelta(days=k + 2)
        told = {"entry_time": at, "exit_time": at + timedelta(hours=1), "quantity": Decimal(3), "source": "manual"}
        trade_in(one, side="long", exit_price=Decimal("1.0"), pnl=Decimal(-200), **told)
        trade_in(other, side="short", exit_price=Decimal("1.0"), pnl=Decimal(190), **told)
    assert (watched(), watched()) == (2, 0)
    with acting_as(ana):
        Trade.objects.filter(account=one).update(pnl=Decimal(20))
    assert watched() == 2  # edited afterwards, and a gain that its own price does not allow


def test_an_alert_becomes_a_case_with_rating_and_clock(real_db: None, vault: Path, ana: User, bo: User) -> None:
    staged(ana, bo)
    reviewer = browser(staff("reviewer"))
    (alert,) = look("SELECT id FROM behaviour_alerts WHERE rule = 'edited_afterwards'")
    page = reviewer.get(f"/admin/compliance/behaviouralert/{alert['id']}/change/").content.decode()
    assert "made better after the fact" in page
    act(reviewer, "behaviouralert", alert["id"], "case")
    (case,) = look("SELECT rating, state, due_at > created_at AS due FROM aml_cases")
    assert case == {"rating": "high", "state": "open", "due": True}  # 25 + 10 + 10 + 10
    assert look("SELECT count(*) AS n FROM behaviour_alerts WHERE state = 'in_case'") == [{"n": 3}]


@pytest.mark.parametrize(
    ("told", "word", "points"),
    [({}, "low", 0), ({"alerts": ["mirror_trades"]}, "medium", 25), ({"sanctions": 1}, "high", 60),
     ({"exposed": 1, "country": "IR"}, "high", 55), ({"kyc_status": "pending", "open_hits": 2}, "medium", 20)],
)  # fmt: skip
def test_a_rating_is_the_sum_of_its_factors(told: dict[str, Any], word: str, points: int) -> None:
    """0 · 25 · 60 · 25+30 · 10+10; medium from 20, high from 50."""
    plain: dict[str, Any] = {
        "country": "FR",
        "kyc_status": "verified",
        "sanctions": 0,
        "exposed": 0,
        "open_hits": 0,
        "alerts": [],
    }
    assert rated(factors(**(plain | told))) == (word, points)


PAID = "paid_at,email,direction,amount,currency,reference\n"


def imported(rows: str) -> bytes:
    from django.core.files.uploadedfile import SimpleUploadedFile

    seat = browser(staff("administrator", f"boss{len(rows)}"))
    return bytes(act(seat, "payment", None, "import", file=SimpleUploadedFile("bank.csv", rows.encode())).content)


def test_payments_the_desk_imported_are_watched_and_known_ones_not_told_twice(real_db: None, ana: User) -> None:
    """Three times 9,500 USD in three days are found; the same in yen, or one of three, is not."""
    days = [(clock.now() - timedelta(days=k + 1)).date() for k in range(3)]
    usd = "".join(f"{day},ana@example.com,in,9500.00,USD,A{day}\n" for day in days)
    yen = "".join(f"{day},ana@example.com,in,9500.00,JPY,Y{day}\n" for day in days)
    assert b"4 payments are new, 0 were known" in imported(PAID + yen + usd.splitlines()[0])
    assert watched() == 0
    assert b"2 payments are new, 1 were known" in imported(PAID + usd)
    assert (watched(), watched()) == (1, 0)
    (alert,) = look("SELECT rule, sentence FROM behaviour_alerts")
    assert alert == {
        "rule": "structuring",
        "sentence": "3 payments just below 10,000 USD within a week, 28,500.00000000 together.",
    }


@pytest.mark.parametrize(
    ("rows", "said"),
    [("2026-11-01,nobody@example.com,in,1,USD,R", b"row 3: nobody here"),
     ("soon,ana@example.com,in,1,USD,R", b"no moment"),
     ("2026-11-01,ana@example.com,in,-1,USD,R", b"above nought"),
     ("2026-11-01,ana@example.com,up,1,USD,R", b"neither in")],
)  # fmt: skip
def test_a_table_of_payments_with_one_wrong_row_leaves_nothing(
    real_db: None, ana: User, rows: str, said: bytes
) -> None:
    assert said in imported(f"{PAID}2026-11-01,ana@example.com,in,5,EUR,G\n{rows}\n")
    assert look("SELECT count(*) AS n FROM payments") == [{"n": 0}]


def test_shared_access_is_found_in_the_real_sign_ins(real_db: None, ana: User, bo: User, cy: User) -> None:
    """Three people in turns, every five minutes, from one address with one device; a fourth from the same address with
    a device of their own is left alone."""
    from accounts.models.sign_in import SignIn
    from tests.factories import person

    now = clock.now()
    dee = person("dee@example.com")
    for k in range(9):
        user = (ana, bo, cy)[k % 3]
        for who, agent in ((user, "Agent 1"), (dee, "Agent 2")):
            with acting_as(who):
                SignIn.objects.create(user=who, way="password", is_program=False, seen_at=now, address="203.0.113.9",
                                      agent=agent)  # fmt: skip
    assert watched() == 3
    assert {row["subject_id"] for row in look("SELECT subject_id FROM behaviour_alerts")} == {ana.pk, bo.pk, cy.pk}


def test_a_clean_population_of_payments_edits_and_offices_raises_few_alerts() -> None:
    """1,000 people: four ordinary payments a month, a correction here and there in both directions, ten to an office
    with one address and five devices. Bound for each rule: one person in a thousand; measured: none."""
    dice = random.Random(11)
    payments, edits, entrances = [], [], []
    for number in range(1000):
        who = UUID(int=5000 + number)
        for _ in range(4):
            amount = Decimal(round(dice.lognormvariate(6.4, 1.2), 2)).quantize(Decimal("0.01"))
            payments.append(Payment(uuid4(), who, amount * dice.choice([1, -1]), "USD",
                                    NOW - timedelta(days=dice.uniform(0, 30))))  # fmt: skip
        for k in range(dice.choice([0, 0, 0, 1, 2])):
            at = NOW - timedelta(days=dice.uniform(0, 29))
            edits.append(Edit(number * 10 + k, uuid4(), who, at, at - timedelta(days=dice.uniform(0, 5)), Decimal(0),
                              Decimal(round(dice.gauss(0, 50)))))  # fmt: skip
        for _ in range(12):
            entrances.append(Entrance(who, f"198.51.{number // 10}.1", f"Agent {number % 10 % 5} of office",
                                      NOW - timedelta(days=dice.uniform(0, 30))))  # fmt: skip
    found = find(World(NOW, (), tuple(entrances), tuple(edits), tuple(payments)))
    for name in rules:
        assert len({told.person for rule, told in found if rule == name}) <= 1, name
