"""What happened: trades, where they came from, and the sessions they were made in."""

from trading.models.connection import BrokerConnection
from trading.models.day_plan import DayPlan
from trading.models.reading import Reading
from trading.models.review import TradeReview
from trading.models.saved_view import SavedView
from trading.models.session import TradingSession
from trading.models.sync_log import SyncLog
from trading.models.trade import Trade

__all__ = [
    "BrokerConnection",
    "DayPlan",
    "Reading",
    "SavedView",
    "SyncLog",
    "Trade",
    "TradeReview",
    "TradingSession",
]
