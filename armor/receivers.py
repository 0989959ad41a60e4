"""I have an account judged in the transaction that wrote its trades."""

from typing import Any

from django.dispatch import receiver

from accounts.models import TradingAccount
from armor import services
from trading.signals import trades_recorded


@receiver(trades_recorded)
def judge(sender: object, account: TradingAccount, ids: list[Any], **told: Any) -> None:
    services.judge_due(account.id)
