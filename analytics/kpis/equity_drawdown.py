"""I follow daily equity below its highest point: how deep, how long, how often."""

from math import ceil, sqrt

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import Undefined, quotient, required
from analytics.kpis.arithmetic.moments import dot, mean, quantile
from analytics.sample import Sample

kpi = family("Drawdown of daily equity", "Risk")


def ordered_drawdowns(s: Sample) -> np.ndarray:
    return np.sort(s.daily.drawdown)


@kpi(
    "max_drawdown",
    name="Largest drawdown",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="max_t dd_t",
    source="ep max_drawdown; qs; ffn; nt; PA maxDrawdown",
)
def max_drawdown(s: Sample) -> float:
    """Deepest fall of daily equity from its peak, the deposit being the first, 0..1; none when ruined."""
    return s.daily.drawdown.max(initial=0.0)


@kpi(
    "avg_drawdown",
    name="Average drawdown",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="mean over episodes of max depth",
    source='ffn drawdown_details.mean(); bt "Avg. Drawdown"',
)
def avg_drawdown(s: Sample) -> float:
    """Mean of the deepest points of all drawdowns, 0..1; 0 without any, none when ruined."""
    return mean(s.daily.drawdowns.depths) if s.daily.drawdowns.count else 0.0


@kpi(
    "drawdown_count",
    name="Drawdowns",
    unit="count",
    better="lower",
    edge="C",
    formula="number of episodes (maximal runs of dd_t>0, open one included)",
    source="ffn drawdown_details",
)
def drawdown_count(s: Sample) -> int:
    """How many times equity fell below its peak, an open last one counted; 0 and up."""
    return s.daily.drawdowns.count


@kpi(
    "max_drawdown_duration",
    name="Longest drawdown",
    unit="days",
    better="lower",
    edge="E, D",
    formula="max over episodes of (recovery day or last day) - (last peak day), calendar days",
    source="house; variants: see section 3",
)
def max_drawdown_duration(s: Sample) -> float:
    """Calendar days from a peak to the recovery or to the last day, the longest; none when ruined."""
    return int(s.daily.drawdowns.durations.max(initial=0))


@kpi(
    "avg_drawdown_duration",
    name="Average drawdown duration",
    unit="days",
    better="lower",
    edge="E, D",
    formula="mean of the same durations",
    source='bt "Avg. Drawdown Duration"',
)
def avg_drawdown_duration(s: Sample) -> float:
    """Calendar days from a peak to the recovery or to the last day, on average; none when ruined."""
    return mean(s.daily.drawdowns.durations) if s.daily.drawdowns.count else 0.0


@kpi(
    "current_drawdown",
    name="Drawdown now",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="dd_T",
    source="house; ft current_relative_account_drawdown",
)
def current_drawdown(s: Sample) -> float:
    """What is missing to the highest equity, as a share of it, 0..1; none when ruined."""
    return s.daily.drawdown[-1] if s.n else 0.0


@kpi(
    "current_drawdown_duration",
    name="Days below the peak now",
    unit="days",
    better="lower",
    edge="E, D",
    formula="last day - last peak day, 0 at a new high",
    source="house",
)
def current_drawdown_duration(s: Sample) -> float:
    """Calendar days since the last peak, 0 at a new high; none when ruined."""
    return int(s.daily.drawdowns.durations[-1]) if s.daily.drawdowns.open else 0


@kpi(
    "max_drawdown_recovery_days",
    name="Recovery from the largest drawdown",
    unit="days",
    better="lower",
    edge="null if not recovered",
    formula="recovery day - valley day of the deepest episode",
    source="Lean DrawdownRecovery; pyfolio get_max_drawdown",
)
def max_drawdown_recovery_days(s: Sample) -> float:
    """Calendar days from the valley of the deepest drawdown back to its peak; none while it lasts or without one."""
    required(s.daily.drawdowns.count > 0, "equity never fell below its peak")
    recovery = s.daily.drawdowns.deepest_recovery_days
    if recovery is None:
        raise Undefined("the largest drawdown has not recovered yet")
    return recovery


@kpi(
    "time_underwater_rate",
    name="Time below the peak",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{dd_t>0}/T",
    source="house",
)
def time_underwater_rate(s: Sample) -> float:
    """Share of trading days below the peak, 0..1; none without trades."""
    return quotient(np.count_nonzero(s.daily.drawdown > 0), s.daily.count)


@kpi(
    "ulcer_index",
    name="Ulcer index",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="sqrt(Σ dd_t² / T)",
    source="nt UlcerIndex; PA UlcerIndex; skfolio ulcer_index",
)
def ulcer_index(s: Sample) -> float:
    """Root mean square of the daily drawdowns, 0..1; none when ruined."""
    return sqrt(dot(s.daily.drawdown, s.daily.drawdown) / s.daily.count) if s.n else 0.0


@kpi(
    "pain_index",
    name="Pain index",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="Σ dd_t / T",
    source="PA PainIndex; skfolio average_drawdown",
)
def pain_index(s: Sample) -> float:
    """Mean of the daily drawdowns, 0..1; none when ruined."""
    return mean(s.daily.drawdown) if s.n else 0.0


@kpi(
    "lake_ratio",
    name="Lake ratio",
    unit="ratio",
    better="lower",
    edge="E, D",
    formula="Σ(M_t - E_t) / Σ M_t",
    source="Seykota lake ratio",
)
def lake_ratio(s: Sample) -> float:
    """Water above the equity curve against the earth and water below its peaks, 0..1; none when ruined."""
    return (s.daily.peaks - s.daily.equity[1:]).sum() / s.daily.peaks.sum() if s.n else 0.0


@kpi(
    "drawdown_at_risk_95",
    name="Drawdown at risk, 95%",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="95th percentile of dd_t",
    source="skfolio drawdown_at_risk (order statistic)",
)
def drawdown_at_risk_95(s: Sample) -> float:
    """Drawdown exceeded on one day in twenty, 0..1; none when ruined."""
    return quantile(ordered_drawdowns(s), 0.95) if s.n else 0.0


@kpi(
    "cdar_95",
    name="Conditional drawdown at risk, 95%",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="mean of the worst 5% of dd_t, fractional weight on the boundary day",
    source="skfolio cdar; Chekhlov-Uryasev-Zabarankin",
)
def cdar_95(s: Sample) -> float:
    """Mean of the worst twentieth of daily drawdowns, the boundary day in part, 0..1; none when ruined."""
    if not s.n:
        return 0.0
    tail = 0.05 * s.daily.count
    whole = max(0, ceil(tail - 1e-9) - 1)
    worst = ordered_drawdowns(s)[::-1]
    return (worst[:whole].sum() + (tail - whole) * worst[whole]) / tail


@kpi(
    "required_recovery_gain",
    name="Gain needed to recover",
    unit="frac",
    better="lower",
    edge="E, D",
    formula="dd/(1-dd) with dd = current_drawdown",
    source="algebra",
)
def required_recovery_gain(s: Sample) -> float:
    """Return that leads back to the peak, 0 and up; none when ruined."""
    return current_drawdown(s) / (1 - current_drawdown(s))
