"""Who: people and their trading accounts."""

from accounts.models.account import TradingAccount
from accounts.models.user import User

__all__ = ["TradingAccount", "User"]
