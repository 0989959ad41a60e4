"""I deliver what is due: claim it, commit, send it with no transaction open, write down how it went.

Who is killed between claim and note only lets the claim run out; the event is then sent again under the same id. A
receiver that hangs holds two places of its own and no others.
"""

import json
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, connections

from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor.delivery import addresses, endpoints, posting, signing
from armor.delivery.backoff import wait_after
from armor.delivery.errors import AddressRefused, NoAnswer
from armor.delivery.presets import presets
from armor.models import WebhookEndpoint, WebhookEvent
from armor.models.webhook import DeliveryStatus

log = logging.getLogger("aetheris.delivery")

CLAIM = timedelta(seconds=60)  # well above what one delivery may take
AT_ONCE_AN_ENDPOINT, AT_ONCE_A_PERSON, AT_ONCE = 2, 6, 32
GIVE_UP_AFTER = timedelta(days=5)

_pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="webhook")
_under_way: dict[Future[None], UUID] = {}


def deliver_due() -> int:
    """Hand what is due to the pool, as far as there is room; the number of events taken. Does not wait for them."""
    for done in [future for future in _under_way if future.done()]:
        _under_way.pop(done)
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id, endpoint_id FROM door.due_webhooks()")
        due = cursor.fetchall()
    return sum(_take(user_id, endpoint_id) for user_id, endpoint_id in due)


def wait(seconds: float = 30) -> None:
    """Until everything handed over is done."""
    for future in list(_under_way):
        future.result(timeout=seconds)


def _take(user_id: UUID, endpoint_id: UUID) -> int:
    room = min(AT_ONCE - len(_under_way), AT_ONCE_A_PERSON - list(_under_way.values()).count(user_id))
    taken = claim(user_id, endpoint_id, room) if room > 0 else []
    for event_id in taken:
        _under_way[_pool.submit(_deliver, user_id, event_id)] = user_id
    return len(taken)


def claim(user_id: UUID, endpoint_id: UUID, room: int = AT_ONCE_AN_ENDPOINT) -> list[UUID]:
    """Take the next events of an endpoint. Its lock is passed by, not waited for: another worker is at it."""
    with acting_as(user_id, label="delivery"):
        mine = WebhookEndpoint.objects.select_for_update(skip_locked=True).filter(pk=endpoint_id).first()
        if mine is None:
            return []
        now = clock.now()
        waiting = WebhookEvent.objects.filter(endpoint=mine, status=DeliveryStatus.PENDING)
        free = min(room, AT_ONCE_AN_ENDPOINT - waiting.filter(claimed_until__gt=now).count())
        ids = list(
            waiting.filter(next_retry_at__lte=now).order_by("next_retry_at", "id").values_list("id", flat=True)
            [: max(0, free)]
        )  # fmt: skip
        WebhookEvent.objects.filter(pk__in=ids).update(claimed_until=now + CLAIM, next_retry_at=now + CLAIM)
        return ids


def _deliver(user_id: UUID, event_id: UUID) -> None:
    try:
        deliver(user_id, event_id)
    except Exception:
        log.exception("Event %s could not be delivered and is taken again when its claim has run out", event_id)
    finally:
        connections.close_all()


def deliver(user_id: UUID, event_id: UUID) -> None:
    with acting_as(user_id, label="delivery"):
        event = WebhookEvent.objects.select_related("endpoint").get(pk=event_id)
        endpoint = event.endpoint
        if endpoint is None or not endpoint.is_enabled or event.status != DeliveryStatus.PENDING:
            return
        url, body, headers = endpoint.url, _body(event, endpoint), {}
        headers = signing.headers(
            id=str(event.id), timestamp=int(clock.now().timestamp()), body=body, keys=_keys(endpoint)
        )
    status, error, asked = send(url, body, headers)
    with acting_as(user_id, label="delivery"):
        _note(event_id, status, error, asked)


def send(url: str, body: bytes, headers: dict[str, str]) -> tuple[int | None, str, int | None]:
    """(status, what went wrong or "", how long the receiver asks to wait)."""
    try:
        answer = posting.post(addresses.read(url), body, headers)
    except (NoAnswer, AddressRefused) as refusal:
        return None, str(refusal), None
    if 200 <= answer.status < 300:
        return answer.status, "", None
    if 300 <= answer.status < 400:
        return answer.status, f"It answered {answer.status}: redirects are not followed. Give the final address.", None
    return answer.status, f"It answered {answer.status}.", answer.retry_after


def _body(event: WebhookEvent, endpoint: WebhookEndpoint) -> bytes:
    """The same bytes at every try."""
    told = presets[endpoint.preset](event.payload, endpoint.url)
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _keys(endpoint: WebhookEndpoint) -> list[str]:
    until = endpoint.old_secret_until
    old = [endpoint.old_secret] if endpoint.old_secret and until and until > clock.now() else []
    return [endpoint.secret, *old]


def _note(event_id: UUID, status: int | None, error: str, asked: int | None) -> None:
    """How a try went. The endpoint is locked first, as everywhere."""
    found = WebhookEvent.objects.filter(pk=event_id).values_list("endpoint_id", flat=True)
    endpoint = WebhookEndpoint.objects.select_for_update().get(pk__in=found)
    event = WebhookEvent.objects.get(pk=event_id)
    now, tries = clock.now(), event.retry_count + 1
    told = {"last_status_code": status, "last_error": error or None, "last_tried_at": now, "claimed_until": None}
    if not error:
        _change(event, status=DeliveryStatus.SUCCESS, delivered_at=now, next_retry_at=None, **told)
        if endpoint.failing_since is not None:
            WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=None)
        return
    wait = wait_after(tries, asked=asked) if event.status == DeliveryStatus.PENDING else None
    state = DeliveryStatus.FAILED if wait is None else DeliveryStatus.PENDING
    _change(event, status=state, retry_count=tries, next_retry_at=now + wait if wait else None, **told)
    _failed(endpoint, status, now)


def _failed(endpoint: WebhookEndpoint, status: int | None, now: datetime) -> None:
    if not endpoint.is_enabled:
        return
    if status == 410:
        endpoints.disable(endpoint, "It answered 410 Gone.")
    elif endpoint.failing_since is None:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failing_since=now)
    elif now - endpoint.failing_since > GIVE_UP_AFTER:
        endpoints.disable(endpoint, f"Every delivery failed for {GIVE_UP_AFTER.days} days.")


def _change(event: WebhookEvent, **told: object) -> None:
    WebhookEvent.objects.filter(pk=event.pk).update(**told)
