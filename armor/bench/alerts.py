"""I measure how long it takes from a breach to the message in the socket (P9)."""

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import psycopg

from aetheris import live
from aetheris.benching import Result, benches, judged
from armor.bench import losing
from armor.bench.house import PEOPLE, House, account_of, at_share, house, user_of

ALONE, A_SECOND, SECONDS = 300, 100, 20
BREACH = """
    INSERT INTO armor_breaches (user_id, account_id, number, breach_type, breach_level, breach_value, breach_limit,
                                trading_day, evidence)
    VALUES (%s, %s, %s, 'max_daily_loss', 1, 800, 1000, %s, '{"limit": {"levels": ["0.75", "0.9", "1"]}}')
"""
FIRST_DAY = date(2026, 1, 1)


@benches.named("alerts")
def alerts() -> Iterator[Result]:
    with house() as at:
        yield from asyncio.run(_one_socket(at))
        yield from asyncio.run(_many_sockets(at))
        yield from asyncio.run(losing.trades(at))


def write(admin: psycopg.Connection[Any], number: int, nth: int) -> None:
    """A breach, committed; the database rings."""
    admin.execute(BREACH, [user_of(number), account_of(number), nth, FIRST_DAY + timedelta(days=nth)])


# P9 -----------------------------------------------------------------------------------------------------


async def _one_socket(at: House) -> list[Result]:
    """From just before the INSERT that commits: in the socket, and at a bare LISTEN that hears the same note."""
    ours, theirs = [], []
    async with (
        await psycopg.AsyncConnection.connect(at.place.url("app"), autocommit=True) as ear,
        await at.socket(1) as line,
    ):
        await ear.execute(f"LISTEN {live.CHANNEL}")
        await asyncio.sleep(1)
        for nth in range(1, ALONE + 1):
            began = time.perf_counter()
            rung, told, _ = await asyncio.gather(_heard(ear), _told(line), asyncio.to_thread(write, at.admin, 1, nth))
            theirs.append(rung - began)
            ours.append(told - began)
    p99, p50 = (at_share(ours, 0.99), at_share(theirs, 0.99)), (at_share(ours, 0.5), at_share(theirs, 0.5))
    note = "from before the INSERT"
    return [
        judged("breach to 1 socket, p99", p99[0], None, most=25, unit="ms", runs=ALONE, note=note),
        judged("the same, against a bare LISTEN, p99", *p99, unit="ms", runs=ALONE),
        judged("the same, against a bare LISTEN, p50", *p50, unit="ms", runs=ALONE),
    ]


async def _heard(ear: psycopg.AsyncConnection[Any]) -> float:
    async for note in ear.notifies(timeout=10):
        if note.payload.startswith("breach"):
            return time.perf_counter()
    raise TimeoutError("no note was heard")


async def _told(line: Any) -> float:
    while True:
        if json.loads(await line.recv())["type"] == "ARMOR_BREACH":
            return time.perf_counter()


async def _many_sockets(at: House) -> list[Result]:
    """A thousand people, one socket each; a hundred alerts a second, each to the next person."""
    lines = [await at.socket(number) for number in range(1, PEOPLE + 1)]
    written: dict[int, float] = {}
    took: list[float] = []
    counts = [0, 0]

    async def read(place: int, line: Any) -> None:
        async for text in line:
            if json.loads(text)["type"] == "ARMOR_BREACH":
                took.append(time.perf_counter() - written[place])
                counts[1] += 1

    readers = [asyncio.create_task(read(place, line)) for place, line in enumerate(lines)]
    await asyncio.sleep(2)
    total, used = A_SECOND * SECONDS, at.processor_seconds("server")

    def pour() -> None:
        began = time.perf_counter()
        for n in range(total):
            time.sleep(max(0.0, began + n / A_SECOND - time.perf_counter()))
            place = n % PEOPLE
            written[place] = time.perf_counter()
            write(at.admin, place + 1, ALONE + 1 + n // PEOPLE)
            counts[0] += 1

    await asyncio.to_thread(pour)
    deadline = time.monotonic() + 20
    while counts[1] < total and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.1)
    spent = at.processor_seconds("server")
    for task in readers:
        task.cancel()
    await asyncio.gather(*(line.close() for line in lines), return_exceptions=True)
    note = f"{counts[1]} of {counts[0]} heard"
    name = f"breach to one of {PEOPLE:,} sockets, {A_SECOND} a second"
    return [
        judged(f"{name}, p99", at_share(took, 0.99), None, most=250, unit="ms", runs=len(took), note=note),
        judged(f"{name}, p50", at_share(took, 0.5), None, unit="ms", runs=len(took)),
        *_processor(used, spent, counts[1]),
    ]


def _processor(before: float | None, after: float | None, heard: int) -> list[Result]:
    """What an alert costs the server, whoever else is at work on the machine."""
    if before is None or after is None or not heard:
        return []
    each = 1000 * (after - before) / heard
    return [judged("the server's processor time for each of them", each, None, most=5, unit="ms", runs=heard)]
