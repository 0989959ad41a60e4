"""I open, change, disable and remove the places a person wants to be told at, and put into their outbox by hand."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from aetheris import clock
from armor.delivery import addresses, events, mails, signing
from armor.delivery.errors import AddressRefused, EndpointGone, NoAnswer, NothingToTell, TooManyEndpoints
from armor.delivery.names import NotPublic, addresses_of
from armor.delivery.outbox import row, takers
from armor.delivery.presets.telegram import chat_of
from armor.models import Breach, WebhookEndpoint, WebhookEvent
from armor.models.webhook import DeliveryStatus, Preset

MOST = 20
OVERLAP = timedelta(hours=24)


def endpoints() -> QuerySet[WebhookEndpoint]:
    return WebhookEndpoint.objects.filter(deleted_at=None).order_by("created_at", "id")


def check_url(url: str, preset: str) -> None:
    """Refuse an address that could never be told anything; a name that does not answer now may answer later."""
    place = addresses.read(url)
    try:
        addresses_of(place)
    except NotPublic as flaw:
        raise AddressRefused(url=addresses.shown(url), why=str(flaw)) from None
    except NoAnswer:
        pass
    if preset == Preset.TELEGRAM and not chat_of(url):
        raise AddressRefused(url=addresses.shown(url), why="a Telegram address ends with ?chat_id= and the chat's id")


def open_endpoint(*, user: User, values: Mapping[str, Any]) -> WebhookEndpoint:
    """A new endpoint with a secret of its own; `secret` of what comes back is the one time it is shown."""
    check_url(values["url"], values.get("preset", Preset.STANDARD))
    if endpoints().count() >= MOST:
        raise TooManyEndpoints(count=MOST)
    made = WebhookEndpoint(user=user, secret=signing.new_secret(), **values)
    made.save(force_insert=True)
    return made


def change_endpoint(*, endpoint: WebhookEndpoint, values: Mapping[str, Any]) -> WebhookEndpoint:
    """Enabling one again forgets its failures."""
    if "url" in values or "preset" in values:
        check_url(values.get("url", endpoint.url), values.get("preset", endpoint.preset))
    fields = dict(values)
    if values.get("is_enabled") and not endpoint.is_enabled:
        fields |= {"failing_since": None, "disabled_reason": ""}
    if fields:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(**fields)
    if values.get("is_enabled") is False:
        _bury(endpoint, "The endpoint was disabled.")
    return endpoints().get(pk=endpoint.pk)


def rotate_secret(*, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    """A new secret; for a day the old one signs beside it, so that a receiver changes when it likes."""
    endpoint.old_secret = endpoint.secret
    endpoint.old_secret_until = clock.now() + OVERLAP
    endpoint.secret = signing.new_secret()
    endpoint.save(update_fields=["secret", "old_secret", "old_secret_until"])
    return endpoint


def remove_endpoint(*, endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(deleted_at=clock.now(), is_enabled=False)
    _bury(endpoint, "The endpoint was removed.")


def disable(endpoint: WebhookEndpoint, reason: str) -> None:
    """It told us to stop, or failed for days: nothing is sent there any more, and its owner hears why."""
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(is_enabled=False, disabled_reason=reason)
    _bury(endpoint, f"The endpoint was disabled. {reason}")
    mails.queue_disabled(endpoint, now=clock.now())


def test(*, endpoint: WebhookEndpoint) -> WebhookEvent:
    if not endpoint.is_enabled:
        raise EndpointGone
    now = clock.now()
    return WebhookEvent.objects.bulk_create([row(endpoint, events.of_test(now), now=now)])[0]


def replay(*, event: WebhookEvent) -> WebhookEvent:
    """Send it again from the first try on, under the same id: a receiver that has it will know."""
    endpoint = event.endpoint
    if endpoint is None or endpoint.deleted_at is not None or not endpoint.is_enabled:
        raise EndpointGone
    WebhookEvent.objects.filter(pk=event.pk).update(
        status=DeliveryStatus.PENDING, retry_count=0, next_retry_at=clock.now(), last_error=None, claimed_until=None
    )
    event.refresh_from_db()
    return event


def tell_of(*, breach: Breach) -> list[WebhookEvent]:
    """The owner wants this alert told, whether or not it was told before: a new event for each endpoint."""
    found, now = takers("armor_breach"), clock.now()
    if not found:
        raise NothingToTell(event_type="armor_breach")
    rows = [row(endpoint, events.of_breach(breach), now=now) for endpoint in found]
    Breach.objects.filter(pk=breach.pk).update(webhook_triggered=True)
    return WebhookEvent.objects.bulk_create(rows)


def _bury(endpoint: WebhookEndpoint, why: str) -> None:
    """What still waited is a dead letter; it can be replayed once the endpoint is enabled again."""
    WebhookEvent.objects.filter(endpoint=endpoint, status=DeliveryStatus.PENDING).update(
        status=DeliveryStatus.FAILED, next_retry_at=None, claimed_until=None, last_error=why
    )
