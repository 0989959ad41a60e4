"""What it means: days, KPIs, moods, voices, the market's large hands, what currencies were worth."""

from analytics.models.daily_snapshot import DailySnapshot
from analytics.models.emotion_log import EmotionLog
from analytics.models.exchange_rate import ExchangeRate
from analytics.models.kpi_snapshot import KpiSnapshot
from analytics.models.kpi_target import KpiTarget
from analytics.models.oracle_score import OracleScore
from analytics.models.vocal_note import VocalNote
from analytics.models.whale_event import WhaleEvent

__all__ = [
    "DailySnapshot",
    "EmotionLog",
    "ExchangeRate",
    "KpiSnapshot",
    "KpiTarget",
    "OracleScore",
    "VocalNote",
    "WhaleEvent",
]
