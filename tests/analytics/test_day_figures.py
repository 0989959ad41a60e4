"""The quick days are the days of the curves, which say in Decimal what a day's figures mean."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.money import to_stored
from analytics import snapshots
from analytics.day_figures import UNIT, day_figures, rounded
from analytics.models import DailySnapshot
from tests.factories import account_of
from trading.curves import Result, days
from trading.models import Trade

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
amounts = st.decimals(Decimal("-99999999999"), Decimal("99999999999"), places=8)
results = st.lists(st.tuples(st.integers(0, 9), amounts, amounts), max_size=40)


@given(results, amounts, st.decimals(0, 10**6, places=8))
def test_they_are_the_days_of_the_curves(told, opening, above):
    """To the last of eight decimals, whatever the amounts: a hundred billion overflows nothing."""
    told.sort(key=lambda one: one[0])
    moments = [(date(2026, 1, 1) + timedelta(days=day), pnl, fees) for day, pnl, fees in told]
    slow = days([Result(NOON, *one) for one in moments], opening, peak=opening + above)
    units = [(day, int(pnl * UNIT), int(fees * UNIT)) for day, pnl, fees in moments]
    for quick, day in zip(day_figures(units, int(opening * UNIT), int((opening + above) * UNIT)), slow, strict=True):
        money = (quick.opening_equity, quick.closing_equity, quick.peak_equity, quick.max_drawdown, quick.fees)
        assert (quick.date, *(Decimal(one) / UNIT for one in (*money, quick.net_pnl))) == (
            day.date, day.opening, day.closing, day.peak, day.max_drawdown, day.fees, day.net,
        )  # fmt: skip
        assert (quick.trades_count, quick.wins) == (len(day.pnls), len(day.wins))
        assert Decimal(quick.win_rate) / UNIT == to_stored(Decimal(len(day.wins)) / len(day.pnls))
        lost = -sum(day.losses)
        assert (quick.profit_factor is None) == (not lost)


@pytest.mark.parametrize(
    ("above", "below", "nearest"),
    [(7, 2, 4), (5, 2, 2), (3, 2, 2), (1, 3, 0), (2, 3, 1), (-5, 2, -2), (-7, 2, -4), (-1, 3, 0), (0, 7, 0)],
)
def test_quotients_are_rounded_half_to_even(above, below, nearest):
    assert rounded(above, below) == nearest


def test_a_day_that_clocks_begin_twice_is_one_day(ana: User):
    """New York, 1 November 2026: 01:00 to 02:00 comes twice, and a day that starts at 01:30 begins twice with it."""
    account = account_of(ana, day_timezone="America/New_York", day_starts_at=time(1, 30))
    moments = [datetime(2026, 11, 1, 5, 20, tzinfo=UTC) + timedelta(minutes=10 * place) for place in range(12)]
    with acting_as(ana):
        for number, at in enumerate(moments):
            Trade.objects.create(account=account, user=ana, broker="mt5", broker_trade_id=str(number), symbol="X",
                                 side="long", quantity=1, entry_price=1, exit_price=1, pnl=1, gross_pnl=1,
                                 entry_time=at, exit_time=at)  # fmt: skip
        snapshots.rebuild(account)
        counted = dict(DailySnapshot.objects.values_list("snapshot_date", "trades_count"))
    expected = [clock.trading_day(at, "America/New_York", time(1, 30)) for at in moments]
    assert expected[0] < expected[1] > expected[4], "the day goes back with the clocks"
    assert counted == {day: expected.count(day) for day in set(expected)}
