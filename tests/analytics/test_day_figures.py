"""The days the database tells are the days of the curves, which say in Decimal what they mean."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, localcontext
from typing import Any

from django.db.models import F
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.money import to_stored
from analytics import snapshots
from analytics.models import DailySnapshot
from tests.factories import account_of
from trading.curves import Result, days
from trading.models import Trade

FIRST = date(2026, 1, 1)
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
UNIT = Decimal("0.00000001")


def money(most: int) -> st.SearchStrategy[Decimal]:
    return st.decimals(-most, most, places=8)


def lists(most: int, size: int) -> st.SearchStrategy[list[tuple[int, Decimal, Decimal]]]:
    return st.lists(st.tuples(st.integers(0, 9), money(most), money(most)), max_size=size)


def booked(account: TradingAccount, results: Iterable[tuple[int, Decimal, Decimal]]) -> None:
    """Trades that closed on these days of January 2026, one minute after the other."""
    made = []
    for number, (day, pnl, fee) in enumerate(results):
        at = NOON + timedelta(days=day, minutes=number)
        made.append(Trade(account=account, user_id=account.user_id, broker="mt5", broker_trade_id=str(number),
                          symbol="X", side="long", quantity=1, entry_price=1, exit_price=1, pnl=pnl, gross_pnl=pnl,
                          commissions=fee, entry_time=at, exit_time=at))  # fmt: skip
    Trade.objects.bulk_create(made)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(lists(99_999_999_999, 8), lists(1000, 40)), money(10**11), st.decimals(0, 10**6, places=8))
@example([(0, Decimal(10_000), Decimal(0)), (0, -UNIT, Decimal(0))], Decimal(0), Decimal(0))
@example([(0, Decimal(7), Decimal(0)), (0, -3 * UNIT, Decimal(0))], Decimal(0), Decimal(0))
def test_they_are_the_days_of_the_curves(
    ana: User, told: list[tuple[int, Decimal, Decimal]], opening: Decimal, above: Decimal
) -> None:
    """To the last of eight decimals, whatever the amounts: a hundred billion overflows nothing."""
    account = account_of(ana)
    told.sort(key=lambda one: one[0])
    results = [Result(NOON, FIRST + timedelta(days=day), pnl, fee) for day, pnl, fee in told]
    with acting_as(ana), localcontext(prec=60):
        booked(account, told)
        nothing = snapshots._nothing_before(account)
        snapshots._in_step([(account, nothing._replace(opening=opening, peak=opening + above))])
        kept = DailySnapshot.objects.filter(account=account).order_by("snapshot_date")
        for found, day in zip(kept, days(results, opening, peak=opening + above), strict=True):
            assert (found.snapshot_date, found.opening_equity, found.closing_equity, found.peak_equity) == (
                day.date, day.opening, day.closing, day.peak,
            )  # fmt: skip
            assert (found.max_drawdown, found.fees, found.net_pnl) == (day.max_drawdown, day.fees, day.net)
            assert (found.gross_profit, found.gross_loss) == (sum(day.wins), sum(day.losses))
            assert found.trades_count == len(day.pnls)
            assert found.win_rate == to_stored(Decimal(len(day.wins)) / len(day.pnls))
            assert found.expectancy == to_stored(day.net / len(day.pnls))
            lost = -sum(day.losses)
            factor = sum(day.wins) / lost if lost else None
            kept_factor = None if factor is None or factor >= 999_999_999_999 else to_stored(factor)
            assert found.profit_factor == kept_factor


HALVES = [(7, 2, 4), (5, 2, 2), (3, 2, 2), (1, 3, 0), (2, 3, 1), (-5, 2, -2), (-7, 2, -4), (-1, 3, 0), (0, 7, 0)]


def test_quotients_are_rounded_half_to_even(anas_account: TradingAccount, as_ana: User) -> None:
    """Nine days of so many hundred-millionths in so many trades: the mean is the nearest whole one."""
    booked(anas_account, [
        (day, (net if place == 0 else 0) * UNIT, Decimal(0))
        for day, (net, count, _) in enumerate(HALVES) for place in range(count)
    ])  # fmt: skip
    snapshots.rebuild(anas_account)
    means: Any = DailySnapshot.objects.order_by("snapshot_date").values_list(F("expectancy") / UNIT, flat=True)
    assert list(means) == [nearest for _, _, nearest in HALVES]


def test_the_days_of_many_accounts_are_those_of_each(ana: User) -> None:
    """Three clocks, and one account without trades: asked together they are told as one by one."""
    clocks = [("UTC", time(0)), ("America/Chicago", time(17)), ("Pacific/Auckland", time(6, 30)), ("UTC", time(0))]
    accounts = [account_of(ana, day_timezone=zone, day_starts_at=starts) for zone, starts in clocks]
    with acting_as(ana):
        for place, account in enumerate(accounts[:3]):
            booked(account, [(day, Decimal(day * 10 - 35 + place), Decimal(1)) for day in range(8) for _ in range(3)])
        done = snapshots.rebuild_all(accounts)
        assert [done.get(account.id) for account in accounts] == [snapshots.Rebuilt(8, 8, 0)] * 3 + [None]
        assert [snapshots.rebuild(account) for account in accounts[:3]] == [snapshots.Rebuilt(8, 0, 0)] * 3


def test_a_day_that_clocks_begin_twice_is_one_day(ana: User) -> None:
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
        before = days_told(account)
        snapshots.rebuild(account, touched_from=moments[2])
        assert days_told(account) == before, "the second beginning is no day of its own"
    expected = [clock.trading_day(at, "America/New_York", time(1, 30)) for at in moments]
    assert expected[0] < expected[1] > expected[4], "the day goes back with the clocks"
    assert counted == {day: expected.count(day) for day in set(expected)}


def days_told(account: TradingAccount) -> list[tuple[Any, ...]]:
    kept = DailySnapshot.objects.filter(account=account).order_by("snapshot_date")
    return list(kept.values_list("snapshot_date", "trades_count", "net_pnl", "closing_equity"))
