"""The engine beside quantstats, empyrical-reloaded, ffn and scipy on the same generated accounts.

To 1e-9 of the value wherever the catalogue names the library as its convention; where section 3 of the catalogue
goes another way on purpose, the difference itself is what is asserted.
"""

from math import sqrt

import empyrical as ep
import ffn
import numpy as np
import pandas as pd
import pytest
import quantstats.stats as qs
from scipy import stats

from analytics.report import report
from tests.analytics.accounts import sample
from tests.analytics.peers import DEPOSIT, Seen, generated

ACCOUNTS = {
    "year": Seen(tuple(generated(600, 420, seed=1)), "weekday252"),
    "busy": Seen(tuple(generated(900, 90, seed=2, edge=-4)), "weekday252"),
    "sparse": Seen(tuple(generated(60, 500, seed=3, edge=-9)), "weekday252"),
    "crypto": Seen(tuple(generated(400, 300, seed=4)), "all365"),
}


def share(returns):
    return (returns > 0).sum() / (returns != 0).sum()


def periods(seen, name):
    return ep.aggregate_returns(seen.daily, name)


def episodes(seen):
    return ffn.core.drawdown_details(ffn.to_drawdown_series(seen.prices))


def groups(seen, clock):
    return [part.pnl for _, part in seen.frame.groupby(getattr(seen.frame.entry_time.dt, clock)) if len(part) >= 5]


def halves(seen):
    middle = len(seen.pnl) // 2
    return seen.pnl[middle:], seen.pnl[:middle]


def r_multiples(seen):
    return (seen.pnl / seen.frame.initial_risk).dropna()


QUANTSTATS = {
    "net_return": lambda a: qs.comp(a.daily),
    "win_rate_decisive": lambda a: qs.win_rate(a.pnl),
    "payoff_ratio": lambda a: qs.payoff_ratio(a.pnl),
    "kelly_fraction": lambda a: qs.kelly_criterion(a.pnl),
    "cpc_index": lambda a: qs.cpc_index(a.pnl),
    "ghpr": lambda a: qs.ghpr(a.per_trade),
    "geometric_mean_daily_return": lambda a: qs.expected_return(a.daily),
    "annual_volatility": lambda a: qs.volatility(a.daily, periods=a.year),
    "autocorr_penalty": lambda a: qs.autocorr_penalty(a.daily),
    "var_95_param": lambda a: -qs.value_at_risk(a.daily),
    "cvar_95_hist": lambda a: -qs.cvar(a.daily, method="historical"),
    "cvar_95_param": lambda a: -qs.cvar(a.daily),
    "sharpe_ratio": lambda a: qs.sharpe(a.daily, periods=a.year),
    "sortino_ratio": lambda a: qs.sortino(a.daily, periods=a.year),
    "adjusted_sortino": lambda a: qs.adjusted_sortino(a.daily, periods=a.year),
    "smart_sharpe": lambda a: qs.smart_sharpe(a.daily, periods=a.year),
    "smart_sortino": lambda a: qs.smart_sortino(a.daily, periods=a.year),
    "sharpe_per_trade": lambda a: qs.sharpe(a.per_trade, annualize=False),
    "sortino_per_trade": lambda a: qs.sortino(a.per_trade, annualize=False),
    "common_sense_ratio": lambda a: qs.common_sense_ratio(a.daily),
    "outlier_loss_ratio": lambda a: qs.outlier_loss_ratio(a.daily),
    "skewness": lambda a: qs.skew(a.daily),
    "kurtosis_excess": lambda a: qs.kurtosis(a.daily),
    "best_day_return": lambda a: qs.best(a.daily),
    "worst_day_return": lambda a: qs.worst(a.daily),
    "day_win_rate": lambda a: qs.win_rate(a.profit),
    "avg_winning_day": lambda a: qs.avg_win(a.profit),
    "avg_losing_day": lambda a: qs.avg_loss(a.profit),
    "day_payoff_ratio": lambda a: qs.payoff_ratio(a.profit),
    "daily_profit_factor": lambda a: qs.profit_factor(a.profit),
    "max_consecutive_winning_days": lambda a: qs.consecutive_wins(a.profit),
    "max_consecutive_losing_days": lambda a: qs.consecutive_losses(a.profit),
    "max_consecutive_wins": lambda a: qs.consecutive_wins(a.pnl),
    "max_consecutive_losses": lambda a: qs.consecutive_losses(a.pnl),
}
EMPYRICAL = {
    "max_drawdown": lambda a: -ep.max_drawdown(a.daily),
    "annual_downside_deviation": lambda a: ep.downside_risk(a.daily, annualization=a.year),
    "calmar_ratio": lambda a: ep.calmar_ratio(a.daily, annualization=len(a.daily) / a.years),
    "omega_ratio": lambda a: ep.omega_ratio(a.daily),
    "stability": lambda a: ep.stability_of_timeseries(a.daily),
    "tail_ratio": lambda a: ep.tail_ratio(a.daily),
    "cagr": lambda a: ep.annual_return(a.daily, annualization=len(a.daily) / a.years),
    "var_95_hist": lambda a: -ep.value_at_risk(a.daily, 0.05),
    "var_99_hist": lambda a: -ep.value_at_risk(a.daily, 0.01),
    "trade_var_95": lambda a: -ep.value_at_risk(a.pnl, 0.05),
    "best_week_return": lambda a: periods(a, "weekly").max(),
    "worst_week_return": lambda a: periods(a, "weekly").min(),
    "week_win_rate": lambda a: share(periods(a, "weekly")),
    "best_month_return": lambda a: periods(a, "monthly").max(),
    "worst_month_return": lambda a: periods(a, "monthly").min(),
    "month_win_rate": lambda a: share(periods(a, "monthly")),
    "avg_month_return": lambda a: periods(a, "monthly").mean(),
    "monthly_return_std": lambda a: periods(a, "monthly").std(),
    "best_year_return": lambda a: periods(a, "yearly").max(),
    "worst_year_return": lambda a: periods(a, "yearly").min(),
    "year_win_rate": lambda a: share(periods(a, "yearly")),
}
FFN = {
    "avg_drawdown": lambda a: -episodes(a).drawdown.mean(),
    "drawdown_count": lambda a: len(episodes(a)),
    "daily_volatility": lambda a: ffn.to_returns(a.prices).dropna().std(),
}
SCIPY = {
    "trade_skewness": lambda a: stats.skew(a.pnl, bias=False),
    "trade_kurtosis": lambda a: stats.kurtosis(a.pnl, bias=False),
    "jarque_bera": lambda a: stats.jarque_bera(a.pnl).statistic,
    "jarque_bera_p_value": lambda a: stats.jarque_bera(a.pnl).pvalue,
    "t_stat_mean_pnl": lambda a: stats.ttest_1samp(a.pnl, 0).statistic,
    "p_value_mean_pnl": lambda a: stats.ttest_1samp(a.pnl, 0).pvalue,
    "half_split_t_stat": lambda a: stats.ttest_ind(*halves(a), equal_var=False).statistic,
    "expectancy_trend_p_value": lambda a: stats.spearmanr(range(len(a.pnl)), a.pnl).pvalue,
    "corr_duration_pnl": lambda a: (
        stats.spearmanr((a.frame.exit_time - a.frame.entry_time).dt.total_seconds(), a.pnl).statistic
    ),
    "corr_profit_mfe": lambda a: stats.pearsonr(a.pnl, a.frame.mfe).statistic,
    "corr_profit_mae": lambda a: stats.pearsonr(a.pnl, a.frame.mae).statistic,
    "corr_mfe_mae": lambda a: stats.pearsonr(a.frame.mfe, a.frame.mae).statistic,
    "lr_correlation": lambda a: stats.linregress(range(len(a.balance)), a.balance).rvalue,
    "lr_slope": lambda a: stats.linregress(range(len(a.balance)), a.balance).slope,
    "weekday_effect_p_value": lambda a: stats.kruskal(*groups(a, "dayofweek")).pvalue,
    "sqn_r": lambda a: stats.ttest_1samp(r_multiples(a), 0).statistic / sqrt(max(1, len(r_multiples(a)) / 100)),
    "r_std": lambda a: r_multiples(a).std(),
    "trade_autocorrelation": lambda a: a.pnl.autocorr(1),
    "daily_autocorrelation": lambda a: a.daily.autocorr(1),
}
PEERS = QUANTSTATS | EMPYRICAL | FFN | SCIPY
FIGURES = {name: report(sample(seen.rows, DEPOSIT, calendar=seen.calendar)).values for name, seen in ACCOUNTS.items()}


def ours(account, key):
    return FIGURES[account][key].value


@pytest.mark.parametrize("account", ACCOUNTS)
@pytest.mark.parametrize("key", PEERS)
def test_agrees_with_its_library(account, key):
    assert ours(account, key) == pytest.approx(float(PEERS[key](ACCOUNTS[account])), rel=1e-9, abs=1e-12)


# Where section 3 of the catalogue goes another way than a library, on purpose -----------------------------


@pytest.mark.parametrize("account", ACCOUNTS)
def test_ulcer_index_divides_by_the_days_where_ffn_counts_the_deposit_as_one_more(account):
    seen, days = ACCOUNTS[account], len(ACCOUNTS[account].daily)
    assert ours(account, "ulcer_index") == pytest.approx(qs.ulcer_index(seen.prices), rel=1e-9)
    assert ours(account, "ulcer_index") == pytest.approx(
        ffn.to_ulcer_index(seen.prices) / 100 * sqrt((days + 1) / days), rel=1e-9
    )


@pytest.mark.parametrize("account", ACCOUNTS)
def test_martin_ratio_is_that_of_ffn_but_for_the_extra_day_in_its_ulcer_index(account):
    seen, days = ACCOUNTS[account], len(ACCOUNTS[account].daily)
    ulcer = ffn.to_ulcer_index(seen.prices) / 100 * sqrt((days + 1) / days)
    assert ours(account, "martin_ratio") == pytest.approx(seen.growth / ulcer, rel=1e-9)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_gain_to_pain_compounds_the_months_that_quantstats_adds_up(account):
    months = periods(ACCOUNTS[account], "monthly")
    added = ACCOUNTS[account].daily.groupby(pd.Grouper(freq="ME")).sum()
    pain = months.clip(upper=0).abs().sum()
    assert ours(account, "gain_to_pain_ratio") == pytest.approx(months.sum() / pain, rel=1e-9)
    assert qs.gain_to_pain_ratio(ACCOUNTS[account].daily, resolution="ME") == pytest.approx(
        added.sum() / added.clip(upper=0).abs().sum(), rel=1e-9
    )


@pytest.mark.parametrize("account", ACCOUNTS)
def test_tail_means_take_every_value_at_the_quantile_where_empyrical_takes_a_floor_index(account):
    pnl = ACCOUNTS[account].pnl
    bound = np.quantile(pnl, 0.05)
    assert ours(account, "trade_cvar_95") == pytest.approx(-pnl[pnl <= bound].mean(), rel=1e-9)
    assert ours(account, "trade_cvar_95") == pytest.approx(-ep.conditional_value_at_risk(pnl, 0.05), rel=0.02)


@pytest.mark.parametrize("account", ACCOUNTS)
def test_growth_counts_the_days_of_the_calendar_where_quantstats_counts_trading_days(account):
    seen = ACCOUNTS[account]
    assert ours(account, "cagr") == pytest.approx(seen.growth, rel=1e-9)
    assert (1 + qs.cagr(seen.daily, periods=seen.year)) ** (len(seen.daily) / seen.year) == pytest.approx(
        (1 + ours(account, "cagr")) ** seen.years, rel=1e-9
    )


@pytest.mark.parametrize("account", ACCOUNTS)
def test_recovery_factor_keeps_its_sign_where_quantstats_drops_it(account):
    seen = ACCOUNTS[account]
    assert (ours(account, "recovery_factor") > 0) == (seen.pnl.sum() > 0)
    assert qs.recovery_factor(seen.daily) >= 0
