"""I measure fifty programs at the API against the same server's barest view (P14)."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import cycle

from aetheris.benching import Result, benches, judged
from armor.bench.house import House, account_of, at_share, house

CLIENTS, TURNS = 50, 5
SECONDS = float(os.environ.get("BENCH_API_SECONDS", "60"))  # for each side
MIXED = ("/api/v1/trades?limit=20", "/api/v1/accounts", "/api/v1/auth/me", "/api/v1/alerts",
         "/api/v1/accounts/{id}/risk")  # fmt: skip
BARE = ("/healthz",)
Served = list[tuple[int, float]]


@benches.named("api")
def api() -> Iterator[Result]:
    """Both sides in turn, on one server, by the same clients."""
    with house() as at:
        tokens = [at.token(number) for number in range(1, CLIENTS + 1)]
        sides: dict[tuple[str, ...], Served] = {MIXED: [], BARE: []}
        for _ in range(TURNS):
            for paths, served in sides.items():
                served += _turn(at, tokens, paths, SECONDS / TURNS)
    yield from _told(sides[MIXED], sides[BARE])


def _told(mixed: Served, bare: Served) -> Iterator[Result]:
    took = [seconds for _, seconds in mixed]
    ours, reference = SECONDS / len(mixed), SECONDS / len(bare)
    yield judged("seconds a request, mixed API against a bare view", ours, reference, most=2, runs=TURNS,
                 note=f"{len(mixed) / SECONDS:.0f}/s against {len(bare) / SECONDS:.0f}/s")  # fmt: skip
    broken = sum(status >= 500 for status, _ in mixed)
    yield judged("answers 5xx", float(broken), None, most=0, runs=len(mixed), unit="answers")
    other = sum(status not in (200, 500) for status, _ in mixed)
    yield judged("answers other than 200", float(other), None, most=0, runs=len(mixed), unit="answers")
    p50, p99 = at_share(took, 0.5), at_share(took, 0.99)
    yield judged("p99 against p50", p99 / 1000, p50 / 1000, most=10, runs=len(mixed))


def _turn(at: House, tokens: list[str], paths: tuple[str, ...], seconds: float) -> Served:
    until = time.monotonic() + seconds

    def asked(number: int) -> Served:
        return _client(at, number, tokens[number], paths, until)

    with ThreadPoolExecutor(CLIENTS) as pool:
        return [one for served in pool.map(asked, range(CLIENTS)) for one in served]


def _client(at: House, number: int, token: str, paths: tuple[str, ...], until: float) -> Served:
    """One program that asks again as soon as it is answered."""
    line = HTTPConnection("127.0.0.1", at.port, timeout=60)
    served: Served = []
    told = {"Authorization": f"Bearer {token}"} if paths is MIXED else {}
    for path in cycle(paths[number % len(paths) :] + paths[: number % len(paths)]):
        if time.monotonic() >= until:
            break
        began = time.monotonic()
        line.request("GET", path.replace("{id}", str(account_of(number + 1))), headers=told)
        answer = line.getresponse()
        answer.read()
        served.append((answer.status, time.monotonic() - began))
    line.close()
    return served
