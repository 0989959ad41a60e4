"""I keep the days honest: whatever happens to trades, the days add up to them and equal a rebuild from nothing."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from analytics import snapshots
from analytics.models import DailySnapshot
from tests.factories import account_of
from trading import services
from trading.models import Trade
from trading.rows import TradeRow

START = datetime(2026, 3, 5, 12, tzinfo=UTC)
NUMBERS = [field.attname for field in DailySnapshot._meta.concrete_fields if field.attname not in (
    "id", "created_at", "updated_at"
)]  # fmt: skip


def add(account: TradingAccount, pnl: Any, day: int = 0, minutes: int = 0) -> Trade:
    at = START + timedelta(days=day, minutes=minutes)
    values = {"symbol": "X", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "pnl": Decimal(pnl),
              "entry_time": at - timedelta(minutes=1), "exit_time": at, "commissions": Decimal(1)}  # fmt: skip
    return services.add_trade(account=account, values=values)


def days(account: TradingAccount) -> list[dict[str, Any]]:
    return list(DailySnapshot.objects.filter(account=account).order_by("snapshot_date").values(*NUMBERS))


def booked(account: TradingAccount) -> Decimal:
    return DailySnapshot.objects.filter(account=account).aggregate(sum=Sum("net_pnl"))["sum"] or Decimal(0)


def traded(account: TradingAccount) -> Decimal:
    standing = Trade.objects.filter(account=account, deleted_at=None, exit_time__isnull=False)
    return standing.aggregate(sum=Sum("pnl"))["sum"] or Decimal(0)


def test_a_day_is_told_in_numbers(anas_account: TradingAccount, as_ana: User) -> None:
    """100 000; +300, −100, +50: 350 won, 100 lost, two of three, 3.5 for 1, 250 ÷ 3, down 100 from the top."""
    for minutes, pnl in enumerate((300, -100, 50)):
        add(anas_account, pnl, minutes=minutes)
    (day,) = days(anas_account)
    assert (day["gross_profit"], day["gross_loss"], day["net_pnl"], day["trades_count"]) == (350, -100, 250, 3)
    assert (day["win_rate"], day["profit_factor"]) == (Decimal("0.66666667"), Decimal("3.5"))
    assert day["expectancy"] == Decimal("83.33333333")
    assert (day["opening_equity"], day["closing_equity"], day["peak_equity"]) == (100_000, 100_250, 100_300)
    assert (day["max_drawdown"], day["fees"]) == (100, 3)


def test_a_late_trade_moves_the_opening_of_every_later_day(anas_account: TradingAccount, as_ana: User) -> None:
    for day, pnl in ((1, 100), (3, -50)):
        add(anas_account, pnl, day)
    add(anas_account, 1000, 0)
    assert [(d["opening_equity"], d["closing_equity"]) for d in days(anas_account)] == [
        (100_000, 101_000), (101_000, 101_100), (101_100, 101_050),
    ]  # fmt: skip


def test_the_days_add_up_after_adding_editing_deleting_and_a_late_file(
    anas_account: TradingAccount, as_ana: User
) -> None:
    account = anas_account
    first, second = add(account, 100, 5), add(account, -40, 6)
    assert (booked(account), traded(account)) == (60, 60)
    services.change_trade(trade=first, version=first.version, values={"pnl": Decimal(70)})
    assert (booked(account), traded(account)) == (30, 30)
    services.delete_trade(trade=second)
    assert (booked(account), traded(account)) == (70, 70)
    services.record_trades(account=account, rows=[late_row()], source="file", reason="late")
    assert (booked(account), traded(account)) == (75, 75)
    assert len(days(account)) == 2
    assert not snapshots.is_stale(account)


def late_row() -> TradeRow:
    return TradeRow(broker="mt5", broker_trade_id="late", symbol="X", side="long", quantity=Decimal(1),
                    entry_price=Decimal(1), exit_price=Decimal(1), entry_time=START - timedelta(days=9, hours=1),
                    exit_time=START - timedelta(days=9), pnl=Decimal(5), gross_pnl=Decimal(5))  # fmt: skip


def test_a_day_whose_last_trade_goes_is_no_day_any_more(anas_account: TradingAccount, as_ana: User) -> None:
    trade = add(anas_account, 100)
    services.delete_trade(trade=trade)
    assert days(anas_account) == []


def test_stale_days_are_known_as_such(anas_account: TradingAccount, as_ana: User) -> None:
    add(anas_account, 100)
    DailySnapshot.objects.filter(account=anas_account).update(net_pnl=99)
    assert snapshots.is_stale(anas_account)


CLOCKS = [("UTC", time(0)), ("America/Chicago", time(17)), ("Europe/Prague", time(0))]
money = st.decimals(Decimal(-900), Decimal(900), places=2)
when = {"day": st.integers(0, 5), "minutes": st.integers(0, 1439)}
steps = st.one_of(
    st.fixed_dictionaries({"do": st.just("add"), "pnl": money, **when}),
    st.fixed_dictionaries({"do": st.just("move"), "which": st.integers(0, 9), "pnl": money, **when}),
    st.fixed_dictionaries({"do": st.just("delete"), "which": st.integers(0, 9)}),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(walk=st.lists(steps, min_size=2, max_size=9), at=st.sampled_from(CLOCKS))
def test_days_kept_step_by_step_equal_days_built_from_nothing(ana: User, walk: list[dict[str, Any]], at: Any) -> None:
    """Five days over the American change of clocks, written, moved and deleted in any order."""
    account = account_of(ana, day_timezone=at[0], day_starts_at=at[1])
    with acting_as(ana):
        for step in walk:
            take(account, step)
            assert booked(account) == traded(account)
        kept = days(account)
        snapshots.rebuild(account)
        assert days(account) == kept


def take(account: TradingAccount, step: dict[str, Any]) -> None:
    if step["do"] == "add":
        add(account, step["pnl"], step["day"], step["minutes"])
        return
    standing = list(Trade.objects.filter(account=account, deleted_at=None).order_by("id"))
    if not standing:
        return
    trade = standing[step["which"] % len(standing)]
    if step["do"] == "delete":
        services.delete_trade(trade=trade, version=trade.version)
    else:
        to = START + timedelta(days=step["day"], minutes=step["minutes"])
        values = {"pnl": step["pnl"], "entry_time": to - timedelta(minutes=1), "exit_time": to}
        services.change_trade(trade=trade, version=trade.version, values=values)
