"""I measure the KPI engine beside the libraries people use (P1, P2, P3)."""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median
from time import perf_counter
from typing import Any

import numpy as np

from aetheris.benching import RUNS, Result, benches, judged, timed
from analytics.bench import peers
from analytics.bench.load import DEPOSIT, columns, fresh, whole
from analytics.grouped import grouped
from analytics.report import report, scalar_keys

ACCOUNTS, SHOWN, PER_ACCOUNT = 1_000, 20, 1_000
SIZES = (100, 1_000, 10_000, 100_000, 1_000_000)


@benches.named("kpis")
def kpis() -> Iterator[Result]:
    keys = scalar_keys()
    for name, n, least in (("P1", 1_000, 80.0), ("P2", 100_000, 10.0)):
        yield _beside_quantstats(f"{name} {len(keys)} KPIs of {n:,} trades", n, keys, least)
    yield from _million(keys)
    yield from _many()
    yield from _two_workers()
    for n in SIZES:
        own = whole(n)
        took = [timed(lambda own=own: report(fresh(own), keys)) for _ in range(RUNS)]  # type: ignore[misc]
        yield judged(f"cost of {n:,} trades", median(took) * 1000, None, unit="ms", note="for the plot")


def _beside_quantstats(name: str, n: int, keys: list[str], least: float) -> Result:
    """Ours a few times each turn, as short a thing as it is: one slice of the scheduler's would drown it."""
    own = whole(n)
    theirs, turns = peers.quantstats(fresh(own)), max(1, 20_000 // n)
    report(fresh(own), keys), theirs()
    ours, reference = [], []
    for _ in range(RUNS):
        ours.append(timed(lambda: [report(fresh(own), keys) for _ in range(turns)]) / turns)
        reference.append(timed(theirs))
    note = f"{turns} reports each turn; reference: quantstats full metrics, 75 rows, of a daily series that is ready"
    return judged(name, median(ours), median(reference), least=least, note=note)


def _million(keys: list[str]) -> Iterator[Result]:
    own, small = whole(1_000_000), whole(100_000)
    ours, less = [], []
    for _ in range(RUNS):
        ours.append(timed(lambda: report(fresh(own), keys)))
        less.append(timed(lambda: report(fresh(small), keys)))
    growth = f"10 × the trades, n log n would be {10 * np.log(1e6) / np.log(1e5):.0f} ×"
    yield judged("P2 growth from 100,000 to 1,000,000 trades", median(ours), median(less), most=12.0, note=growth)
    theirs = peers.pyfolio(fresh(own), RUNS)
    if theirs is not None:
        note = f"reference: pyfolio's round-trip statistics, some 26 KPIs; ours {len(keys)}"
        yield judged("P2 all KPIs of 1,000,000 trades", median(ours), median(theirs), least=1.5, note=note)
        few = [key for key in keys if key in PYFOLIOS]
        few_took = median(timed(lambda: report(fresh(own), few)) for _ in range(RUNS))
        note = f"reference: pyfolio; ours the {len(few)} KPIs it answers too"
        yield judged("P2 pyfolio's KPIs of 1,000,000 trades", few_took, median(theirs), least=1.5, note=note)
    else:
        note = "reference: quantstats, since BENCH_PYFOLIO names no Python with pyfolio"
        took = median(timed(peers.quantstats(fresh(own))) for _ in range(RUNS))
        yield judged("P2 all KPIs of 1,000,000 trades", median(ours), took, least=1.5, note=note)


PYFOLIOS = {
    "total_trades", "winning_trades", "losing_trades", "breakeven_trades", "win_rate", "win_rate_long",
    "win_rate_short", "net_profit", "net_profit_long", "net_profit_short", "gross_profit", "gross_loss",
    "profit_factor", "profit_factor_long", "profit_factor_short", "expectancy", "expectancy_long", "expectancy_short",
    "average_win", "average_loss", "payoff_ratio", "largest_win", "largest_loss", "avg_trade_return_on_notional",
    "median_trade_return_on_notional", "best_trade_pct", "worst_trade_pct", "avg_holding_time", "median_holding_time",
    "min_holding_time", "max_holding_time",
}  # fmt: skip


def stacked(accounts: int, seed: int = 0) -> tuple[dict[str, Any], np.ndarray, list[float]]:
    made = [columns(PER_ACCOUNT, seed + place) for place in range(accounts)]
    joined = {
        name: np.concatenate([one[name] for one in made]) for name in made[0] if name not in ("symbol", "emotions")
    }
    return joined, np.repeat(np.arange(accounts), PER_ACCOUNT), [float(DEPOSIT)] * accounts


def _many() -> Iterator[Result]:
    load = stacked(ACCOUNTS)
    answered = len(grouped(*load))
    theirs = [peers.quantstats(fresh(whole(PER_ACCOUNT, place))) for place in range(SHOWN)]
    ours, reference = [], []
    for _ in range(RUNS):
        ours.append(timed(lambda: grouped(*load)))
        reference.append(sum(timed(one) for one in theirs) * ACCOUNTS / SHOWN)
    note = f"{answered} KPIs in grouped form; reference: quantstats on {SHOWN} accounts, scaled"
    yield judged(f"P3 {ACCOUNTS:,} accounts × {PER_ACCOUNT:,}", median(ours), median(reference), least=200.0, note=note)
    keys, own = scalar_keys(), [whole(PER_ACCOUNT, place) for place in range(SHOWN)]
    singly = median(timed(lambda: [report(fresh(one), keys) for one in own]) * ACCOUNTS / SHOWN for _ in range(RUNS))
    note = f"all {len(keys)} KPIs with reasons, account by account, on {SHOWN} of them, scaled; same reference"
    yield judged("P3 one account after the other", singly, median(reference), least=200.0, note=note)


def _turn(accounts: int) -> float:
    load = stacked(accounts)
    grouped(*load)
    began = perf_counter()
    for _ in range(8):
        grouped(*load)
    return perf_counter() - began


def _two_workers() -> Iterator[Result]:
    """Each worker answers its half; what they need to start is left out on both sides."""
    alone, together = [], []
    with ProcessPoolExecutor(2, mp_context=get_context("fork")) as pool:
        for _ in range(3):
            alone.append(pool.submit(_turn, ACCOUNTS).result())
            halves = [pool.submit(_turn, ACCOUNTS // 2) for _ in range(2)]
            together.append(max(half.result() for half in halves))
    note = "grouped form; needs two idle cores"
    yield judged("P3 two workers beside one", median(together), median(alone), least=1.8, runs=3, note=note)
