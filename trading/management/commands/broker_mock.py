"""I am a broker that exists only on this machine: I trade a futures account every few seconds and answer over HTTP."""

import json
import math
import random
import threading
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.management.base import BaseCommand

TICK, TICK_VALUE, COMMISSION = 0.25, 0.50, 1.24
SETUPS = ("Opening drive", "VWAP reclaim", "Range fade", "Breakout")


class Command(BaseCommand):
    help = "A mock broker that trades by itself: GET /trades?since=CURSOR and GET /standing."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8900)
        parser.add_argument("--rate", type=float, default=0.25, help="trades a second")
        parser.add_argument("--seed", type=int, default=None)

    def handle(self, *args: Any, **options: Any) -> None:
        book = Book(random.Random(options["seed"]))  # noqa: S311
        threading.Thread(target=book.trade_on, args=(options["rate"],), daemon=True).start()
        handler = type("Handler", (Handler,), {"book": book})
        ThreadingHTTPServer(("127.0.0.1", options["port"]), handler).serve_forever()


class Book:
    """The trades made so far. A bad morning first, so that a guard has something to do; then it calms down."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.run = f"{datetime.now(UTC):%y%m%d%H%M%S}"
        self.price = 20_150.0
        self.trades: list[dict[str, Any]] = []
        self.flat_until = 0.0

    def trade_on(self, rate: float) -> None:
        for trade in self._made():
            self.trades.append(trade)
            time.sleep(self.chance.uniform(0.6, 1.4) / rate)

    def _made(self) -> Iterator[dict[str, Any]]:
        number = 0
        while True:
            number += 1
            yield self._trade(number, drift=-19.0 if number <= 75 else 0.0)

    def _trade(self, number: int, drift: float) -> dict[str, Any]:
        result = round((drift + self.chance.gauss(0, 26)) / TICK_VALUE) * TICK_VALUE
        side = self.chance.choice(("long", "short"))
        entry = self.price = round((self.price + self.chance.gauss(0, 9)) / TICK) * TICK
        moved = result / TICK_VALUE * TICK / 2
        closed = datetime.now(UTC)
        held = timedelta(seconds=self.chance.uniform(20, 400))
        return {
            "id": f"{self.run}-{number}", "symbol": "MNQZ6", "side": side, "quantity": "2",
            "setup": self.chance.choice(SETUPS),
            "entry_price": f"{entry:.2f}", "exit_price": f"{entry + (moved if side == 'long' else -moved):.2f}",
            "stop_loss": f"{entry - (15 if side == 'long' else -15):.2f}",
            "entry_time": (closed - held).isoformat(), "exit_time": closed.isoformat(),
            "gross_pnl": f"{result:.2f}", "commissions": f"{COMMISSION:.2f}", "pnl": f"{result - COMMISSION:.2f}",
            "mfe": f"{max(result, 0) + abs(self.chance.gauss(0, 12)):.2f}",
            "mae": f"{max(-result, 0) + abs(self.chance.gauss(0, 10)):.2f}", "initial_risk": "60.00",
        }  # fmt: skip

    def since(self, cursor: str) -> dict[str, Any]:
        """A cursor of an earlier run starts this run from its beginning."""
        run, _, number = cursor.partition("-")
        start = int(number) if run == self.run and number.isdigit() else 0
        new = self.trades[start:]
        return {"trades": new, "cursor": f"{self.run}-{start + len(new)}"}

    def standing(self) -> dict[str, Any]:
        """One position that swings with the clock, so that live equity has something to show. What the account had
        before this run is not known here, so no balance is told."""
        swing = round(math.sin(time.time() / 30) * 120) * Decimal(str(TICK_VALUE))
        if time.time() < self.flat_until:
            return {"read_at": datetime.now(UTC).isoformat(), "positions": []}
        mark = Decimal(str(self.price)) + swing / 4
        return {
            "read_at": datetime.now(UTC).isoformat(),
            "positions": [{
                "symbol": "MNQZ6", "side": "long", "quantity": "2", "entry_price": f"{self.price:.2f}",
                "mark_price": f"{mark:.2f}", "open_profit": f"{swing:.2f}",
            }],
        }  # fmt: skip

    def flatten(self) -> dict[str, Any]:
        """Close what is open, and open nothing for a minute."""
        closed = len(self.standing()["positions"])
        self.flat_until = time.time() + 60
        return {"closed": closed}


class Handler(BaseHTTPRequestHandler):
    book: Book

    def do_POST(self) -> None:
        if self.path != "/flatten":
            self.send_error(404)
            return
        self._answer(self.book.flatten())

    def do_GET(self) -> None:
        asked = urlsplit(self.path)
        if asked.path not in {"/trades", "/standing"}:
            self.send_error(404)
            return
        since = parse_qs(asked.query).get("since", [""])[0]
        told = self.book.since(since) if asked.path == "/trades" else self.book.standing()
        self._answer(told)

    def _answer(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""
