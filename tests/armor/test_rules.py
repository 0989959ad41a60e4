"""I hold the three rules against the firms' own worked examples (FIRMS.md 3a and 3c): numbers in, a level out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from armor.limit import Limit
from armor.measure import Measure
from armor.rules import rules
from armor.state import State

FTMO_DAILY = Limit(rule="max_daily_loss", percent=Decimal(5), breaks="lt")
FTMO_MAXIMUM = Limit(rule="max_total_loss", percent=Decimal(10), breaks="lt")
THE5ERS_DAILY = Limit(rule="max_daily_loss", percent=Decimal(5), base="reference", reference="max")
TOPSTEP_TRAIL = Limit(rule="trailing_dd", amount=Decimal(2000), lock_at=Decimal(0))


def state(balance: Any = 100_000, **told: Any) -> State:
    """An account of 100,000 that begins its day flat, unless told otherwise."""
    numbers = {name: Decimal(value) for name, value in told.items()}
    start = numbers.pop("start", Decimal(100_000))
    peak = max(start, numbers.get("day_start_balance", start))
    known: dict[str, Any] = {"starting_balance": start, "day_start_balance": start, "eod_peak": peak}
    at = datetime(2026, 11, 16, 12, tzinfo=UTC)
    return State(at=at, day=date(2026, 11, 16), balance=Decimal(balance), **(known | numbers))


def measured(state: State, limit: Limit) -> Measure:
    return rules[limit.rule].measure(state, limit)


# Daily loss ----------------------------------------------------------------------------------------------


def test_five_percent_of_the_initial_balance_and_of_yesterdays_are_different_floors() -> None:
    """Yesterday closed at 102 000: 102 000 − 5 000 = 97 000, but 102 000 − 5 % of it = 96 900."""
    initial = Limit(rule="max_daily_loss", percent=Decimal(5))
    anchored = replace(initial, base="reference")
    today = state(96_950, day_start_balance=102_000)
    assert measured(today, initial).floor == 97_000
    assert measured(today, anchored).floor == 96_900
    assert measured(today, initial).level == 3
    assert measured(today, anchored).level == 2  # 5 050 of 5 100 gone


def test_ftmos_daily_floor_follows_the_balance_down_while_the_maximum_stays() -> None:
    floors = [measured(state(at, day_start_balance=at), FTMO_DAILY).floor for at in (100_000, 101_000, 98_000)]
    assert floors == [95_000, 96_000, 93_000]
    assert {measured(state(at), FTMO_MAXIMUM).floor for at in (100_000, 101_000, 98_000)} == {90_000}


def test_ftmos_overnight_trap_springs_at_midnight_without_a_price_move() -> None:
    """200k: closed +4 000, floating −13 000. Before midnight the floor is 190 000, after it 204 000 − 10 000."""
    before = state(204_000, start=200_000, equity=191_000)
    after = replace(before, day_start_balance=Decimal(204_000))
    assert (measured(before, FTMO_DAILY).floor, measured(before, FTMO_DAILY).broken) == (190_000, False)
    assert (measured(after, FTMO_DAILY).floor, measured(after, FTMO_DAILY).broken) == (194_000, True)


def test_the5ers_daily_floor_hangs_on_the_higher_of_balance_and_equity() -> None:
    """Balance 100 000, equity 103 000 at the reset: 95 % of 103 000 = 97 850; by balance alone 95 000."""
    today = state(day_start_equity=103_000, equity=103_000)
    assert measured(today, THE5ERS_DAILY).floor == 97_850
    assert measured(today, replace(THE5ERS_DAILY, reference="balance")).floor == 95_000
    assert measured(replace(today, equity=Decimal(97_850)), THE5ERS_DAILY).level == 3  # "reaching" it
    assert measured(replace(today, equity=Decimal("97850.01")), THE5ERS_DAILY).level == 2


def test_myforexfunds_amount_grows_with_the_reference() -> None:
    """Balance 102 000, equity 105 000: 5 % of 105 000 = 5 250, floor 99 750."""
    today = state(102_000, day_start_balance=102_000, day_start_equity=105_000, equity=105_000)
    assert (measured(today, THE5ERS_DAILY).limit, measured(today, THE5ERS_DAILY).floor) == (5_250, 99_750)


def test_a_loss_carried_into_the_reset_leaves_different_room_at_three_firms() -> None:
    """−2 000 floating at the reset, balance 100 000: FTMO 95 000 / 3 000, The5ers 95 000, TFF 93 000 / 5 000."""
    today = state(day_start_equity=98_000, equity=98_000)
    tff = Limit(rule="max_daily_loss", percent=Decimal(5), reference="equity")
    assert (measured(today, FTMO_DAILY).floor, measured(today, FTMO_DAILY).room) == (95_000, 3_000)
    assert measured(today, THE5ERS_DAILY).floor == 95_000
    assert (measured(today, tff).floor, measured(today, tff).room) == (93_000, 5_000)


# Maximum loss --------------------------------------------------------------------------------------------


def test_ftmos_maximum_breaks_below_the_floor_and_not_at_it() -> None:
    """Opened the day at 92 000: the daily floor is 87 000, so the maximum of 90 000 comes first."""
    at_floor = state(92_000, day_start_balance=92_000, equity=90_000)
    below = replace(at_floor, equity=Decimal(89_999))  # floating −2 001
    assert measured(at_floor, FTMO_DAILY).floor == 87_000
    assert not measured(at_floor, FTMO_MAXIMUM).broken
    assert measured(at_floor, FTMO_MAXIMUM).level == 2
    assert measured(below, FTMO_MAXIMUM).level == 3
    assert measured(below, FTMO_DAILY).level == 0  # 2 001 of 5 000


def test_le_breaks_at_the_very_floor_where_lt_does_not() -> None:
    at_floor = state(90_000)
    assert measured(at_floor, replace(FTMO_MAXIMUM, breaks="le")).level == 3
    assert measured(at_floor, FTMO_MAXIMUM).level == 2


# Trailing drawdown ---------------------------------------------------------------------------------------


def test_a_spike_inside_the_day_does_not_move_the_trailing_floor() -> None:
    """Trail of 3 000: spike to 104 000, close at 99 500 leaves 97 000; a close at 104 500 lifts it to 101 500."""
    trail = Limit(rule="trailing_dd", amount=Decimal(3000))
    assert measured(state(104_000), trail).floor == 97_000
    assert measured(state(99_500), trail).floor == 97_000
    assert measured(state(104_500, eod_peak=104_500), trail).floor == 101_500


@pytest.mark.parametrize(("peak", "floor"), [(50_500, 48_500), (52_500, 50_000), (60_000, 50_000)])
def test_topsteps_floor_rises_to_the_start_and_stays_there(peak: int, floor: int) -> None:
    """50K: 50 500 − 2 000 = 48 500; 52 500 − 2 000 would be 50 500, held at 50 000 for ever."""
    assert measured(state(peak, start=50_000, eod_peak=peak), TOPSTEP_TRAIL).floor == floor


def test_topsteps_floor_does_not_fall_with_a_lower_close() -> None:
    assert measured(state(50_000, start=50_000, eod_peak=50_500), TOPSTEP_TRAIL).floor == 48_500


def test_a_lock_holds_the_floor_at_the_start_instead_of_a_thousand_above() -> None:
    """+4 000 with a trail of 3 000: 100 000, where without the lock it were 101 000."""
    locked = Limit(rule="trailing_dd", amount=Decimal(3000), lock_at=Decimal(0))
    up = state(104_000, eod_peak=104_000)
    assert measured(up, locked).floor == 100_000
    assert measured(up, replace(locked, lock_at=None)).floor == 101_000


@pytest.mark.parametrize(("peak", "floor"), [(103_000, 97_000), (106_000, 100_000), (110_000, 100_000)])
def test_e8s_six_percent_trail_locks_at_the_start(peak: int, floor: int) -> None:
    e8 = Limit(rule="trailing_dd", percent=Decimal(6), lock_at=Decimal(0))
    assert measured(state(peak, eod_peak=peak), e8).floor == floor


def test_ftmo_1_steps_maximum_hangs_on_the_highest_midnight() -> None:
    """100k → 90 000; midnight 104 000 → 94 000; midnight 103 000 → stays 94 000."""
    one_step = Limit(rule="trailing_dd", percent=Decimal(10), breaks="lt")
    midnights = list(accumulate([100_000, 104_000, 103_000], max))
    assert [measured(state(eod_peak=peak), one_step).floor for peak in midnights] == [90_000, 94_000, 94_000]


money = st.decimals(Decimal(1), Decimal(500_000), places=2)


@given(
    closes=st.lists(money, min_size=2, max_size=30),
    amount=money,
    lock=st.none() | st.decimals(Decimal(0), Decimal(50_000), places=2),
    as_percent=st.booleans(),
)
def test_the_trailing_floor_never_falls(
    closes: list[Decimal], amount: Decimal, lock: Decimal | None, as_percent: bool
) -> None:
    size = {"percent": amount / 500_000 * 100, "base": "reference"} if as_percent else {"amount": amount}
    limit = Limit(rule="trailing_dd", lock_at=lock, **size)  # type: ignore[arg-type]
    peaks = accumulate([Decimal(100_000), *closes], max)
    floors = [measured(state(eod_peak=peak), limit).floor for peak in peaks]
    assert floors == sorted(floors)
    assert lock is None or floors[-1] <= 100_000 + lock


# Levels --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lost", "level"),
    [("0", 0), ("749.99", 0), ("750", 1), ("899.99", 1), ("900", 2), ("999.99", 2), ("1000", 3), ("1000.01", 3)],
)
@pytest.mark.parametrize("rule", ["max_daily_loss", "max_total_loss", "trailing_dd"])
def test_levels_come_at_three_quarters_nine_tenths_and_the_whole(rule: str, lost: str, level: int) -> None:
    """A limit of 1 000 on a start of 100 000, broken at the floor."""
    limit = Limit(rule=rule, amount=Decimal(1000), breaks="le")
    found = measured(state(Decimal(100_000) - Decimal(lost)), limit)
    assert (found.level, found.used) == (level, Decimal(lost))
    assert found.room == max(Decimal(0), 1000 - Decimal(lost))


def test_a_gain_uses_nothing_of_a_limit() -> None:
    found = measured(state(100_500), Limit(rule="max_daily_loss", amount=Decimal(1000)))
    assert (found.level, found.used, found.share, found.room) == (0, 0, 0, 1_500)


def test_a_programme_may_set_its_own_levels() -> None:
    early = Limit(rule="max_daily_loss", amount=Decimal(1000), levels=(Decimal("0.5"), Decimal("0.6"), Decimal(1)))
    assert [measured(state(100_000 - lost), early).level for lost in (499, 500, 600, 1000)] == [0, 1, 2, 3]
