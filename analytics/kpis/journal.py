"""I read what traders noted about their trades: tags and emotions."""

import numpy as np

from analytics.kpis import family
from analytics.kpis.arithmetic.answers import quotient, required
from analytics.kpis.win_loss import expectancy_of
from analytics.sample import Sample

kpi = family("Journal", "Psychology")

NEGATIVE = ("revenge", "angry", "frustrated", "fomo", "fear", "greedy", "bored", "anxious")
RULE_BREAKS = ("mistake", "rulebreak", "rulebroken", "rulebreach", "brokerule", "brokerules", "ruleviolation")
ENOUGH = 5


def felt(s: Sample) -> np.ndarray:
    return s.columns.emotions.carried(s.n)


def negative(s: Sample) -> np.ndarray:
    return s.columns.emotions.carried(s.n, NEGATIVE)


def mistaken(s: Sample) -> np.ndarray:
    """Trades with a tag that says mistake or rule break, however it is spelled."""
    tags = s.columns.tags
    broken = [tag for tag in tags.names if "".join(filter(str.isalpha, tag)) in RULE_BREAKS]
    return tags.carried(s.n, broken)


def emotion_means(s: Sample) -> list[tuple[float, str]]:
    """(mean result, emotion) of the emotions noted on at least five trades."""
    return s.remembered("emotion means", _emotion_means)


def _emotion_means(s: Sample) -> list[tuple[float, str]]:
    emotions = s.columns.emotions
    required(emotions.codes.size > 0, "no emotion noted")
    counts = np.bincount(emotions.codes)
    sums = np.bincount(emotions.codes, weights=s.units[emotions.trade]) / s.scale
    means = [(float(sums[k] / counts[k]), emotions.names[k]) for k in np.flatnonzero(counts >= ENOUGH)]
    required(bool(means), "no emotion on five trades")
    return means


@kpi(
    "journal_rate",
    name="Journalled trades",
    unit="frac",
    better="higher",
    edge="Q",
    formula="#{trade has a tag or an emotion}/N",
    source="TradeZella; Edgewonk",
)
def journal_rate(s: Sample) -> float:
    """Share of trades with a tag or an emotion, 0..1; none without trades."""
    return quotient(np.count_nonzero(felt(s) | s.columns.tags.carried(s.n)), s.n)


@kpi(
    "negative_emotion_rate",
    name="Negative emotions",
    unit="frac",
    better="lower",
    edge="Q",
    formula=("#{emotion in NEG}/#{emotion set}; NEG = revenge, angry, frustrated, fomo, fear, greedy, bored, anxious"),
    source="jtrader; house",
)
def negative_emotion_rate(s: Sample) -> float:
    """Share of trades with an emotion whose emotion was a bad adviser, 0..1; none when none was noted."""
    return quotient(np.count_nonzero(negative(s)), np.count_nonzero(felt(s)), "no emotion noted")


@kpi(
    "negative_emotion_pnl",
    name="Result under negative emotions",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P with emotion in NEG",
    source="profit-pulse; house",
)
def negative_emotion_pnl(s: Sample) -> float:
    """Net profit of trades with a negative emotion; 0 without any."""
    return s.total(negative(s))


@kpi(
    "emotion_expectancy_gap",
    name="Negative against other emotions",
    unit="cur",
    better="higher",
    edge="null if a group is empty",
    formula="mean P(NEG) - mean P(other emotions)",
    source="house",
)
def emotion_expectancy_gap(s: Sample) -> float:
    """Average result under negative emotions minus that under others; none when either is missing."""
    bad = expectancy_of(s, negative(s), "no negative emotion noted")
    return bad - expectancy_of(s, felt(s) & ~negative(s), "no other emotion noted")


@kpi(
    "best_emotion",
    name="Best emotion",
    unit="label",
    better="neutral",
    edge="null if none",
    formula="emotion with the largest mean P among those with >=5 trades",
    source="house",
)
def best_emotion(s: Sample) -> str:
    """Emotion with the best average result on at least five trades; none without one."""
    return min(emotion_means(s), key=lambda pair: (-pair[0], pair[1]))[1]


@kpi(
    "worst_emotion",
    name="Worst emotion",
    unit="label",
    better="neutral",
    edge="null if none",
    formula="emotion with the smallest mean P among those with >=5 trades",
    source="house",
)
def worst_emotion(s: Sample) -> str:
    """Emotion with the worst average result on at least five trades; none without one."""
    return min(emotion_means(s))[1]


@kpi(
    "mistake_rate",
    name="Mistakes",
    unit="frac",
    better="lower",
    edge="Q",
    formula="#{tag 'mistake' or rule-break tag}/N",
    source="Edgewonk; TradeZella",
)
def mistake_rate(s: Sample) -> float:
    """Share of trades tagged as a mistake or rule break, 0..1; none without trades."""
    return quotient(np.count_nonzero(mistaken(s)), s.n)


@kpi(
    "mistake_pnl",
    name="Result of mistakes",
    unit="cur",
    better="higher",
    edge="C",
    formula="Σ P of those trades",
    source='Edgewonk "tiltmeter" idea',
)
def mistake_pnl(s: Sample) -> float:
    """Net profit of trades tagged as a mistake or rule break; 0 without any."""
    return s.total(mistaken(s))


@kpi(
    "plan_adherence_rate",
    name="Plan adherence",
    unit="frac",
    better="higher",
    edge="Q",
    formula="1 - mistake_rate over trades with a tag",
    source="house",
)
def plan_adherence_rate(s: Sample) -> float:
    """Share of tagged trades without a mistake or rule break, 0..1; none without tags."""
    tagged = np.count_nonzero(s.columns.tags.carried(s.n))
    return 1 - quotient(np.count_nonzero(mistaken(s)), tagged, "no trade carries a tag")
