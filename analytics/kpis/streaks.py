"""I count wins and losses in a row."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.moments import mean
from analytics.sample import Sample

kpi = family("Streaks", "Psychology")


def lengths(runs: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    starts, ends = runs
    return ends - starts


@kpi(
    "max_consecutive_wins",
    name="Longest winning streak",
    unit="count",
    better="higher",
    edge="C",
    formula="longest run of P>0",
    source='MT5 "Maximum consecutive wins"; vbt; ft; qs',
)
def max_consecutive_wins(s: Sample) -> int:
    """Most winning trades in a row, a break-even ends it; 0 and up."""
    return int(lengths(s.streaks.winning).max(initial=0))


@kpi(
    "max_consecutive_losses",
    name="Longest losing streak",
    unit="count",
    better="lower",
    edge="C",
    formula="longest run of P<0 (a break-even ends it)",
    source='MT5 "Maximum consecutive losses"; vbt; qs',
)
def max_consecutive_losses(s: Sample) -> int:
    """Most losing trades in a row, a break-even ends it; 0 and up."""
    return int(lengths(s.streaks.losing).max(initial=0))


@kpi(
    "avg_win_streak",
    name="Average winning streak",
    unit="ratio",
    better="higher",
    edge="M",
    formula="mean length of runs of P>0",
    source='MT5 "Average consecutive wins"',
)
def avg_win_streak(s: Sample) -> float:
    """Mean length of winning streaks, 1 and up; none without a winner."""
    return mean(lengths(s.streaks.winning), "no winning trade")


@kpi(
    "avg_loss_streak",
    name="Average losing streak",
    unit="ratio",
    better="lower",
    edge="M",
    formula="mean length of runs of P<0",
    source='MT5 "Average consecutive losses"',
)
def avg_loss_streak(s: Sample) -> float:
    """Mean length of losing streaks, 1 and up; none without a loser."""
    return mean(lengths(s.streaks.losing), "no losing trade")


@kpi(
    "current_streak",
    name="Current streak",
    unit="count",
    better="higher",
    edge="C",
    formula="signed length of the run that contains trade N (0 if P_N=0)",
    source="btr TradeAnalyzer.streak.current",
)
def current_streak(s: Sample) -> int:
    """Wins (above 0) or losses (below 0) in a row up to now; 0 after a break-even."""
    return int(s.streaks.wins_so_far[-1] - s.streaks.losses_so_far[-1]) if s.n else 0


@kpi(
    "max_consecutive_profit",
    name="Most won in a streak",
    unit="cur",
    better="higher",
    edge="C",
    formula="largest Σ P inside one winning streak",
    source='MT5 "Maximal consecutive profit"',
)
def max_consecutive_profit(s: Sample) -> float:
    """Most money made in one winning streak, 0 and up."""
    starts, ends = s.streaks.winning
    return s.balance.change(starts, ends).max(initial=0.0)


@kpi(
    "loss_streaks_3plus",
    name="Losing streaks of three or more",
    unit="count",
    better="lower",
    edge="C",
    formula="number of losing runs with length >=3",
    source="house",
)
def loss_streaks_3plus(s: Sample) -> int:
    """Losing streaks of at least three trades; 0 and up."""
    return int(np.count_nonzero(lengths(s.streaks.losing) >= 3))
