"""What happened: trades, where they came from, and the sessions they were made in."""

from trading.models.connection import BrokerConnection
from trading.models.reading import Reading
from trading.models.session import TradingSession
from trading.models.sync_log import SyncLog
from trading.models.trade import Trade

__all__ = ["BrokerConnection", "Reading", "SyncLog", "Trade", "TradingSession"]
