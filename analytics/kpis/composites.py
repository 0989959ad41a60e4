"""I sum several KPIs up in one score, every weight in the open."""

from collections.abc import Callable

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import Undefined, quotient, required
from analytics.kpis.days import best_day_pnl
from analytics.kpis.disposition import stop_overrun_rate, stop_usage_rate
from analytics.kpis.equity_drawdown import max_drawdown
from analytics.kpis.overtrading import heavy_day_rate
from analytics.kpis.revenge import revenge_trade_rate
from analytics.kpis.risk_adjusted import recovery_factor
from analytics.kpis.ruin_and_exposure import risk_per_trade_cv
from analytics.kpis.win_loss import payoff_ratio, profit_factor, win_rate
from analytics.sample import Sample

kpi = family("Composites", "Psychology")

WINDOW = 20
TILTED = 0.40


def oversized(s: Sample) -> np.ndarray:
    """Entries after a loss at 1.5 times the median size of the (up to) 20 entries before, or more."""
    order, flags = s.columns.entry_order, np.zeros(s.n, bool)
    places = s.past.after_loss[order].nonzero()[0]
    places = places[places > 0]
    size = s.notional[order]
    many, small = np.minimum(places, WINDOW), _small_before(size)[places]
    # Where both middle sizes are small the median is, where neither is it is not; else it takes the median itself.
    big = small > many // 2
    unsure = ((small > (many - 1) // 2) & ~big).nonzero()[0]
    big[unsure] = size[places[unsure]] >= 1.5 * _usual(size, places[unsure])
    flags[order[places]] = big
    return flags


def _small_before(size: np.ndarray) -> np.ndarray:
    """How many of the (up to) 20 sizes before each one are small: it is 1.5 times as large, or more."""
    small, larger = np.zeros(size.size, np.uint8), 1.5 * size
    for back in range(1, min(WINDOW, size.size - 1) + 1):
        small[back:] += (larger[:-back] <= size[back:]).view(np.uint8)
    return small


def _usual(size: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Median of the (up to) 20 sizes before each place."""
    sizes = np.concatenate((np.full(WINDOW, np.nan), size))
    before = sizes[places[:, np.newaxis] + np.arange(WINDOW)]
    before.sort(axis=1)
    many, rows = np.minimum(places, WINDOW), np.arange(places.size)
    return (before[rows, (many - 1) // 2] + before[rows, many // 2]) / 2


def tilt_hundredths(s: Sample) -> np.ndarray:
    """Weight of the tilt signs of every trade, in whole hundredths; remembered."""
    return s.remembered("tilt hundredths", _tilt_hundredths)


def _tilt_hundredths(s: Sample) -> np.ndarray:
    """At most a hundred of them, so that a byte holds them."""
    return (
        30 * s.past.hasty.view(np.uint8)
        + 25 * oversized(s).view(np.uint8)
        + 15 * (s.past.losses_in_a_row >= 3).view(np.uint8)
        + 15 * s.entry_days.over(s.entry_days.ordinal).view(np.uint8)
        + 15 * s.exit_days.entered_below(0.02).view(np.uint8)
    )


def tilted(s: Sample) -> np.ndarray:
    return tilt_hundredths(s) >= 100 * TILTED if s.n else np.zeros(0, bool)


def defined(kpi: Callable[[Sample], float], s: Sample) -> float | None:
    try:
        return kpi(s)
    except Undefined:
        return None


def blend(parts: list[tuple[float, float | None]]) -> float:
    """100 times the weighted mean of the parts that have a value."""
    known = [(weight, value) for weight, value in parts if value is not None]
    return 100 * quotient(sum(weight * value for weight, value in known), sum(weight for weight, _ in known))


def scaled(value: float | None, full: float) -> float | None:
    return None if value is None else min(1.0, max(0.0, value / full))


def rest(value: float | None) -> float | None:
    return None if value is None else 1 - min(1.0, value)


@kpi(
    "tilt_score",
    name="Tilt score",
    unit="score",
    better="lower",
    edge="0 if N=0",
    formula=(
        "100 mean_i(.30 f1+.25 f2+.15 f3+.15 f4+.15 f5); f1 gap<=15 min after a loss, f2 V_i>=1.5 "
        "median V of the previous 20 trades after a loss, f3 >=3 losses in a row at entry, f4 entry"
        " ordinal of the day > heavy-day threshold, f5 day P&L <= -2% at entry"
    ),
    source="house",
)
def tilt_score(s: Sample) -> float:
    """How much trading shows the signs of tilt, 0..100; 0 without trades."""
    return float(tilt_hundredths(s).sum()) / s.n if s.n else 0.0


@kpi(
    "tilted_trade_rate",
    name="Tilted trades",
    unit="frac",
    better="lower",
    edge="Q",
    formula="share of trades with weight sum >= 0.40",
    source="house",
)
def tilted_trade_rate(s: Sample) -> float:
    """Share of trades with several signs of tilt, 0..1; none without trades."""
    return quotient(np.count_nonzero(tilted(s)), s.n)


@kpi(
    "tilted_pnl",
    name="Result of tilted trades",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P of those trades",
    source="house",
)
def tilted_pnl(s: Sample) -> float:
    """Net profit of trades with several signs of tilt; 0 without any."""
    return s.total(tilted(s))


@kpi(
    "discipline_score",
    name="Discipline score",
    unit="score",
    better="higher",
    edge="null if N=0",
    formula=(
        "100 * weighted mean of [.25 stop_usage_rate, .25 (1-stop_overrun_rate), .20 "
        "(1-min(1,risk_per_trade_cv)), .15 (1-revenge_trade_rate), .15 (1-heavy_day_rate)], null "
        "parts dropped and weights renormalised"
    ),
    source="house",
)
def discipline_score(s: Sample) -> float:
    """Stops used and kept, even risk, no revenge, no heavy days, 0..100; none without trades."""
    required(s.n > 0, "no trades")
    return blend(
        [
            (0.25, defined(stop_usage_rate, s)),
            (0.25, rest(defined(stop_overrun_rate, s))),
            (0.20, rest(defined(risk_per_trade_cv, s))),
            (0.15, rest(defined(revenge_trade_rate, s))),
            (0.15, rest(defined(heavy_day_rate, s))),
        ]
    )


@kpi(
    "consistency_score",
    name="Consistency score",
    unit="score",
    better="higher",
    edge="Q",
    formula="100 (1 - best_day_pnl/Σ max(X_t,0))",
    source='prop-firm consistency rule; TradeZella "consistency"',
)
def consistency_score(s: Sample) -> float:
    """100 when no day stands out, 0 when one made it all; none without a winning day."""
    required(s.n > 0, "no trades")
    return 100 * (1 - quotient(best_day_pnl(s), np.maximum(s.daily.profit, 0).sum(), "no winning day"))


@kpi(
    "trader_score",
    name="Trader score",
    unit="score",
    better="higher",
    edge="null if N<5",
    formula=(
        "100 mean of clip01[win_rate/.6, profit_factor/2.5, payoff_ratio/2.5, recovery_factor/5, "
        "1-max_drawdown/.3, consistency_score/100], null parts dropped"
    ),
    source="house (TradeZella-score style; their weights are not public)",
)
def trader_score(s: Sample) -> float:
    """Win rate, profit factor, payoff, recovery, drawdown and consistency in one, 0..100; none below five trades."""
    required(s.n >= 5, "fewer than five trades")
    drop = defined(max_drawdown, s)
    return blend(
        [
            (1, scaled(defined(win_rate, s), 0.6)),
            (1, scaled(defined(profit_factor, s), 2.5)),
            (1, scaled(defined(payoff_ratio, s), 2.5)),
            (1, scaled(defined(recovery_factor, s), 5)),
            (1, None if drop is None else scaled(1 - drop / 0.3, 1)),
            (1, scaled(defined(consistency_score, s), 100)),
        ]
    )
