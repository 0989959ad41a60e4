"""I measure the nightly snapshots of many accounts, and what one new trade costs (P11)."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
from aetheris.benching import Result, benches, judged, timed
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
    with place_to_measure("snapshots") as place, psycopg.connect(place.admin_url, autocommit=True) as admin:
        admin.execute(FILL)
        with working_in(place), acting_as(USER):
            accounts = list(TradingAccount.objects.all())
        yield from _nightly(place, accounts, admin)
        with working_in(place), acting_as(USER):
            yield from _one_trade(accounts[0])


def _nightly(place: Place, accounts: list[TradingAccount], admin: psycopg.Connection[Any]) -> Iterator[Result]:
    """Each worker has its connection and its transaction, whose commit counts; the reference in turn."""
    size = f"{len(accounts)} accounts × {TRADES:,} trades"
    halves = [accounts[::2], accounts[1::2]]
    grouped, one, two, again, kept = [], [], [], [], []
    for _ in range(3):
        admin.execute("TRUNCATE daily_snapshots")
        one.append(_took(place, snapshots.rebuild_all, [accounts]))
        admin.execute("TRUNCATE daily_snapshots")
        two.append(_took(place, snapshots.rebuild_all, halves))
        admin.execute("VACUUM ANALYZE daily_snapshots")
        again.append(_took(place, snapshots.rebuild_all, [accounts]))
        grouped += [timed(lambda: admin.execute(GROUPED).fetchall()) for _ in range(2)]
    reference = median(grouped)
    told = "reference: one GROUP BY of the same trades, on as many cores as it likes"
    for name, took, note in (
        ("from nothing, one worker", one, f"every day written; {told}"),
        ("from nothing, two workers", two, "the same, the accounts shared out"),
        ("in step already", again, "nothing to write"),
    ):
        yield judged(f"P11 days {name}, {size}", median(took), reference, most=4.0, runs=3, note=note)
    for turn in range(2):
        kept.append(_took(place, lambda some, turn=turn: _keep(some, turn), [accounts]))  # type: ignore[misc]
        grouped.append(timed(lambda: admin.execute(GROUPED).fetchall()))
    note = "one worker; all 449 KPIs with the four resampled ones; the night is this and the days"
    night = min(kept) + median(again)
    yield judged(f"P11 KPI snapshots, {size}", night, median(grouped), most=4.0, runs=2, note=note)
    with working_in(place), acting_as(USER):
        sums = DailySnapshot.objects.aggregate(s=Sum("net_pnl"))["s"], Trade.objects.aggregate(s=Sum("pnl"))["s"]
    difference = float(abs(sums[0] - sums[1]))
    yield judged(
        "days less trades, all accounts", difference, None, most=0.0, unit="USD", note=f"{sums[0]} = {sums[1]}"
    )


def _keep(accounts: list[TradingAccount], turn: int) -> None:
    for account in accounts:
        services.keep_days(account, [date(2025, 10, 1 + turn)])


def _took(place: Place, work: Callable[[list[TradingAccount]], object], shares: list[list[TradingAccount]]) -> float:
    """Seconds until each worker, one for each share, has done its work."""

    def done(share: list[TradingAccount]) -> None:
        with working_in(place), acting_as(USER):
            work(share)

    with ThreadPoolExecutor(len(shares)) as workers:
        return timed(lambda: list(workers.map(done, shares)))


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
