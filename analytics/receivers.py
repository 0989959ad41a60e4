"""I keep the days in step with the trades, in the transaction that changed them."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from accounts.models import TradingAccount
from analytics import services, snapshots
from armor.signals import account_judged


@receiver(account_judged)
def rebuild(sender: object, account: TradingAccount, touched_from: datetime | None, **told: Any) -> None:
    snapshots.rebuild(account, touched_from=touched_from)
    services.mark_stale(account, touched_from)
