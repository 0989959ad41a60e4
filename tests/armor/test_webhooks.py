"""What happened is told to who asked for it: signed, under one id, again until it is heard, or kept as dead."""

import json
import random
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections, transaction
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from armor import rounds
from armor.delivery import deliverer, endpoints
from armor.delivery.backoff import WAITS, wait_after
from armor.delivery.presets import presets
from armor.models import Breach, MailNotice, WebhookEndpoint, WebhookEvent
from tests.armor.receiver import Receiver, hangs, receiving, says
from tests.asking import Program
from tests.factories import account_of
from tests.hands import by_the_service, hand_of, look, trail
from tests.journeys.test_sockets import lose

pytestmark = pytest.mark.usefixtures("real_db")


@pytest.fixture(autouse=True)
def near(settings: Any) -> Any:
    settings.WEBHOOKS_ALLOW_HTTP = settings.WEBHOOKS_ALLOW_LOOPBACK = True
    return settings


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def guarded(ana: User) -> TradingAccount:
    return account_of(ana, account_name="FTMO 100K", risk_limit=1000)


def endpoint_of(user: User, url: str, **values: Any) -> tuple[str, str]:
    """(its id, its secret)"""
    answer = Program(user).ask("post", "webhooks", {"url": url} | values)
    assert answer.status_code == 201, answer.content
    return answer.json()["id"], answer.json()["secret"]


def deliver() -> int:
    with by_the_service():
        taken = rounds.deliver()
        deliverer.wait()
    connections["service"].close()
    return taken


def events() -> list[dict[str, Any]]:
    return look("SELECT * FROM webhook_events ORDER BY created_at, id")


def due_now() -> None:
    """As if the wait were over."""
    with hand_of("superuser") as sql:
        sql.execute("UPDATE webhook_events SET next_retry_at = now(), claimed_until = NULL WHERE status = 'pending'")


# From a loss to the receiver ----------------------------------------------------------------------------


def test_each_breach_arrives_once_signed_as_a_strangers_library_checks_it(
    receiver: Receiver, guarded: TradingAccount
) -> None:
    _, secret = endpoint_of(guarded.user, receiver.url)
    lose(guarded, 1250)
    while deliver():
        pass
    told = [Webhook(secret).verify(asked.body, _headers(asked)) for asked in receiver.requests]
    assert sorted(event["data"]["number"] for event in told) == [1, 2, 3]
    assert {(event["type"], event["version"], event["data"]["account_name"]) for event in told} == {
        ("armor_breach", 1, "FTMO 100K")
    }
    rows = events()
    assert {row["status"] for row in rows} == {"success"}
    assert {asked.header("webhook-id") for asked in receiver.requests} == {str(row["id"]) for row in rows}
    assert look("SELECT DISTINCT webhook_triggered FROM armor_breaches") == [{"webhook_triggered": True}]


def test_a_changed_body_id_or_time_does_not_verify(receiver: Receiver, guarded: TradingAccount) -> None:
    _, secret = endpoint_of(guarded.user, receiver.url)
    lose(guarded, 800)
    deliver()
    asked = receiver.requests[0]
    for body, headers in (
        (asked.body + b" ", _headers(asked)), (asked.body, _headers(asked) | {"webhook-id": "x"}),
        (asked.body, _headers(asked) | {"webhook-timestamp": str(int(clock.now().timestamp()) - 1)}),
    ):  # fmt: skip
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(body, headers)


def _headers(asked: Any) -> dict[str, str]:
    return {name: asked.header(name) for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}


def test_the_outbox_row_stands_and_falls_with_its_cause(receiver: Receiver, guarded: TradingAccount) -> None:
    endpoint_of(guarded.user, receiver.url)
    with pytest.raises(RuntimeError), acting_as(guarded.user), transaction.atomic():
        lose(guarded, 1250)
        assert WebhookEvent.objects.count() == 3
        raise RuntimeError
    assert events() == []
    assert deliver() == 0


def test_a_breach_that_another_hand_wrote_is_told_by_the_worker(receiver: Receiver, guarded: TradingAccount) -> None:
    endpoint_of(guarded.user, receiver.url)
    with acting_as(guarded.user), transaction.atomic():
        from armor.models import BreachCounter

        Breach.objects.create(
            account=guarded, user=guarded.user, number=1, breach_type="max_daily_loss", breach_level=3,
            breach_value=1, breach_limit=1, trading_day=clock.now().date(),
        )  # fmt: skip
        BreachCounter.objects.create(user=guarded.user, last_number=1)
    assert events() == []
    for _ in range(3):
        deliver()
    assert [row["event_type"] for row in events()] == ["armor_breach"]
    assert len(receiver.requests) == 1


def test_only_what_was_asked_for_is_told(receiver: Receiver, guarded: TradingAccount) -> None:
    endpoint_of(guarded.user, receiver.url, event_types=["trade_created", "metrics_update"])
    lose(guarded, 1250)
    while deliver():
        pass
    told = {event["type"]: event["data"] for event in (json.loads(asked.body) for asked in receiver.requests)}
    assert set(told) == {"trade_created", "metrics_update"}
    assert (told["trade_created"]["count"], told["metrics_update"]["risk"]["pnl_today"]) == (1, "-1250.00")


def test_nothing_of_anybody_elses_is_told(receiver: Receiver, guarded: TradingAccount, cy: User) -> None:
    endpoint_of(cy, receiver.url)
    lose(guarded, 1250)
    deliver()
    assert receiver.requests == []


# When the receiver fails --------------------------------------------------------------------------------


def test_what_failed_is_sent_again_with_the_same_id_and_body(guarded: TradingAccount) -> None:
    with receiving(says(500), says(503, "Retry-After: 9000"), says(200)) as receiver:
        endpoint_of(guarded.user, receiver.url)
        lose(guarded, 800)
        deliver()
        first = events()[0]
        assert (first["status"], first["retry_count"], first["last_status_code"]) == ("pending", 1, 500)
        assert deliver() == 0  # not yet
        due_now()
        deliver()
        assert (events()[0]["next_retry_at"] - clock.now()).total_seconds() > 8900  # as it asked
        due_now()
        deliver()
    assert events()[0]["status"] == "success"
    assert len({(asked.header("webhook-id"), asked.body) for asked in receiver.requests}) == 1
    assert len(receiver.requests) == 3


def test_after_about_a_day_it_is_a_dead_letter_that_can_be_replayed(guarded: TradingAccount) -> None:
    with receiving(*[says(500)] * (len(WAITS) + 1), says(200)) as receiver:
        endpoint_of(guarded.user, receiver.url)
        lose(guarded, 800)
        for _ in range(len(WAITS) + 1):
            assert deliver() == 1
            due_now()
        dead = events()[0]
        assert (dead["status"], dead["next_retry_at"], dead["last_error"]) == ("failed", None, "It answered 500.")
        assert deliver() == 0
        answer = Program(guarded.user).ask("post", f"webhook-events/{dead['id']}/replay")
        assert (answer.status_code, answer.json()["status"]) == (202, "pending")
        deliver()
        assert events()[0]["status"] == "success"
        assert len({asked.header("webhook-id") for asked in receiver.requests}) == 1


def test_the_waits_grow_and_add_up_to_about_a_day() -> None:
    """5 + 30 + 120 + 600 + 1800 + 3600 + 7200 + 14400 + 28800 + 28800 = 85 355 s, or 23 h 42 min."""
    assert sum(WAITS) == 85_355
    chance = random.Random(1)
    for _ in range(50):
        waits = [wait_after(n, chance=chance) for n in range(1, len(WAITS) + 1)]
        seconds = [wait.total_seconds() for wait in waits if wait is not None]
        assert all(0.8 * base <= found <= 1.2 * base for base, found in zip(WAITS, seconds, strict=True))
    assert wait_after(len(WAITS) + 1) is None
    assert wait_after(1, asked=10**6) == timedelta(hours=6)


def test_gone_disables_the_endpoint_and_its_owner_hears_why(guarded: TradingAccount) -> None:
    with receiving(says(410)) as receiver:
        id, _ = endpoint_of(guarded.user, receiver.url)
        lose(guarded, 1250)
        deliver()
    told = Program(guarded.user).ask("get", f"webhooks/{id}").json()
    assert (told["is_enabled"], told["disabled_reason"]) == (False, "It answered 410 Gone.")
    assert {row["status"] for row in events()} == {"failed"}
    with acting_as(guarded.user):
        assert MailNotice.objects.filter(kind="endpoint_disabled").count() == 1
    lose(guarded, 10)
    assert deliver() == 0


def test_failing_for_days_disables_and_a_success_forgets(guarded: TradingAccount) -> None:
    with receiving(says(500), says(200), says(500)) as receiver:
        id, _ = endpoint_of(guarded.user, receiver.url)
        for _ in range(2):
            Program(guarded.user).ask("post", f"webhooks/{id}/test")
            deliver()
        assert look("SELECT failing_since FROM webhook_endpoints") == [{"failing_since": None}]
        with hand_of("superuser") as sql:
            sql.execute("UPDATE webhook_endpoints SET failing_since = now() - interval '5 days 1 minute'")
        due_now()
        deliver()
    told = Program(guarded.user).ask("get", f"webhooks/{id}").json()
    assert (told["is_enabled"], told["disabled_reason"]) == (False, "Every delivery failed for 5 days.")
    again = Program(guarded.user).ask("patch", f"webhooks/{id}", {"is_enabled": True}).json()
    assert (again["is_enabled"], again["disabled_reason"], again["failing_since"]) == (True, "", None)


def test_a_receiver_that_hangs_keeps_two_places_and_nobody_else_waiting(
    receiver: Receiver, guarded: TradingAccount, bo: User
) -> None:
    other = account_of(bo, risk_limit=1000)
    endpoint_of(bo, receiver.url)
    enough = threading.Event()
    with receiving(hangs(until=enough)) as hung:
        endpoint_of(guarded.user, hung.url)
        lose(guarded, 1250)
        with by_the_service():
            assert rounds.deliver() == 2
            lose(other, 800)
            assert rounds.deliver() == 1
            done = [future for future, owner in deliverer._under_way.items() if owner == bo.id]
            done[0].result(timeout=30)
            assert (len(receiver.requests), hung.at_once) == (1, 2)  # told while the others still hang
            enough.set()
            deliverer.wait()
        connections["service"].close()
        assert hung.most_at_once == 2


def test_who_dies_with_an_event_in_hand_lets_it_be_sent_again(receiver: Receiver, guarded: TradingAccount) -> None:
    id, _ = endpoint_of(guarded.user, receiver.url)
    lose(guarded, 800)
    assert len(deliverer.claim(guarded.user_id, WebhookEndpoint(id=id).id)) == 1  # and then is never heard of
    assert deliver() == 0
    due_now()
    assert deliver() == 1
    assert events()[0]["status"] == "success"


# Secrets ------------------------------------------------------------------------------------------------


def test_the_secret_is_shown_once_and_kept_sealed(receiver: Receiver, guarded: TradingAccount) -> None:
    id, secret = endpoint_of(guarded.user, receiver.url)
    assert secret.startswith("whsec_")
    program = Program(guarded.user)
    for path in ("webhooks", f"webhooks/{id}"):
        assert "secret" not in program.ask("get", path).content.decode().replace("secret_rot", "")
    kept = look("SELECT secret FROM webhook_endpoints")[0]["secret"]
    assert secret.encode() not in bytes(kept)
    assert secret not in json.dumps(trail(of=id), default=str)
    assert receiver.url not in json.dumps(trail(of=id), default=str)


def test_for_a_day_after_a_rotation_both_secrets_verify(receiver: Receiver, guarded: TradingAccount) -> None:
    id, old = endpoint_of(guarded.user, receiver.url)
    program = Program(guarded.user)
    refused = program.ask("post", f"webhooks/{id}/rotate-secret")
    assert (refused.status_code, refused.json()["code"]) == (403, "step_up_required")
    new = program.step_up().ask("post", f"webhooks/{id}/rotate-secret").json()["secret"]
    assert new != old
    lose(guarded, 800)
    deliver()
    for secret in (old, new):
        Webhook(secret).verify(receiver.requests[0].body, _headers(receiver.requests[0]))
    with hand_of("superuser") as sql:
        sql.execute("UPDATE webhook_endpoints SET old_secret_until = now()")
    lose(guarded, 150)
    deliver()
    asked = receiver.requests[-1]
    Webhook(new).verify(asked.body, _headers(asked))
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(asked.body, _headers(asked))


# The API ------------------------------------------------------------------------------------------------


def test_an_alert_can_be_told_by_hand_and_a_removed_endpoint_hears_nothing(
    receiver: Receiver, guarded: TradingAccount
) -> None:
    lose(guarded, 800)
    program = Program(guarded.user)
    alert = program.ask("get", "alerts").json()["results"][0]["id"]
    refused = program.ask("post", f"alerts/{alert}/webhook")
    assert (refused.status_code, refused.json()["code"]) == (409, "no_endpoint")
    id, _ = endpoint_of(guarded.user, receiver.url)
    told = program.ask("post", f"alerts/{alert}/webhook")
    assert (told.status_code, [event["event_type"] for event in told.json()]) == (202, ["armor_breach"])
    assert program.ask("delete", f"webhooks/{id}").status_code == 204
    assert program.ask("get", f"webhooks/{id}").status_code == 404
    assert deliver() == 0
    event = program.ask("get", "webhook-events").json()["results"][0]
    assert (event["status"], event["last_error"]) == ("failed", "The endpoint was removed.")
    assert program.ask("post", f"webhook-events/{event['id']}/replay").json()["code"] == "endpoint_gone"


def test_no_more_than_twenty_endpoints_are_kept(ana: User, receiver: Receiver) -> None:
    with acting_as(ana):
        for _ in range(endpoints.MOST):
            endpoints.open_endpoint(user=ana, values={"url": receiver.url})
    assert Program(ana).ask("post", "webhooks", {"url": receiver.url}).json()["code"] == "too_many_endpoints"


# Chats --------------------------------------------------------------------------------------------------

EVENT = {
    "type": "armor_breach", "version": 1, "timestamp": "2026-11-20T15:31:00Z",
    "data": {"level": 3, "title": "Daily loss limit reached", "body": "<A&B> @everyone is at −$1,250.",
             "account_name": "<A&B> @everyone", "value": "1250.00", "limit": "1000.00", "currency": "USD",
             "resets_label": "23:00 Paris"},
}  # fmt: skip


def test_discord_gets_an_embed_that_mentions_nobody() -> None:
    told = presets["discord"](EVENT, "https://discord.com/api/webhooks/1/x")
    assert told["allowed_mentions"] == {"parse": []}
    embed = told["embeds"][0]
    assert (embed["title"], embed["color"]) == ("🛑 Daily loss limit reached", 0xAF2D2D)
    assert {"name": "Used", "value": "1250.00 of 1000.00 USD", "inline": True} in embed["fields"]


def test_slack_gets_blocks_with_its_three_signs_escaped() -> None:
    told = presets["slack"](EVENT, "https://hooks.slack.com/services/T/B/x")
    assert [block["type"] for block in told["blocks"]] == ["header", "section", "section"]
    assert "&lt;A&amp;B&gt;" in told["text"]
    assert "<A" not in json.dumps(told)


def test_telegram_gets_a_message_for_the_chat_of_the_address() -> None:
    told = presets["telegram"](EVENT, "https://api.telegram.org/bot1:x/sendMessage?chat_id=-100")
    assert (told["chat_id"], told["parse_mode"]) == ("-100", "HTML")
    assert told["text"].startswith("<b>🛑 Daily loss limit reached</b>\n&lt;A&amp;B&gt;")


@pytest.mark.parametrize("preset", ["discord", "slack", "telegram"])
def test_long_words_are_cut_to_what_the_chat_takes(preset: str) -> None:
    long = EVENT | {"data": EVENT["data"] | {"title": "x" * 9000, "body": "y" * 9000, "account_name": "z" * 9000}}
    told = presets[preset](long, "https://x.example/?chat_id=1")
    longest = max(len(text) for text in _texts(told))
    assert longest <= 4096


def _texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for inner in told.values():
            yield from _texts(inner)
    elif isinstance(told, list):
        for inner in told:
            yield from _texts(inner)


def test_a_chats_address_is_a_key_and_stands_nowhere_but_in_the_endpoint(
    receiver: Receiver, guarded: TradingAccount
) -> None:
    endpoint_of(guarded.user, f"{receiver.url}/K3Y?chat_id=7", preset="telegram")
    lose(guarded, 800)
    deliver()
    assert json.loads(receiver.requests[0].body)["chat_id"] == "7"
    assert "K3Y" not in json.dumps(events(), default=str)
    assert Program(guarded.user).ask("post", "webhooks", {"url": receiver.url, "preset": "telegram"}).status_code == 400
