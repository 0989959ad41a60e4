"""I put what happened into the outboxes it belongs to, in the transaction that it happened in."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F

from accounts.models import TradingAccount
from aetheris import clock
from armor import flattening
from armor.delivery import events, mails
from armor.delivery.addresses import shown
from armor.models import Breach, BreachCounter, WebhookEndpoint, WebhookEvent
from armor.models.webhook import Preset

NEWS = timedelta(days=1)


def announce(user_id: UUID, *, now: datetime | None = None) -> list[Breach]:
    """Put each breach that is not announced yet where it belongs; the breaches that were. Works as their owner.

    The counter's lock puts those who announce in a line, and its number tells how far they got: each breach is
    announced once, by its writer or, whoever else wrote it, by the worker.
    """
    behind = BreachCounter.objects.filter(user_id=user_id, last_number__gt=F("announced_number"))
    counter = behind.select_for_update().first()
    if counter is None:
        return []
    new = list(Breach.objects.select_related("account").filter(number__gt=counter.announced_number).order_by("number"))
    moment = now or clock.now()
    news = [breach for breach in new if breach.created_at > moment - NEWS]
    told = enqueue_breaches(news, now=moment)
    mails.queue_breaches(user_id, news, now=moment)
    flattening.order(news, now=moment)
    Breach.objects.filter(pk__in=told).update(webhook_triggered=True)
    if new:
        BreachCounter.objects.filter(pk=counter.pk).update(announced_number=new[-1].number)
    return new


def enqueue_breaches(breaches: Sequence[Breach], *, now: datetime) -> set[UUID]:
    """The breaches that some endpoint will be told of."""
    endpoints = takers("armor_breach") if breaches else []
    rows = [
        row(endpoint, events.of_breach(breach), now=now, cause=f"breach {breach.id}")
        for breach in breaches for endpoint in endpoints
    ]  # fmt: skip
    WebhookEvent.objects.bulk_create(rows, ignore_conflicts=True)
    return {breach.id for breach in breaches} if endpoints else set()


def enqueue_trades(account: TradingAccount, ids: Sequence[UUID]) -> None:
    if ids and (endpoints := takers("trade_created")):
        _add(endpoints, events.of_trades(account, ids, clock.now()))


def enqueue_metrics(account: TradingAccount) -> None:
    if endpoints := takers("metrics_update"):
        _add(endpoints, events.of_metrics(account, clock.now()))


def takers(event_type: str) -> list[WebhookEndpoint]:
    return list(WebhookEndpoint.objects.filter(deleted_at=None, is_enabled=True, event_types__contains=[event_type]))


def row(endpoint: WebhookEndpoint, event: dict[str, Any], *, now: datetime, cause: str | None = None) -> WebhookEvent:
    """`webhook_url` keeps what may be shown of the address; the whole of a chat's address is a key to the chat."""
    url = endpoint.url.partition("?")[0] if endpoint.preset == Preset.STANDARD else shown(endpoint.url)
    return WebhookEvent(
        user_id=endpoint.user_id, endpoint=endpoint, event_type=event["type"], webhook_url=url, payload=event,
        next_retry_at=now, cause=cause,
    )  # fmt: skip


def _add(endpoints: Sequence[WebhookEndpoint], event: dict[str, Any]) -> list[WebhookEvent]:
    now = clock.now()
    return WebhookEvent.objects.bulk_create([row(endpoint, event, now=now) for endpoint in endpoints])
