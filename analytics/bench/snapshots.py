"""I measure the nightly snapshots of many accounts, and what one new trade costs (P11)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from statistics import median
from typing import Any
from uuid import UUID

import psycopg
from django.db import connections
from django.db.models import Sum

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.bench.database import Place, place_to_measure
from aetheris.benching import RUNS, Result, benches, judged, timed
from aetheris.db.places import place as settings_of
from aetheris.db.tenancy import acting_as
from analytics import services, snapshots
from analytics.models import DailySnapshot
from trading.models import Trade
from trading.services import with_results

ACCOUNTS, TRADES = 200, 1_000
USER = UUID("00000000-0000-7000-8000-000000000001")
FILL = f"""
SET session_replication_role = replica;
INSERT INTO users (id, email, password, status) VALUES ('{USER}', 'bench@example.com', 'x', 'ACTIVE');
INSERT INTO accounts (user_id, account_name, starting_balance, day_timezone)
    SELECT '{USER}', 'account ' || a, 100000, 'America/New_York' FROM generate_series(1, {ACCOUNTS}) a;
INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, exit_price,
                    entry_time, exit_time, pnl, gross_pnl, commissions, mfe, mae, initial_risk)
    SELECT a.id, a.user_id, 'mt5', n::text, (array['EURUSD', 'XAUUSD', 'US30'])[n % 3 + 1],
           (array['long', 'short'])[n % 2 + 1], 1 + n % 5, 100, 101, t, t + interval '25 minutes',
           r - 0.02, r, 0.02, abs(r) + 5, 20, 50
    FROM generate_series(1, {TRADES}) n, accounts a,
         LATERAL (SELECT timestamptz '2025-01-06 09:00Z' + n * interval '6 hours' AS t,
                         round((sin(n * 12.9898 + a.account_name::bytea[8]) * 100)::numeric, 2) AS r) made;
ANALYZE trades;
""".replace("a.account_name::bytea[8]", "length(a.account_name)")
GROUPED = """
    SELECT account_id, (exit_time AT TIME ZONE 'America/New_York')::date, count(*), sum(pnl),
           sum(pnl) FILTER (WHERE pnl > 0), sum(pnl) FILTER (WHERE pnl < 0), sum(commissions)
    FROM trades WHERE deleted_at IS NULL GROUP BY 1, 2
"""


@contextmanager
def working_in(place: Place) -> Iterator[None]:
    """Django's own work goes to the database that is measured in, as the service."""
    mine = connections["default"]
    told = {**mine.settings_dict, **settings_of(place.url("service"))}
    connections.databases["measured"] = told
    connections["default"] = connections["measured"]
    connections["default"].alias = "default"
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = mine


@benches.named("snapshots")
def snapshot() -> Iterator[Result]:
    with place_to_measure("snapshots") as place:
        with psycopg.connect(place.admin_url, autocommit=True) as admin:
            admin.execute(FILL)
            reference = median(timed(lambda: admin.execute(GROUPED).fetchall()) for _ in range(RUNS))
        with working_in(place), acting_as(USER):
            accounts = list(TradingAccount.objects.all())
            yield from _nightly(accounts, reference)
            yield from _one_trade(accounts[0])


def _nightly(accounts: list[TradingAccount], reference: float) -> Iterator[Result]:
    size = f"{len(accounts)} accounts × {TRADES:,} trades"
    first = timed(lambda: [snapshots.rebuild(account) for account in accounts])
    note = "every day written anew, in whole numbers; reference: one GROUP BY of the same trades"
    yield judged(f"P11 daily snapshots from nothing, {size}", first, reference, most=4.0, runs=1, note=note)
    again = median(timed(lambda: [snapshots.rebuild(account) for account in accounts]) for _ in range(3))
    yield judged(
        f"P11 daily snapshots in step already, {size}", again, reference, most=4.0, runs=3, note="nothing to write"
    )
    day = date(2025, 10, 1)
    kept = timed(lambda: [services.keep_days(account, [day]) for account in accounts])
    note = "all 449 KPIs with the four resampled ones; the night is this and the days"
    yield judged(f"P11 KPI snapshots, {size}", kept + again, reference, most=4.0, runs=1, note=note)
    sums = DailySnapshot.objects.aggregate(s=Sum("net_pnl"))["s"], Trade.objects.aggregate(s=Sum("pnl"))["s"]
    difference = float(abs(sums[0] - sums[1]))
    yield judged(
        "days less trades, all accounts", difference, None, most=0.0, unit="USD", note=f"{sums[0]} = {sums[1]}"
    )


def _one_trade(account: TradingAccount) -> Iterator[Result]:
    for name, back in (("today", 0), ("half a year late", 180)):
        took = [1000 * _added(account, back, place) for place in range(9)]
        note = "days kept in step by it; of it KPIs are only marked"
        yield judged(
            f"P11 days after one new trade, {name}", median(took), None, most=30.0, unit="ms", runs=9, note=note
        )


def _added(account: TradingAccount, back: int, place: int) -> float:
    """Seconds that bringing the days in step takes after a trade was written."""
    at = clock.now() if not back else datetime(2025, 9, 13, 12, place, tzinfo=UTC) - timedelta(days=back)
    values: dict[str, Any] = {
        "broker": "mt5", "broker_trade_id": f"new {back} {place}",
        "symbol": "X", "side": "long", "quantity": 1, "entry_price": 1, "exit_price": 1, "pnl": Decimal(7),
        "entry_time": at - timedelta(minutes=1), "exit_time": at,
    }  # fmt: skip
    Trade.objects.create(account=account, user_id=account.user_id, **with_results(values))

    def step() -> None:
        snapshots.rebuild(account, touched_from=at)
        services.mark_stale(account, at)

    return timed(step)
