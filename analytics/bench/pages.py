"""I measure a trader's pages with 100,000 trades, in a table of a million, against the same pages with 100 (P12)."""

import os
import re
from collections.abc import Callable, Iterator
from gzip import compress
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import TradingAccount, User
from aetheris.bench.database import place_to_measure
from aetheris.benching import Result, benches, judged, side_by_side
from aetheris.db.tenancy import acting_as
from analytics import snapshots
from armor.bench.house import at_work_in

TRADES = int(os.environ.get("BENCH_PAGES_TRADES", "1000000"))
USERS, FEW = 1_000, 100
MANY = TRADES // 10
RUNS = 7
PAGES = {"dashboard": "/", "journal": "/journal/", "analytics": "/analytics/"}
PART = re.compile(r'(?:href|src)="/static/([^"#?]+\.(?:css|js|svg|woff2))')
TAKEN = re.compile(r'(?:from|import)\s*\(?"\./([\w.-]+\.js)"')
LARGE, SMALL = (UUID(f"00000000-0000-7000-8000-{number:012d}") for number in (1, 2))

# The first has a tenth of all trades, the second a hundred, the others share the rest.
FILL = f"""
SET session_replication_role = replica;
INSERT INTO users (id, email, password, status)
    SELECT ('00000000-0000-7000-8000-' || lpad(u::text, 12, '0'))::uuid, 'u' || u || '@example.com', 'x', 'ACTIVE'
    FROM generate_series(1, {USERS}) u;
INSERT INTO accounts (id, user_id, account_name, starting_balance, risk_limit)
    SELECT overlay(id::text PLACING '9' FROM 23 FOR 1)::uuid, id, 'Main', 100000, 1000 FROM users;
INSERT INTO armor_breach_counters (user_id, last_number, announced_number) SELECT id, 0, 0 FROM users;
INSERT INTO armor_due (account_id, user_id) SELECT id, user_id FROM accounts; -- as judging leaves them
INSERT INTO trades (account_id, user_id, broker, broker_trade_id, symbol, side, quantity, entry_price, exit_price,
                    entry_time, exit_time, pnl, gross_pnl, commissions, swap)
    SELECT a.id, a.user_id, 'mt5', n::text, (array['EURUSD', 'US500', 'XAUUSD', 'BTCUSD'])[n % 4 + 1],
           CASE WHEN n % 2 = 0 THEN 'long' ELSE 'short' END, 1, 100, 101, t, t + interval '25 minutes',
           n % 23 - 11, n % 23 - 11, 0, 0
    FROM (SELECT *, row_number() OVER (ORDER BY user_id) AS place FROM accounts) a,
         LATERAL generate_series(1, CASE place WHEN 1 THEN {MANY} WHEN 2 THEN {FEW}
                                    ELSE {(TRADES - MANY) // USERS} END) n,
         LATERAL (SELECT now() - n * interval '1 year' / (CASE place WHEN 1 THEN {MANY} ELSE {FEW} END) AS t) at;
RESET session_replication_role;
"""


@benches.named("pages")
def pages() -> Iterator[Result]:
    with place_to_measure("pages") as place:
        with psycopg.connect(place.admin_url, autocommit=True) as admin:
            admin.execute(FILL)
            admin.execute("VACUUM ANALYZE")
        with at_work_in(place):
            # As the server: the tenant lives in a request's transaction, and without it every page is empty.
            connection.settings_dict["ATOMIC_REQUESTS"] = True
            yield from _compared(_reader(LARGE), _reader(SMALL))


def _reader(id: UUID) -> Client:
    """Signed in, with their days built as the worker builds them."""
    browser = Client(SERVER_NAME="localhost")
    with acting_as(id):
        for account in TradingAccount.objects.all():
            snapshots.rebuild(account)
        browser.force_login(User.objects.get(pk=id), backend="accounts.signin.EmailBackend")
    return browser


def _compared(large: Client, small: Client) -> Iterator[Result]:
    for name, path in PAGES.items():
        yield side_by_side(f"{name}, {MANY:,} trades of {TRADES:,} against {FEW}", _asking(large, path),
                           _asking(small, path), most=2, runs=RUNS)  # fmt: skip
        more = float(_queries(large, path) - _queries(small, path))
        yield judged(f"{name}, queries more with many trades", more, None, most=0, runs=1, unit="queries")
        yield judged(f"{name}, first load", _weight(large, path) / 1024, None, most=100, runs=1, unit="KB gzipped")


def _asking(browser: Client, path: str) -> Callable[[], Any]:
    def ask() -> None:
        answer = browser.get(path)
        assert answer.status_code == 200, (path, answer.status_code)
        assert b"No trades yet" not in answer.content, f"{path} shows no trades"

    return ask


def _queries(browser: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        browser.get(path)
    return len(asked)


def _weight(browser: Client, path: str) -> int:
    """The page and every file it names, each gzipped as it is sent."""
    page = browser.get(path).content
    parts = _named(set(PART.findall(page.decode())))
    return len(compress(page)) + sum(len(compress(part)) for part in parts.values())


def _named(wanted: set[str]) -> dict[str, bytes]:
    """The files by name, and those that a script takes in."""
    parts: dict[str, bytes] = {}
    while wanted:
        name = wanted.pop()
        if name not in parts and isinstance(found := finders.find(name), str):
            parts[name] = Path(found).read_bytes()
            if name.endswith(".js"):
                wanted |= {f"{name.rpartition('/')[0]}/{one}" for one in TAKEN.findall(parts[name].decode())}
    return parts
