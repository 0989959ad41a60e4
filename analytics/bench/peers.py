"""I am the libraries we are measured against; quantstats is a dev dependency, pyfolio lives in a Python of its own."""

import importlib.util
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from analytics.bench.load import DEPOSIT
from analytics.sample import Sample

PYFOLIO = """
import sys, time, warnings
warnings.filterwarnings("ignore")
import numpy as np, pandas as pd
from pyfolio import round_trips
told = np.load(sys.argv[1])
trips = pd.DataFrame({"pnl": told["pnl"], "long": told["side"] > 0, "rt_returns": told["returns"],
                      "returns": told["returns"], "symbol": told["symbol"],
                      "duration": pd.to_timedelta(told["held"], unit="us")})
round_trips.gen_round_trip_stats(trips)
for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    round_trips.gen_round_trip_stats(trips)
    print(time.perf_counter() - began)
"""


class PeerMissing(ImportError):
    """quantstats is not installed."""


def quantstats(sample: Sample) -> Callable[[], object]:
    """Its full metrics (75 rows) of the same account, from a daily series that is ready."""
    if importlib.util.find_spec("quantstats") is None:
        raise PeerMissing("quantstats is a dev dependency: run `uv sync` first.")
    pandas: Any = importlib.import_module("pandas")
    reports: Any = importlib.import_module("quantstats.reports")
    days = pandas.DatetimeIndex(sample.daily.days.astype("datetime64[D]").astype("datetime64[ns]"))
    returns = pandas.Series(sample.daily.returns, index=days)
    return lambda: reports.metrics(returns, mode="full", display=False)


def pyfolio(sample: Sample, runs: int) -> list[float] | None:
    """Seconds of its round-trip statistics in the Python named by BENCH_PYFOLIO; None when there is none."""
    python = os.environ.get("BENCH_PYFOLIO")
    if not python:
        return None
    columns = sample.columns
    with TemporaryDirectory() as folder:
        file = Path(folder) / "trips.npz"
        np.savez(file, pnl=columns.pnl, side=columns.side, symbol=columns.symbol, returns=columns.pnl / DEPOSIT,
                 held=columns.exited - columns.entered)  # fmt: skip
        command = [python, "-c", PYFOLIO, str(file), str(runs)]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return [float(line) for line in said.split()]
