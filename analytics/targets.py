"""I hold the dashboard's ten figures and their benchmarks: a house default until a trader sets their own."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Target:
    """`at` in the KPI's own unit; "least" is met at or above it, "most" at or below. `word` introduces it."""

    key: str
    icon: str
    name: str
    at: float
    kind: Literal["least", "most"]
    word: str = "Target"


# House defaults for an active day trader; no outside source. A trader's own replace them on the page of all KPIs.
TARGETS = (
    Target("win_rate", "winrate", "Win rate", 0.45, "least"),
    Target("profit_factor", "profit-factor", "Profit factor", 1.30, "least"),
    Target("expectancy", "expectancy", "Expectancy", 50, "least"),
    Target("max_drawdown", "drawdown", "Drawdown", 0.04, "most", "Limit"),
    Target("sharpe_ratio", "sharpe", "Sharpe", 1.50, "least"),
    Target("total_trades", "trades", "Trades", 110, "most", "Plan max"),
    Target("expectancy_r", "r-multiple", "R-multiple", 0.15, "least"),
    Target("avg_holding_time", "duration", "Duration", 30 * 60_000, "most", "Plan"),
    Target("net_profit", "pnl", "P/L", 5000, "least"),
    Target("edge_ratio", "mfe-mae", "MFE ÷ MAE", 1.50, "least"),
)
LEAST_TRADES = {"profit_factor": 20, "sharpe_ratio": 20, "edge_ratio": 20}
