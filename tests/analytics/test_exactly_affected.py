"""Whatever happens to a trade, exactly the days and KPIs it touches change, to what a full rebuild would say."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from analytics import services, snapshots
from analytics.models import DailySnapshot, KpiSnapshot
from tests.analytics.test_snapshots import CLOCKS, START, add, days, money, steps, take, when
from tests.factories import account_of
from trading.models import Trade
from trading.rows import TradeRow
from trading.services import record_trades

KEPT = [START.date() + timedelta(days=back) for back in (-1, 1, 3, 7)]

late = st.fixed_dictionaries({
    "do": st.just("import"), "rows": st.lists(st.fixed_dictionaries({"pnl": money, **when}), min_size=1, max_size=3),
})  # fmt: skip
first = st.lists(st.fixed_dictionaries({"pnl": money, **when}), min_size=1, max_size=6)


def happen(account: TradingAccount, step: dict[str, Any]) -> None:
    if step["do"] != "import":
        take(account, step)
        return
    rows = []
    for number, told in enumerate(step["rows"]):
        at = START + timedelta(days=told["day"], minutes=told["minutes"])
        rows.append(TradeRow(broker="mt5", broker_trade_id=f"late {number}", symbol="X", side="long", pnl=told["pnl"],
                             gross_pnl=told["pnl"], quantity=Decimal(1), entry_price=Decimal(1), exit_price=Decimal(1),
                             entry_time=at, exit_time=at))  # fmt: skip
    record_trades(account=account, rows=rows, source="file", reason="late")


def standing(account: TradingAccount) -> set[tuple[Any, ...]]:
    return set(Trade.objects.filter(account=account, deleted_at=None).values_list("id", "exit_time", "pnl", "version"))


def written(table: str, account: TradingAccount) -> dict[date, str]:
    """Where each day's row lies: a row that was written again lies elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT snapshot_date, ctid::text FROM {table} WHERE account_id = %s", [account.id])
        return dict(cursor.fetchall())


def told(account: TradingAccount, day: date) -> dict[str, Any]:
    return {key: value.value for key, value in services.metrics(account, day).values.items()}


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=first, step=st.one_of(steps, late), at=st.sampled_from(CLOCKS))
@example(
    before=[{"pnl": Decimal(10), "day": 0, "minutes": 0}, {"pnl": Decimal(10), "day": 4, "minutes": 0}],
    step={"do": "move", "which": 1, "pnl": Decimal(10), "day": 2, "minutes": 0}, at=CLOCKS[0],
)  # fmt: skip
def test_a_change_touches_its_days_and_no_other_and_equals_a_full_rebuild(
    ana: User, before: list[dict[str, Any]], step: dict[str, Any], at: Any
) -> None:
    account = account_of(ana, day_timezone=at[0], day_starts_at=at[1])
    with acting_as(ana):
        for one in before:
            add(account, one["pnl"], one["day"], one["minutes"])
        services.keep_days(account, KEPT)
        trades, figures = standing(account), by_day(account)
        rows, reports = written("daily_snapshots", account), written("kpi_snapshots", account)
        happen(account, step)
        only_what_differs_was_written(account, figures, rows)
        touched = {clock.trading_day(exit, *at) for _, exit, _, _ in trades ^ standing(account)}
        outdated = {day for day in KEPT if touched and day >= min(touched)}
        stale = KpiSnapshot.objects.filter(account=account, is_stale=True)
        assert set(stale.values_list("snapshot_date", flat=True)) == outdated
        services.bring_up_to_date(account, now=clock.day_bounds(KEPT[-1], *at)[1])
        now = written("kpi_snapshots", account)
        assert {day for day in reports if reports[day] != now[day]} == outdated
        equal_to_a_rebuild(account)


def by_day(account: TradingAccount) -> dict[date, dict[str, Any]]:
    return {day["snapshot_date"]: day for day in days(account)}


def only_what_differs_was_written(account: TradingAccount, figures: dict[date, Any], rows: dict[date, str]) -> None:
    now, lying = by_day(account), written("daily_snapshots", account)
    for day in figures.keys() & now.keys():
        assert (figures[day] == now[day]) == (rows[day] == lying[day]), day


def equal_to_a_rebuild(account: TradingAccount) -> None:
    kept = by_day(account)
    metrics = dict(KpiSnapshot.objects.filter(account=account).values_list("snapshot_date", "metrics"))
    DailySnapshot.objects.filter(account=account).delete()
    snapshots.rebuild(account)
    assert by_day(account) == kept
    assert metrics == {day: told(account, day) for day in KEPT}


ZONES = ("UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Honolulu")
SPRING = datetime(2026, 3, 6, tzinfo=START.tzinfo)


def test_the_days_of_accounts_in_many_time_zones_add_up_to_the_last_decimal(ana: User) -> None:
    """300 trades each, five hours and a minute apart, over the clock changes of March; results of eight decimals."""
    for place, zone in enumerate(ZONES):
        account = account_of(ana, day_timezone=zone, day_starts_at=time(17 if place % 2 else 0))
        moments = [SPRING + timedelta(hours=5 * number, minutes=number) for number in range(300)]
        results = [Decimal((number * 7919 + place) % 20011 - 10005) / 10**8 * 1237 for number in range(300)]
        with acting_as(ana):
            Trade.objects.bulk_create([
                Trade(account=account, user=ana, broker="mt5", broker_trade_id=str(at), symbol="X", side="long",
                      quantity=1, entry_price=1, exit_price=1, pnl=pnl, gross_pnl=pnl, entry_time=at, exit_time=at)
                for at, pnl in zip(moments, results, strict=True)
            ])  # fmt: skip
            snapshots.rebuild(account)
            assert snapshots.sums(account) == snapshots.Sums(sum(results), sum(results))
            assert DailySnapshot.objects.filter(account=account).count() > 60


def test_an_open_trade_with_a_floating_result_does_not_make_days_stale(ana: User) -> None:
    account = account_of(ana)
    with acting_as(ana):
        add(account, 10)
        Trade.objects.create(account=account, user=ana, broker="mt5", broker_trade_id="open", symbol="X", side="long",
                             quantity=1, entry_price=1, pnl=3, entry_time=START)  # fmt: skip
        assert snapshots.sums(account).difference == 0
        assert not snapshots.is_stale(account)
