"""I follow the balance from trade to trade below its highest point."""

import numpy as np

from analytics.kpis import family
from analytics.sample import Sample

kpi = family("Drawdown of the balance", "Risk")


def streak_losses(s: Sample) -> np.ndarray:
    """Money lost in each losing streak."""
    starts, ends = s.streaks.losing
    return s.balance.change(ends, starts)


@kpi(
    "balance_drawdown_absolute",
    name="Drawdown below the deposit",
    unit="cur",
    better="lower",
    edge="D",
    formula="B_0 - min_i B_i",
    source='MT5 "Balance Drawdown Absolute"',
)
def balance_drawdown_absolute(s: Sample) -> float:
    """How far the balance fell below the deposit, 0 and up."""
    return s.balance.deposit_missing


@kpi(
    "max_drawdown_currency",
    name="Largest drawdown in money",
    unit="cur",
    better="lower",
    edge="D",
    formula="max_i D_i",
    source='MT5 "Balance Drawdown Maximal"; ft drawdown_abs; Lean MaximumClosedTradeDrawdown',
)
def max_drawdown_currency(s: Sample) -> float:
    """Deepest fall of the balance from a peak, in money, 0 and up."""
    return s.balance.drops.max()


@kpi(
    "max_drawdown_relative",
    name="Largest drawdown, trade by trade",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="max_i δ_i",
    source='MT5 "Balance Drawdown Relative"; ft max_relative_drawdown',
)
def max_drawdown_relative(s: Sample) -> float:
    """Deepest fall of the balance as a share of the peak before it, 0..1; none when ruined."""
    return s.balance.relative_drops.max()


@kpi(
    "drawdown_at_max_currency",
    name="Share lost in the largest money drawdown",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="δ_i at the i of max D_i",
    source='MT5 percent in brackets of "Maximal"; ft relative_account_drawdown',
)
def drawdown_at_max_currency(s: Sample) -> float:
    """The deepest fall in money as a share of its peak, 0..1; none when ruined."""
    return s.balance.relative_drops[s.balance.drops.argmax()]


@kpi(
    "max_intra_trade_drawdown",
    name="Largest drawdown with open trades",
    unit="cur",
    better="lower",
    edge="D",
    formula="max_i [ max_{k<=i}(B_{k-1}+MFE_k) - (B_{i-1}-MAE_i) ] clipped at 0",
    source="Lean MaximumIntraTradeDrawdown",
)
def max_intra_trade_drawdown(s: Sample) -> float:
    """Deepest fall from the best moment to the worst, excursions inside trades included, 0 and up; none without MFE
    and MAE."""
    if not s.n:
        return 0.0
    before = s.balance.curve[:-1]
    best = np.maximum.accumulate(before + np.where(np.isnan(s.mfe), 0.0, s.mfe))
    return max(0.0, float((best - before + np.where(np.isnan(s.mae), 0.0, s.mae)).max()))


@kpi(
    "current_drawdown_currency",
    name="Drawdown now, in money",
    unit="cur",
    better="lower",
    edge="D",
    formula="D_N",
    source="ft current_drawdown_abs",
)
def current_drawdown_currency(s: Sample) -> float:
    """What is missing to the highest balance, 0 and up."""
    return s.balance.drops[-1]


@kpi(
    "max_underwater_trades",
    name="Longest stretch below the peak",
    unit="count",
    better="lower",
    edge="C",
    formula="longest run of trades with D_i>0",
    source="house; btr DrawDown.max.len",
)
def max_underwater_trades(s: Sample) -> int:
    """Most trades in a row with the balance below its peak; 0 and up."""
    starts, ends = s.balance.episodes
    return int((ends - starts).max(initial=0))


@kpi(
    "consecutive_loss_max_currency",
    name="Costliest losing streak",
    unit="cur",
    better="lower",
    edge="C",
    formula="largest Σ abs(P) inside one losing streak",
    source='MT5 "Maximal consecutive loss"',
)
def consecutive_loss_max_currency(s: Sample) -> float:
    """The most lost in one losing streak, as a positive amount, 0 and up."""
    return streak_losses(s).max(initial=0.0)


@kpi(
    "longest_loss_streak_currency",
    name="Loss of the longest losing streak",
    unit="cur",
    better="lower",
    edge="C",
    formula="Σ abs(P) of the LONGEST losing streak",
    source='MT5 "Maximum consecutive losses ($)"',
)
def longest_loss_streak_currency(s: Sample) -> float:
    """Lost in the longest losing streak (the first of equals), as a positive amount, 0 and up."""
    losses = streak_losses(s)
    starts, ends = s.streaks.losing
    return losses[(ends - starts).argmax()] if losses.size else 0.0


@kpi(
    "max_runup_currency",
    name="Largest run-up",
    unit="cur",
    better="higher",
    edge="C",
    formula="max_i (B_i - min_{k<=i} B_k)",
    source="TradeStation run-up; MT5 chart",
)
def max_runup_currency(s: Sample) -> float:
    """Highest rise of the balance from a low before it, in money, 0 and up."""
    return s.balance.runups.max()
