"""I load a million trades in many time zones and show that the days add up to them, to the last decimal."""

from collections.abc import Iterator
from decimal import Decimal

import psycopg
from django.db import connection

from accounts.models import TradingAccount
from aetheris.bench.database import place_to_measure
from aetheris.benching import Result, benches, judged, timed
from aetheris.db.tenancy import acting_as
from analytics import snapshots
from analytics.bench.snapshots import USER, working_in

ACCOUNTS, TRADES = 400, 2_500
CLOCKS = (
    ("UTC", "00:00"), ("America/New_York", "17:00"), ("America/Chicago", "17:00"), ("Europe/Prague", "00:00"),
    ("Asia/Kathmandu", "00:00"), ("Pacific/Auckland", "00:00"), ("Pacific/Honolulu", "06:30"), ("Asia/Tokyo", "07:00"),
)  # fmt: skip
# Eight decimals, every clock change of a year and a half, one trade in forty deleted, one still open.
FILL = f"""
SET session_replication_role = replica;
INSERT INTO users (id, email, password, status) VALUES ('{USER}', 'bench@example.com', 'x', 'ACTIVE');
INSERT INTO accounts (user_id, account_name, starting_balance, day_timezone, day_starts_at)
    SELECT '{USER}', 'account ' || a, 100000,
           (array[{", ".join(f"'{zone}'" for zone, _ in CLOCKS)}])[a % {len(CLOCKS)} + 1],
           (array[{", ".join(f"time '{start}'" for _, start in CLOCKS)}])[a % {len(CLOCKS)} + 1]
    FROM generate_series(1, {ACCOUNTS}) a;
INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, exit_price,
                    entry_time, exit_time, pnl, gross_pnl, commissions, swap, deleted_at)
    SELECT a.id, a.user_id, 'mt5', n::text, 'EURUSD', 'long', 1, 100, CASE WHEN n % 40 <> 1 THEN 101 END, t,
           CASE WHEN n % 40 <> 1 THEN t + interval '25 minutes' END, r, r + 0.02, 0.02, 0,
           CASE WHEN n % 40 = 2 THEN t END
    FROM generate_series(1, {TRADES}) n, accounts a,
         LATERAL (SELECT timestamptz '2025-01-01 00:00Z' + n * interval '5 hours 1 minute' AS t,
                         ((hashtextextended(a.id::text, n) % 20000000001) / 100000000::numeric)::numeric(20, 8) AS r
         ) made;
ANALYZE trades;
"""
DIFFERING = """
    SELECT count(*), count(*) FILTER (WHERE booked <> traded), coalesce(sum(abs(booked - traded)), 0), sum(traded)
    FROM (SELECT account_id, sum(net_pnl) AS booked FROM daily_snapshots GROUP BY 1) days
    FULL JOIN (SELECT account_id, sum(pnl) AS traded FROM trades
               WHERE deleted_at IS NULL AND exit_time IS NOT NULL GROUP BY 1) made USING (account_id)
"""


@benches.named("snapshots-load")
def load() -> Iterator[Result]:
    with place_to_measure("load") as place:
        with psycopg.connect(place.admin_url, autocommit=True) as admin:
            admin.execute(FILL)
        with working_in(place), acting_as(USER):
            yield from _added_up(list(TradingAccount.objects.all()))


def _added_up(accounts: list[TradingAccount]) -> Iterator[Result]:
    took = timed(lambda: snapshots.rebuild_all(accounts))
    size = f"{len(accounts)} accounts × {TRADES:,} trades in {len(CLOCKS)} clocks"
    yield judged(f"days of {size}", took, None, runs=1)
    with connection.cursor() as cursor:
        cursor.execute(DIFFERING)
        count, differing, apart, traded = cursor.fetchone()
    note = f"{count} accounts, {differing} differ; their trades add up to {traded}"
    yield judged("days less trades, every account", float(apart), None, most=0.0, runs=1, unit="USD", note=note)
    most = max((abs(snapshots.sums(account).difference) for account in accounts), default=Decimal(0))
    yield judged("the largest difference of one account", float(most), None, most=0.0, runs=1, unit="USD")
