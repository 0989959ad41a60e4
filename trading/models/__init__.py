"""What happened: trades, where they came from, and the sessions they were made in."""

from trading.models.connection import BrokerConnection
from trading.models.connector_state import ConnectorState
from trading.models.day_plan import DayPlan
from trading.models.importing import Import, ImportChange, ImportPart
from trading.models.mapping import ColumnMapping
from trading.models.picture import TradePicture
from trading.models.reading import Reading
from trading.models.review import TradeReview
from trading.models.saved_view import SavedView
from trading.models.session import TradingSession
from trading.models.sync_log import SyncLog
from trading.models.trade import Trade

__all__ = [
    "BrokerConnection",
    "ColumnMapping",
    "ConnectorState",
    "DayPlan",
    "Import",
    "ImportChange",
    "ImportPart",
    "Reading",
    "SavedView",
    "SyncLog",
    "Trade",
    "TradePicture",
    "TradeReview",
    "TradingSession",
]
