"""Who: people, their sign-ins and keys, their trading accounts."""

from accounts.models.account import TradingAccount
from accounts.models.api_key import ApiKey
from accounts.models.sign_in import SignIn
from accounts.models.user import User

__all__ = ["ApiKey", "SignIn", "TradingAccount", "User"]
