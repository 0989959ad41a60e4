"""I measure what it costs to open one secret (P13)."""

from collections.abc import Iterator
from time import perf_counter

from aetheris.benching import Result, benches, judged
from aetheris.db.keyring import keyring

OPENED = 20_000


@benches.named("crypto")
def crypto() -> Iterator[Result]:
    place = "broker_connections.api_secret.row"
    sealed = keyring().seal("a broker's secret of forty characters, or so", place)
    took = []
    for _ in range(OPENED):
        began = perf_counter()
        keyring().unseal(sealed, place)
        took.append(perf_counter() - began)
    took.sort()
    yield judged("open one secret, p99", took[OPENED * 99 // 100] * 1000, None, most=0.1, unit="ms", runs=OPENED)
    yield judged("open one secret, median", took[OPENED // 2] * 1000, None, most=0.1, unit="ms", runs=OPENED)
