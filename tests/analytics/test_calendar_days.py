"""I ask calendar, journal and API for the same days, in four clocks, across the change of the hour."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from accounts.models import TradingAccount, User
from aetheris.db.tenancy import acting_as
from analytics.selectors import heatmap
from tests.asking import Program
from tests.factories import account_of
from trading import services

# The day on which the hour changes there; Honolulu never changes, so any Sunday does.
CHANGES = [
    ("Europe/Prague", date(2026, 10, 25), time(0)), ("Europe/Prague", date(2026, 3, 29), time(23)),
    ("America/New_York", date(2026, 11, 1), time(0)), ("America/New_York", date(2026, 3, 8), time(17)),
    ("Pacific/Auckland", date(2026, 9, 27), time(0)), ("Pacific/Auckland", date(2026, 4, 5), time(0)),
    ("Pacific/Honolulu", date(2026, 11, 1), time(0)),
]  # fmt: skip


def traded(account: TradingAccount, pnl: Decimal, at: datetime) -> None:
    with acting_as(account.user):
        services.add_trade(account=account, values={
            "symbol": "EURUSD", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "pnl": pnl,
            "entry_time": at - timedelta(minutes=1), "exit_time": at,
        })  # fmt: skip


@pytest.mark.parametrize(("zone", "change", "starts_at"), CHANGES)
def test_a_day_holds_the_same_trades_in_calendar_journal_and_api(
    ana: User, client: Client, zone: str, change: date, starts_at: time
) -> None:
    """A trade every three hours over three days around the change, each with a result of its own."""
    account = account_of(ana, day_timezone=zone, day_starts_at=starts_at)
    begin = datetime.combine(change - timedelta(days=1), time(0, 30), ZoneInfo(zone)).astimezone(UTC)
    for n in range(24):
        at = begin + timedelta(hours=3 * n)
        pnl = Decimal(2**n % 997 + n)
        traded(account, pnl, at)
    told = Program(ana).ask("get", f"metrics/{account.id}/heatmap?from={change - timedelta(days=5)}").json()["days"]
    by_api = {day["date"]: (Decimal(day["net_pnl"]), day["trades"]) for day in told}
    assert sum(count for _net, count in by_api.values()) == 24
    with acting_as(ana):
        client.force_login(ana)
        kept = {str(day["date"]): (day["net_pnl"], day["trades"]) for day in heatmap(account)}
    assert kept == by_api
    for day, (net, count) in by_api.items():
        answer = client.get(f"/journal/?account={account.id}&from={day}&to={day}")
        figures = answer.context["totals"]
        assert (len(answer.context["trades"]), figures["pnl_label"]) == (count, f"+${net:,.2f}"), day


def test_the_calendar_of_the_dashboard_links_each_day_to_its_own_trades(ana: User, client: Client) -> None:
    account = account_of(ana, day_timezone="Pacific/Auckland")
    with acting_as(ana):
        client.force_login(ana)
    now = datetime.now(UTC)
    for n in range(8):
        at = now - timedelta(hours=7 * n, minutes=1)
        traded(account, Decimal(n + 1), at)
    calendar = client.get(f"/?account={account.id}").context["calendar"]
    cells = [day for week in calendar.weeks for day in week if day.url]
    assert cells
    for cell in cells:
        figures = client.get(cell.url).context["totals"]
        assert cell.spoken.endswith(f"{figures['pnl_label'].removesuffix('.00')}, {figures['label']}")
