"""I have an account judged in the transaction that wrote its trades, and what came of it put into the outboxes."""

from typing import Any

from django.dispatch import receiver

from accounts.models import TradingAccount
from accounts.signals import limits_changed
from aetheris import clock
from armor import limit_changes, services
from armor.delivery import outbox
from armor.signals import account_judged
from trading.signals import trades_recorded


@receiver(trades_recorded)
def judge(sender: object, account: TradingAccount, ids: list[Any], **told: Any) -> None:
    services.judge_due(account.id)
    outbox.enqueue_trades(account, ids)


@receiver(account_judged)
def announce(sender: object, account: TradingAccount, **told: Any) -> None:
    outbox.announce(account.user_id)
    outbox.enqueue_metrics(account)


@receiver(limits_changed)
def wait(sender: object, account: TradingAccount, raised: dict[str, Any], written: list[str], **told: Any) -> None:
    """What was tightened holds at once, what was raised from the next session on."""
    limit_changes.withdraw(account, written)
    if raised:
        limit_changes.wait_for(account, raised)
    if written:
        services.judge(account, touched_from=None, now=clock.now())
        outbox.announce(account.user_id)
