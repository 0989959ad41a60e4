"""I walk books through their days: resets, clocks that change, equity read and unread, two floors at one moment."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from armor.book import Book
from armor.forecast import forecast, told
from armor.limit import Limit
from armor.moments import moments
from armor.proof import judge_again, proof, untouched
from armor.rules import rules
from armor.state import State
from armor.verdict import judged
from tests.armor.books import at, book, broken, deal, levels, read, verdict

FTMO = Limit(rule="max_daily_loss", percent=Decimal(5), breaks="lt", source="FTMO")
FTMO_MAX = Limit(rule="max_total_loss", percent=Decimal(10), breaks="lt", source="FTMO")
FUTURES = {"zone": "America/Chicago", "starts_at": "17:00"}
PRAGUE = {"zone": "Europe/Prague"}
ALL = frozenset({"reset", "close", "open", "reading"})


def states(found: Book, event: str) -> list[State]:
    return [state for state in moments(found, ALL) if state.event == event]


# The overnight trap (FIRMS.md 3c, 1) ----------------------------------------------------------------------


def trap(equity_at_midnight: int = 191_000) -> Book:
    """200k, Monday 16 November: closed +4 000, one position carried; Prague's midnight is 23:00 UTC."""
    return book(
        [deal("2026-11-16 09:00", "2026-11-16 12:00", 4_000), deal("2026-11-16 10:00")],
        readings=[read("2026-11-16 22:58", equity_at_midnight), read("2026-11-16 23:01", equity_at_midnight)],
        start=200_000, now="2026-11-16 23:02", **PRAGUE,
    )  # fmt: skip


def test_the_overnight_trap_breaks_at_midnight_and_not_a_minute_before() -> None:
    """Floor 200 000 − 10 000 = 190 000 before, 204 000 − 10 000 = 194 000 after; the equity is 191 000 all along."""
    assert broken(trap(), FTMO) == {"max_daily_loss": "2026-11-16 23:00"}
    assert broken(trap(194_000), FTMO) == {}  # at the floor is not below it
    found = verdict(trap(), FTMO).found
    (key,) = [key for key in found if key[1] == 3]
    assert (key[2].isoformat(), found[key].measure.floor) == ("2026-11-17", 194_000)
    assert [state.worth for state in states(trap(), "reset")] == [200_000, 191_000]


def test_the_trap_is_foreseen_while_there_is_time_to_act() -> None:
    before = replace(trap(), now=at("2026-11-16 22:59"))
    *_, now = moments(before, frozenset())
    seen = forecast(now, [FTMO, FTMO_MAX])
    assert seen is not None and seen.worst is not None
    assert (seen.at, seen.carried, seen.worst[1].floor) == (at("2026-11-16 23:00"), -13_000, 194_000)
    assert [limit.rule for limit, _ in seen.breaks] == ["max_daily_loss"]
    assert told(seen, now, timedelta(hours=4)) is not None
    assert told(seen, replace(now, at=at("2026-11-16 18:59")), timedelta(hours=4)) is None  # four hours and a minute
    *_, unread = moments(replace(before, readings=()), frozenset())
    assert forecast(unread, [FTMO]).unknown  # type: ignore[union-attr]


def test_nothing_is_foreseen_without_something_carried() -> None:
    *_, flat = moments(book([deal("2026-11-16 09:00", "2026-11-16 12:00", -4_999)], now="2026-11-16 20:00"), ALL)
    assert forecast(flat, [FTMO]) is None


# Clocks that change --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-28", 24), ("2026-03-29", 23), ("2026-10-25", 25), ("2026-10-26", 24)]
)
def test_a_day_in_prague_has_23_or_25_hours_when_its_clock_changes(day: str, hours: int) -> None:
    (first, *_) = states(book([deal(f"{day} 12:00")], now=f"{day} 13:00", **PRAGUE), "reset")
    assert first.day_end is not None and first.day_start is not None
    assert (first.day_end - first.day_start) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("moment", "prague", "new_york"),
    [  # Prague's midnight and 17:00 in New York lie one hour apart, and two while only one of both clocks has changed
        ("2026-03-07", "23:00", "22:00"), ("2026-03-10", "23:00", "21:00"), ("2026-03-29", "22:00", "21:00"),
        ("2026-10-24", "22:00", "21:00"), ("2026-10-26", "23:00", "21:00"), ("2026-11-02", "23:00", "22:00"),
    ],
)  # fmt: skip
def test_the_gap_between_prague_and_new_york(moment: str, prague: str, new_york: str) -> None:
    resets = [
        {
            f"{state.day_end:%H:%M}"
            for state in states(book([deal(f"{moment} 12:00")], now=f"{moment} 13:00", **told), "reset")
        }
        for told in (PRAGUE, {"zone": "America/New_York", "starts_at": "17:00"})
    ]
    assert resets == [{prague}, {new_york}]


def test_two_losses_an_hour_apart_are_one_day_or_two_by_the_firms_clock() -> None:
    """9 March 2026, New York already on summer time: −3 000 at 20:30 and −3 000 at 21:30 UTC. New York's day ends at
    21:00 UTC between them, Prague's at 23:00 after both."""
    deals = [deal("2026-03-09 20:00", "2026-03-09 20:30", -3_000), deal("2026-03-09 21:10", "2026-03-09 21:30", -3_000)]
    five = Limit(rule="max_daily_loss", amount=Decimal(5_000))
    assert broken(book(deals, now="2026-03-09 22:00", **PRAGUE), five) == {"max_daily_loss": "2026-03-09 21:30"}
    new_york = book(deals, now="2026-03-09 22:00", zone="America/New_York", starts_at="17:00")
    assert broken(new_york, five) == {}
    winter_deals = [
        deal("2026-02-09 20:00", "2026-02-09 20:30", -3_000), deal("2026-02-09 21:10", "2026-02-09 21:30", -3_000),
    ]  # fmt: skip
    winter = book(winter_deals, now="2026-02-09 22:00", zone="America/New_York", starts_at="17:00")
    assert broken(winter, five) == {"max_daily_loss": "2026-02-09 21:30"}  # ends at 22:00 UTC


# Examples that need days (FIRMS.md 3c) ---------------------------------------------------------------------


def daily(*results: int, start: int = 100_000, **told: str) -> Book:
    """One trade a day from Monday 2 November 2026 on."""
    deals = [deal(f"2026-11-{n:02} 14:00", f"2026-11-{n:02} 15:00", pnl) for n, pnl in enumerate(results, start=2)]
    return book(deals, now=f"2026-11-{len(results) + 1:02} 16:00", start=start, **told)


def floors(found: Book, limit: Limit) -> list[Decimal | None]:
    """Where the floor lies at each reset."""
    return [rules[limit.rule].measure(state, limit).floor for state in states(found, "reset")]


def test_ftmos_daily_floor_can_fall_and_the_maximum_cannot() -> None:
    """Days close at 101 000 and 98 000: floors 95 000, 96 000, 93 000."""
    found = daily(1_000, -3_000, 0)
    assert floors(found, FTMO) == [95_000, 96_000, 93_000]
    assert floors(found, FTMO_MAX) == [90_000] * 3


def test_ftmo_1_steps_maximum_follows_the_highest_midnight() -> None:
    """Midnights 104 000 and 103 000: 90 000, 94 000, 94 000."""
    limit = Limit(rule="trailing_dd", percent=Decimal(10), breaks="lt")
    assert floors(daily(4_000, -1_000, 0), limit) == [90_000, 94_000, 94_000]


def test_topsteps_official_example() -> None:
    """50 500 → 48 500; back to 50 000 → 48 500; 52 500 → 50 000 for ever, also at 60 000."""
    limit = Limit(rule="trailing_dd", amount=Decimal(2_000), lock_at=Decimal(0))
    found = daily(500, -500, 2_500, 7_500, 0, start=50_000, **FUTURES)
    assert floors(found, limit) == [48_000, 48_500, 48_500, 50_000, 50_000]


def test_e8s_floor_rises_with_each_closed_profit_and_locks_at_the_start() -> None:
    """6 % of 100 000 is 6 000: closed 103 000 → 97 000, 106 000 → 100 000, 110 000 → 100 000, within one day."""
    limit = Limit(rule="trailing_dd", percent=Decimal(6), base="initial", mode="closed_balance", lock_at=Decimal(0))
    deals = [
        deal(f"2026-11-02 {h:02}:00", f"2026-11-02 {h:02}:30", pnl) for h, pnl in ((9, 3_000), (10, 3_000), (11, 4_000))
    ]
    closes = states(book(deals, now="2026-11-02 12:00"), "close")
    assert [rules["trailing_dd"].measure(state, limit).floor for state in closes] == [97_000, 100_000, 100_000]


def test_apex_counts_the_open_peak_where_the_end_of_day_trail_does_not() -> None:
    """50K, 2 000: unrealised 52 000 lifts the floor to 50 000; closing at 50 100 leaves 100; by days 48 100."""
    live = Limit(rule="trailing_dd", amount=Decimal(2_000), mode="intraday_equity")
    found = book([deal("2026-11-02 14:00", "2026-11-02 15:00", 100)], readings=[read("2026-11-02 14:30", 52_000)],
                 start=50_000, now="2026-11-02 16:00")  # fmt: skip
    *_, now = moments(found, ALL)
    measure = rules["trailing_dd"].measure(now, live)
    assert (measure.floor, measure.room, measure.unknown) == (50_000, 100, "")
    assert floors(daily(100, 0, start=50_000), replace(live, mode="eod_balance"))[-1] == 48_100


def test_an_intraday_trail_fails_where_a_static_floor_survives() -> None:
    """3 000: peak 102 000 → 99 000; at 98 500 it is broken, the static 97 000 is not."""
    found = book([deal("2026-11-02 14:00")], readings=[read("2026-11-02 14:30", 102_000),
                 read("2026-11-02 15:00", 98_500)], now="2026-11-02 15:01")  # fmt: skip
    trail = Limit(rule="trailing_dd", amount=Decimal(3_000), mode="intraday_equity")
    static = Limit(rule="max_total_loss", amount=Decimal(3_000), source="other")
    assert broken(found, trail, static) == {"trailing_dd": "2026-11-02 15:00"}


def test_a_peak_that_nobody_read_leaves_the_intraday_trail_unknown() -> None:
    trail = Limit(rule="trailing_dd", amount=Decimal(3_000), mode="intraday_equity")
    *_, now = moments(daily(500, start=50_000), ALL)
    assert "not known" in rules["trailing_dd"].measure(now, trail).unknown


def test_fundednext_breaks_at_the_instant_even_if_it_comes_back() -> None:
    """Up 2 100 at noon one may lose 7 100; closed −3 000 with −2 500 open is a breach, closed +500 later or not."""
    limit = Limit(rule="max_daily_loss", percent=Decimal(5), breaks="lt")
    up = book([deal("2026-11-02 09:00", "2026-11-02 11:00", 2_100)], now="2026-11-02 12:00")
    *_, noon = moments(up, ALL)
    assert rules["max_daily_loss"].measure(noon, limit).room == 7_100
    down = book([deal("2026-11-02 09:00", "2026-11-02 11:00", -3_000),
                 deal("2026-11-02 10:00", "2026-11-02 13:00", 3_500)],
                readings=[read("2026-11-02 12:00", 94_500)], now="2026-11-02 14:00")  # fmt: skip
    assert broken(down, limit) == {"max_daily_loss": "2026-11-02 12:00"}


def test_the_day_peak_can_be_what_a_daily_floor_hangs_on() -> None:
    """Up to 103 000 in the day: 5 000 below it is 98 000, and the next day hangs on its own peak."""
    limit = Limit(rule="max_daily_loss", amount=Decimal(5_000), reference="day_peak_equity")
    found = book([deal("2026-11-02 14:00", "2026-11-02 16:00", -2_000)], readings=[read("2026-11-02 15:00", 103_000)],
                 now="2026-11-02 17:00")  # fmt: skip
    assert broken(found, limit) == {"max_daily_loss": "2026-11-02 16:00"}  # 98 000, at the floor


# What is not known ---------------------------------------------------------------------------------------

LOST = [deal("2026-11-02 09:00", "2026-11-02 11:00", -6_000), deal("2026-11-02 10:00", "2026-11-02 13:00", 100)]


def test_no_failure_is_declared_while_an_open_position_is_not_valued() -> None:
    """−6 000 of 5 000 closed at 11:00 with another trade open until 13:00: a warning then, the failure when flat."""
    early = replace(book(LOST, now="2026-11-02 13:30"), now=at("2026-11-02 12:00"))
    assert levels(early, FTMO) == [("max_daily_loss", 1, "2026-11-02"), ("max_daily_loss", 2, "2026-11-02")]
    assert broken(book(LOST, now="2026-11-02 13:30"), FTMO) == {"max_daily_loss": "2026-11-02 13:00"}
    *_, now = moments(early, ALL)
    assert now.is_estimate and rules["max_daily_loss"].measure(now, FTMO).unknown


def test_closed_losses_alone_break_a_limit_that_counts_the_lower_of_both() -> None:
    own = Limit(rule="max_daily_loss", amount=Decimal(5_000), counts="lower", effect="pause")
    assert broken(book(LOST, now="2026-11-02 13:30"), own) == {"max_daily_loss": "2026-11-02 11:00"}


def test_equity_is_known_only_while_its_reading_is_fresh() -> None:
    standing = [deal("2026-11-02 09:00")]
    for minutes, known in ((5, True), (6, False)):
        found = book(standing, readings=[read("2026-11-02 12:00", 99_000)], now=f"2026-11-02 12:{minutes:02}")
        *_, now = moments(found, ALL)
        assert (now.equity == 99_000, now.is_estimate) == (known, not known)


def test_a_floor_on_the_equity_at_the_reset_is_unknown_when_nobody_read_it() -> None:
    tff = Limit(rule="max_daily_loss", percent=Decimal(5), reference="equity", breaks="lt")
    carried = [deal("2026-11-02 09:00")]
    *_, unread = moments(book(carried, now="2026-11-03 09:00"), ALL)
    assert rules["max_daily_loss"].measure(unread, tff).floor is None
    seen = book(carried, readings=[read("2026-11-02 23:57", 102_000)], now="2026-11-03 00:01")
    *_, known = moments(seen, ALL)
    assert rules["max_daily_loss"].measure(known, tff).floor == 97_000  # FIRMS.md 3c, 7
    *_, flat = moments(book([], now="2026-11-03 09:00"), ALL)
    assert rules["max_daily_loss"].measure(flat, tff).floor == 95_000  # nothing open: the balance is the equity


# Two floors at one moment --------------------------------------------------------------------------------


def test_the_higher_of_two_floors_broken_at_once_is_blamed_and_names_the_other() -> None:
    """−12 000 in one trade: the daily floor of 95 000 lies above the maximum's 90 000."""
    found = verdict(daily(-12_000), FTMO, FTMO_MAX).found
    assert [(rule, one.also) for (rule, level, _), one in found.items() if level == 3] == [
        ("max_daily_loss", ("max_total_loss",))
    ]
    assert [level for rule, level, _ in found if rule == "max_total_loss"] == [1, 2]


def test_the_lower_floor_is_told_when_it_still_stands_broken_the_next_day() -> None:
    assert [key for key in levels(daily(-12_000, 10), FTMO, FTMO_MAX) if key[1] == 3] == [
        ("max_daily_loss", 3, "2026-11-02"), ("max_total_loss", 3, "2026-11-03"),
    ]  # fmt: skip


def test_two_floors_broken_one_after_the_other_are_two_breaches() -> None:
    """−6 000 below 95 000, then −5 000 more below 90 000."""
    found = book([deal("2026-11-02 09:00", "2026-11-02 10:00", -6_000),
                  deal("2026-11-02 11:00", "2026-11-02 12:00", -5_000)],
                 now="2026-11-02 13:00")  # fmt: skip
    assert broken(found, FTMO, FTMO_MAX) == {
        "max_daily_loss": "2026-11-02 10:00", "max_total_loss": "2026-11-02 12:00",
    }  # fmt: skip


def test_an_own_limit_does_not_take_the_blame_of_a_firms() -> None:
    own = Limit(rule="own_daily_loss", amount=Decimal(1_000), counts="lower")
    assert set(broken(daily(-6_000), FTMO, own)) == {"max_daily_loss", "own_daily_loss"}


def test_results_of_one_instant_are_booked_together() -> None:
    """−6 000 and +2 000 closed at the same second: nobody can say which came first, and −4 000 breaks nothing."""
    found = [deal("2026-11-02 09:00", "2026-11-02 10:00", -6_000), deal("2026-11-02 09:30", "2026-11-02 10:00", 2_000)]
    assert broken(book(found, now="2026-11-02 11:00"), FTMO) == {}


# Evidence ------------------------------------------------------------------------------------------------


def test_the_evidence_is_enough_to_judge_again_and_shows_a_changed_number() -> None:
    for found in verdict(trap(), FTMO, FTMO_MAX).found.values():
        told_of = proof(found)
        again = judge_again(told_of)
        assert (again.used, again.limit, again.floor) == (found.measure.used, found.measure.limit, found.measure.floor)
        assert untouched(told_of)
        told_of["state"]["equity"] = "1"
        assert not untouched(told_of)


# Properties ----------------------------------------------------------------------------------------------

results = st.lists(st.tuples(st.integers(0, 4 * 24 * 60), st.integers(-4_000, 4_000)), min_size=1, max_size=25)
HELD = [FTMO, FTMO_MAX, Limit(rule="trailing_dd", amount=Decimal(3_000), mode="closed_balance", source="trail"),
        Limit(rule="own_trailing_dd", amount=Decimal(3_000), mode="intraday_equity", source="live")]  # fmt: skip


def made(told_of: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Distinct minutes, in order."""
    return sorted(dict(told_of).items())


def walked(trades: list[tuple[int, int]]) -> Book:
    begins = at("2026-10-24 00:00")  # Prague's clock changes in the night to the 25th
    deals = [
        replace(deal("2026-10-24 00:00", "2026-10-24 00:00", pnl, symbol=str(minute)),
                entry_time=begins + timedelta(minutes=minute), exit_time=begins + timedelta(minutes=minute, seconds=30))
        for minute, pnl in trades
    ]  # fmt: skip
    return book(deals, now="2026-10-29 12:00", first="2026-10-24 00:00", **PRAGUE)


@given(results)
@settings(deadline=None, max_examples=60)
def test_floors_that_may_not_fall_do_not(told_of: list[tuple[int, int]]) -> None:
    for limit in HELD[1:]:
        seen = [rules[limit.rule].measure(state, limit).floor for state in moments(walked(made(told_of)), ALL)]
        assert seen == list(accumulate(seen, max))  # type: ignore[arg-type]


@given(results)
@settings(deadline=None, max_examples=60)
def test_one_by_one_and_all_at_once_find_the_same(told_of: list[tuple[int, int]]) -> None:
    """Each trade judged as it comes, from the start of its day on, with what was found before settled."""
    trades = made(told_of)
    whole = walked(trades)
    at_once = set(verdict(whole, *HELD).found)
    one_by_one: set[tuple[str, int, object]] = set()
    settled: set[tuple[str, object]] = set()
    for count in range(1, len(trades) + 1):
        found = verdict_of(replace(walked(trades[:count]), now=whole.past.entries[count - 1].exit_time), settled)
        one_by_one |= found.keys()
    one_by_one |= verdict_of(whole, settled).keys()
    assert one_by_one == at_once


def verdict_of(found: Book, settled: set) -> dict:  # type: ignore[type-arg]
    new = judged(found, HELD, settled).found
    for (rule, level, day), one in new.items():
        if level == 3:
            settled |= {(rule, day), *((lesser, day) for lesser in one.also)}
    return new
