"""I walk trading days in the account's own clock, over the weeks in which the clocks of two continents change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aetheris.clock import day_bounds, trading_day

CHICAGO = ("America/Chicago", time(17))
PRAGUE = ("Europe/Prague", time(0))
NEW_YORK = ("America/New_York", time(17))
ZONES = [
    "UTC", "Europe/Prague", "America/Chicago", "America/Santiago", "America/Havana", "Asia/Beirut",
    "Australia/Lord_Howe", "Pacific/Apia",
]  # fmt: skip


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "day", "start", "end"),
    [
        # 17:00 is 23:00 UTC in winter (−6) and 22:00 UTC in summer (−5); the clock moves on 8 March and 1 November.
        (CHICAGO, "2026-03-06", "2026-03-05 23:00", "2026-03-06 23:00"),
        (CHICAGO, "2026-03-08", "2026-03-07 23:00", "2026-03-08 22:00"),  # 23 hours
        (CHICAGO, "2026-03-09", "2026-03-08 22:00", "2026-03-09 22:00"),
        (CHICAGO, "2026-10-31", "2026-10-30 22:00", "2026-10-31 22:00"),
        (CHICAGO, "2026-11-01", "2026-10-31 22:00", "2026-11-01 23:00"),  # 25 hours
        (CHICAGO, "2026-11-02", "2026-11-01 23:00", "2026-11-02 23:00"),
        # Midnight is 23:00 UTC in winter (+1) and 22:00 UTC in summer (+2); the clock moves on 29 March and 25 October.
        (PRAGUE, "2026-03-08", "2026-03-07 23:00", "2026-03-08 23:00"),
        (PRAGUE, "2026-03-28", "2026-03-27 23:00", "2026-03-28 23:00"),
        (PRAGUE, "2026-03-29", "2026-03-28 23:00", "2026-03-29 22:00"),  # 23 hours
        (PRAGUE, "2026-03-30", "2026-03-29 22:00", "2026-03-30 22:00"),
        (PRAGUE, "2026-10-25", "2026-10-24 22:00", "2026-10-25 23:00"),  # 25 hours
        (PRAGUE, "2026-11-01", "2026-10-31 23:00", "2026-11-01 23:00"),
    ],
)
def test_a_day_begins_and_ends_by_the_wall_of_its_zone(clock: tuple[str, time], day: str, start: str, end: str) -> None:
    assert day_bounds(date.fromisoformat(day), *clock) == (utc(start), utc(end))


@pytest.mark.parametrize(
    ("clock", "moment", "day"),
    [
        (CHICAGO, "2026-03-07 22:59:59", "2026-03-07"),  # 16:59:59 CST
        (CHICAGO, "2026-03-07 23:00:00", "2026-03-08"),
        (CHICAGO, "2026-03-08 21:59:59", "2026-03-08"),  # 16:59:59 CDT, the same evening an hour earlier in UTC
        (CHICAGO, "2026-03-08 22:00:00", "2026-03-09"),
        (CHICAGO, "2026-10-31 21:59:59", "2026-10-31"),
        (CHICAGO, "2026-10-31 22:00:00", "2026-11-01"),
        (CHICAGO, "2026-11-01 22:59:59", "2026-11-01"),
        (CHICAGO, "2026-11-01 23:00:00", "2026-11-02"),
        (PRAGUE, "2026-03-28 22:59:59", "2026-03-28"),
        (PRAGUE, "2026-03-28 23:00:00", "2026-03-29"),
        (PRAGUE, "2026-03-29 21:59:59", "2026-03-29"),
        (PRAGUE, "2026-03-29 22:00:00", "2026-03-30"),
        (PRAGUE, "2026-10-25 22:59:59", "2026-10-25"),
        (PRAGUE, "2026-10-25 23:00:00", "2026-10-26"),
    ],
)
def test_a_moment_belongs_to_the_day_its_own_wall_says(clock: tuple[str, time], moment: str, day: str) -> None:
    assert trading_day(utc(moment), *clock) == date.fromisoformat(day)


def test_prague_midnight_is_two_hours_after_five_in_new_york_on_28_days_of_2026() -> None:
    """8–28 March and 25–31 October, between one continent's change and the other's; an hour on all others."""
    apart = {}
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(number)
        after = day + timedelta(1)
        apart[day] = day_bounds(after, *PRAGUE)[0] - day_bounds(after, *NEW_YORK)[0]
    two_hours = [day for day, gap in apart.items() if gap == timedelta(hours=2)]
    assert set(apart.values()) == {timedelta(hours=1), timedelta(hours=2)}
    assert len(two_hours) == 28
    assert (two_hours[0], two_hours[20], two_hours[21], two_hours[-1]) == (
        date(2026, 3, 8), date(2026, 3, 28), date(2026, 10, 25), date(2026, 10, 31),
    )  # fmt: skip


@given(
    moment=st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(lambda told: told.replace(tzinfo=UTC)),
    zone=st.sampled_from(ZONES),
    starts=st.sampled_from([time(0), time(17), time(18), time(22, 30)]),
)
def test_every_moment_lies_within_the_day_it_belongs_to(moment: datetime, zone: str, starts: time) -> None:
    start, end = day_bounds(trading_day(moment, zone, starts), zone, starts)
    assert start <= moment < end
