"""I judge entries and exits by how far price went for and against each trade."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.arithmetic.lines import pearson
from analytics.kpis.arithmetic.moments import mean, median, picked, quantile_of
from analytics.sample import Sample

kpi = family("MAE / MFE and efficiency", "Execution")

NO_MFE, NO_MAE, NO_RANGE = "no MFE recorded", "no MAE recorded", "no trade moved away from its entry"


def known(values: np.ndarray) -> np.ndarray:
    """The recorded ones of a column."""
    return picked(values, ~np.isnan(values))


def efficiency(s: Sample, reached: np.ndarray) -> float:
    """Mean of `reached` as a share of the whole range each trade travelled."""
    travelled = s.mfe + s.mae
    moved = travelled > 0
    return mean(picked(reached, moved) / picked(travelled, moved), NO_RANGE)


def correlation(s: Sample, x: np.ndarray, y: np.ndarray) -> float:
    both = ~(np.isnan(x) | np.isnan(y))
    return pearson(picked(x, both), picked(y, both))


@kpi(
    "avg_mae",
    name="Average MAE",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean MAE_i",
    source="Lean AverageMAE (Lean negative)",
)
def avg_mae(s: Sample) -> float:
    """How far trades went against the entry on average, in money; none when never recorded."""
    return mean(known(s.mae), NO_MAE)


@kpi(
    "avg_mfe",
    name="Average MFE",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean MFE_i",
    source="Lean AverageMFE",
)
def avg_mfe(s: Sample) -> float:
    """How far trades went in favour on average, in money; none when never recorded."""
    return mean(known(s.mfe), NO_MFE)


@kpi(
    "max_mae",
    name="Largest MAE",
    unit="cur",
    better="lower",
    edge="M",
    formula="max MAE_i",
    source="Lean LargestMAE",
)
def max_mae(s: Sample) -> float:
    """Furthest a trade went against its entry, in money; none when never recorded."""
    required(s.mae.size > 0, NO_MAE)
    return np.nanmax(s.mae)


@kpi(
    "max_mfe",
    name="Largest MFE",
    unit="cur",
    better="higher",
    edge="M",
    formula="max MFE_i",
    source="Lean LargestMFE",
)
def max_mfe(s: Sample) -> float:
    """Furthest a trade went in favour, in money; none when never recorded."""
    required(s.mfe.size > 0, NO_MFE)
    return np.nanmax(s.mfe)


@kpi(
    "avg_mae_winners",
    name="Average MAE of winners",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean MAE over W",
    source="Sweeney, Maximum Adverse Excursion",
)
def avg_mae_winners(s: Sample) -> float:
    """How far winners went against first, on average; none without a winner with MAE."""
    return mean(known(s.mae.compress(s.won)), "no winning trade with MAE")


@kpi(
    "avg_mae_losers",
    name="Average MAE of losers",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean MAE over L",
    source="Sweeney",
)
def avg_mae_losers(s: Sample) -> float:
    """How far losers went against, on average; none without a loser with MAE."""
    return mean(known(s.mae.compress(s.lost)), "no losing trade with MAE")


@kpi(
    "avg_mfe_winners",
    name="Average MFE of winners",
    unit="cur",
    better="higher",
    edge="M",
    formula="mean MFE over W",
    source="Sweeney",
)
def avg_mfe_winners(s: Sample) -> float:
    """How far winners went in favour, on average; none without a winner with MFE."""
    return mean(known(s.mfe.compress(s.won)), "no winning trade with MFE")


@kpi(
    "avg_mfe_losers",
    name="Average MFE of losers",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean MFE over L",
    source="Sweeney",
)
def avg_mfe_losers(s: Sample) -> float:
    """How far losers once were ahead, on average; none without a loser with MFE."""
    return mean(known(s.mfe.compress(s.lost)), "no losing trade with MFE")


@kpi(
    "mae_p90_winners",
    name="MAE that 90% of winners stay within",
    unit="cur",
    better="neutral",
    edge="M",
    formula="90th percentile of MAE over W (stop placement guide)",
    source="Sweeney",
)
def mae_p90_winners(s: Sample) -> float:
    """A stop beyond this would have spared nine winners in ten; none without a winner with MAE."""
    return quantile_of(known(s.mae.compress(s.won)), 0.9, "no winning trade with MAE")


@kpi(
    "mfe_median",
    name="Median MFE",
    unit="cur",
    better="higher",
    edge="M",
    formula="median MFE_i",
    source="house",
)
def mfe_median(s: Sample) -> float:
    """Median of how far trades went in favour; none when never recorded."""
    return median(known(s.mfe), NO_MFE)


@kpi(
    "avg_mae_r",
    name="Average MAE in R",
    unit="R",
    better="lower",
    edge="M",
    formula="mean_K MAE_i/ρ_i",
    source="house",
)
def avg_mae_r(s: Sample) -> float:
    """Mean adverse excursion in units of the initial risk; none without a trade that has both."""
    return mean(known(picked(s.mae, s.risked) / picked(s.risk, s.risked)), "no trade with both MAE and initial risk")


@kpi(
    "avg_mfe_r",
    name="Average MFE in R",
    unit="R",
    better="higher",
    edge="M",
    formula="mean_K MFE_i/ρ_i",
    source="house",
)
def avg_mfe_r(s: Sample) -> float:
    """Mean favourable excursion in units of the initial risk; none without a trade that has both."""
    return mean(known(picked(s.mfe, s.risked) / picked(s.risk, s.risked)), "no trade with both MFE and initial risk")


@kpi(
    "edge_ratio",
    name="Edge ratio",
    unit="ratio",
    better="higher",
    edge="Q",
    formula="mean MFE_i / mean MAE_i (no ATR normalisation: bars are not in the data)",
    source="Faith e-ratio; nuget Estimator",
)
def edge_ratio(s: Sample) -> float:
    """Average favourable over average adverse excursion, 0 and up, above 1 the entries have an edge; none when MAE
    is zero."""
    return quotient(avg_mfe(s), avg_mae(s), "no trade ever went against its entry")


@kpi(
    "entry_efficiency",
    name="Entry efficiency",
    unit="frac",
    better="higher",
    edge="M",
    formula="mean over MFE+MAE>0 of MFE_i / (MFE_i+MAE_i)",
    source="RINA / TradeStation; Sierra Chart: max runup / (max runup - max drawdown)",
)
def entry_efficiency(s: Sample) -> float:
    """Share of the range travelled that lay in favour of the entry, 0..1; none without a range."""
    return efficiency(s, s.mfe)


@kpi(
    "exit_efficiency",
    name="Exit efficiency",
    unit="frac",
    better="higher",
    edge="M",
    formula="mean over MFE+MAE>0 of (G_i+MAE_i) / (MFE_i+MAE_i)",
    source="RINA; Sierra Chart",
)
def exit_efficiency(s: Sample) -> float:
    """Share of the range travelled that lay behind the exit, about 0..1; none without a range."""
    return efficiency(s, s.gross + s.mae)


@kpi(
    "total_efficiency",
    name="Total efficiency",
    unit="frac",
    better="higher",
    edge="M",
    formula="mean over MFE+MAE>0 of G_i / (MFE_i+MAE_i) = entry + exit - 1",
    source="RINA; StrategyQuant total efficiency",
)
def total_efficiency(s: Sample) -> float:
    """Result before commissions as a share of the range travelled, about -1..1; none without a range."""
    return efficiency(s, s.gross)


@kpi(
    "mfe_capture_rate",
    name="Profit captured by winners",
    unit="frac",
    better="higher",
    edge="Q",
    formula="Σ_W P_i / Σ_W MFE_i",
    source="house",
)
def mfe_capture_rate(s: Sample) -> float:
    """What winners kept of the best they saw, up to about 1; none without a winner with MFE."""
    winners = s.won & ~np.isnan(s.mfe)
    return quotient(s.total(winners), s.mfe[winners].sum(), "no winning trade with MFE above zero")


@kpi(
    "avg_end_trade_drawdown",
    name="Average profit given back",
    unit="cur",
    better="lower",
    edge="M",
    formula="mean(MFE_i - G_i) profit given back",
    source="Lean AverageEndTradeDrawdown (Lean: mean P - mean MFE, negative)",
)
def avg_end_trade_drawdown(s: Sample) -> float:
    """What a trade gave back from its best moment, on average; none without MFE."""
    return mean(known(s.mfe - s.gross), NO_MFE)


@kpi(
    "max_end_trade_drawdown",
    name="Most profit given back",
    unit="cur",
    better="lower",
    edge="M",
    formula="max(MFE_i - G_i)",
    source="Lean MaximumEndTradeDrawdown",
)
def max_end_trade_drawdown(s: Sample) -> float:
    """The most a trade gave back from its best moment; none without MFE."""
    required(s.mfe.size > 0, NO_MFE)
    return np.nanmax(s.mfe - s.gross)


@kpi(
    "losers_once_1r_rate",
    name="Losers that were 1R ahead",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{P<0 and MFE_i>=ρ_i}/#{P<0 with valid ρ}",
    source="house",
)
def losers_once_1r_rate(s: Sample) -> float:
    """Share of losing trades that had once been ahead by their risk, 0..1; none without a loser of known risk."""
    losers = s.lost & s.risked & ~np.isnan(s.mfe)
    return quotient(
        np.count_nonzero(losers & (s.mfe >= s.risk)),
        np.count_nonzero(losers),
        "no losing trade with a known initial risk",
    )


@kpi(
    "corr_profit_mfe",
    name="Correlation of profit with MFE",
    unit="ratio",
    better="higher",
    edge="G",
    formula="Pearson(P, MFE)",
    source='MT5 "Correlation (Profits,MFE)"',
)
def corr_profit_mfe(s: Sample) -> float:
    """Pearson correlation, -1..1; none below three trades or when one never changes."""
    return correlation(s, s.pnl, s.mfe)


@kpi(
    "corr_profit_mae",
    name="Correlation of profit with MAE",
    unit="ratio",
    better="neutral",
    edge="G",
    formula="Pearson(P, MAE), MAE as positive magnitude",
    source='MT5 "Correlation (Profits,MAE)" (MT5 signs MAE negative: flip)',
)
def corr_profit_mae(s: Sample) -> float:
    """Pearson correlation with MAE as a positive amount, -1..1; none below three trades or when one never changes."""
    return correlation(s, s.pnl, s.mae)


@kpi(
    "corr_mfe_mae",
    name="Correlation of MFE with MAE",
    unit="ratio",
    better="neutral",
    edge="G",
    formula="Pearson(MFE, MAE), MAE positive",
    source='MT5 "Correlation (MFE,MAE)" (same flip)',
)
def corr_mfe_mae(s: Sample) -> float:
    """Pearson correlation with MAE as a positive amount, -1..1; none below three trades or when one never changes."""
    return correlation(s, s.mfe, s.mae)
