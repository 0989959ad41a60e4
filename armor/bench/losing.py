"""I measure how long it takes from a losing trade to its level 3 in the socket, also during a large import (P10)."""

import asyncio
import json
import threading
import time
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from aetheris.benching import Result, judged
from armor.bench.house import House, account_of, at_share

LOSSES, PATIENCE = 100, 60
NAME = "POST of a losing trade to level 3"
# Alerts written by hand before did not count themselves, and a number that was told is not told again.
COUNT_ON = """
    UPDATE armor_breach_counters c
       SET last_number = (SELECT max(number) FROM armor_breaches b WHERE b.user_id = c.user_id)
     WHERE EXISTS (SELECT FROM armor_breaches b WHERE b.user_id = c.user_id)
"""


async def trades(at: House) -> list[Result]:
    at.admin.execute(COUNT_ON)
    quiet = await _losses(at, range(101, 101 + LOSSES))
    mark = threading.Event()
    importing = threading.Thread(target=_import, args=(at, mark), daemon=True)
    importing.start()
    await asyncio.to_thread(mark.wait, 60)
    busy = await _losses(at, range(301, 301 + LOSSES // 2))
    went_on = "the import was still at work" if importing.is_alive() or _at_work(at) else "the import was over before"
    importing.join(120)
    return [
        judged(f"{NAME}, p99", at_share(quiet, 0.99), None, most=500, unit="ms", runs=len(quiet)),
        judged(f"{NAME}, p50", at_share(quiet, 0.5), None, unit="ms", runs=len(quiet)),
        judged("the same during an import of 100,000 rows, most", max(busy) * 1000, None, most=2000, unit="ms",
               runs=len(busy), note=went_on),
    ]  # fmt: skip


async def _losses(at: House, people: range) -> list[float]:
    took = []
    for number in people:
        token = await asyncio.to_thread(at.token, number)
        async with await at.socket(number) as line:
            began = time.perf_counter()
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(asyncio.to_thread(_lose, at, number, token), _level_3(line))
            took.append(time.perf_counter() - began)
    return took


async def _level_3(line: Any) -> None:
    while True:
        told = json.loads(await line.recv())
        if told["type"] == "ARMOR_BREACH" and told["level"] == 3:
            return


def _lose(at: House, number: int, token: str) -> None:
    now = datetime.now(UTC)
    body = {
        "account": str(account_of(number)), "symbol": "ES", "side": "long", "quantity": "1", "entry_price": "1",
        "exit_price": "1", "pnl": "-1100", "entry_time": (now - timedelta(minutes=1)).isoformat(),
        "exit_time": now.isoformat(),
    }  # fmt: skip
    _send(at, "trades", json.dumps(body).encode(), token, "application/json")


def _import(at: House, began: threading.Event) -> None:
    """100,000 rows of the last year as one file of the first person's, who is somebody else than those who lose."""
    start, mark = datetime(2026, 1, 1, tzinfo=UTC), uuid4().hex
    lines = (
        f"{n},EURUSD,long,1,1.1,1.2,{(start + timedelta(minutes=4 * n)).isoformat()},"
        f"{(start + timedelta(minutes=4 * n + 3)).isoformat()},{n % 9 - 4}\n"
        for n in range(100_000)
    )
    head = "id,symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl\n"
    body = (
        f'--{mark}\r\nContent-Disposition: form-data; name="account"\r\n\r\n{account_of(999)}\r\n--{mark}\r\n'
        f'Content-Disposition: form-data; name="file"; filename="big.csv"\r\n\r\n{head}{"".join(lines)}\r\n'
        f"--{mark}--\r\n"
    ).encode()
    token = at.token(999)
    began.set()
    _send(at, "trades/import", body, token, f"multipart/form-data; boundary={mark}")


def _at_work(at: House) -> bool:
    row = at.admin.execute("SELECT EXISTS (SELECT FROM imports WHERE state IN ('waiting', 'running'))").fetchone()
    return bool(row and row[0])


def _send(at: House, path: str, body: bytes, token: str, kind: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
    request = urllib.request.Request(f"http://127.0.0.1:{at.port}/api/v1/{path}", body, headers)
    with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
        answer.read()
