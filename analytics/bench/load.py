"""I make accounts to measure with: a few trades a day for small ones, five years of scalping for large ones."""

from decimal import Decimal
from typing import Any

import numpy as np

from analytics.sample import Sample
from analytics.sample.columns import Columns

DEPOSIT = 1_000_000
DAY = 86_400_000_000
START = 1_700_000_000_000_000


def columns(n: int, seed: int = 1) -> dict[str, Any]:
    """Closed trades with everything recorded, one in four seconds of them overlapping another."""
    dice = np.random.default_rng(seed)
    days = min(n / 4, 5 * 365)
    entered = np.sort(dice.integers(0, int(days * DAY), n)) + START
    held = dice.exponential(min(7_200e6, 0.5 * days * DAY / n), n).astype(np.int64) + 1
    price = np.round(dice.uniform(50, 150, n), 2)
    return {
        "pnl": np.round(dice.normal(5, 100, n), 2), "quantity": dice.integers(1, 9, n).astype(float),
        "entry_price": price, "exit_price": price + 1, "side": dice.choice([1, -1], n),
        "symbol": dice.choice(["EURUSD", "XAUUSD", "US30", "NAS100"], n).tolist(), "entered": entered,
        "exited": entered + held, "commissions": np.full(n, 2.0), "slippage": np.round(dice.normal(0, 1, n), 2),
        "mfe": np.abs(np.round(dice.normal(80, 40, n), 2)), "mae": np.abs(np.round(dice.normal(60, 40, n), 2)),
        "initial_risk": np.full(n, 100.0), "emotions": [("calm",)] * n,
    }  # fmt: skip


def fresh(columns: Columns) -> Sample:
    """A sample that remembers nothing of an earlier turn."""
    for name in ("entered_sorted", "closed"):
        columns.__dict__.pop(name, None)
    return Sample(columns, Decimal(DEPOSIT))


def whole(n: int, seed: int = 1) -> Columns:
    return Sample.from_columns(columns(n, seed), starting_balance=Decimal(DEPOSIT)).columns
