"""Level 3 leaves by e-mail within seconds, many things in one letter, and no kill loses a letter."""

import email
import email.policy
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db import connections

from accounts.models import TradingAccount, User
from aetheris import clock
from aetheris.db.tenancy import acting_as
from aetheris.embedded import free_port
from armor.delivery import mails
from armor.models import AlertSettings, MailNotice
from tests.factories import account_of
from tests.hands import by_the_service, hand_of, look
from tests.journeys.test_sockets import lose

pytestmark = pytest.mark.usefixtures("real_db")


@dataclass
class Postbox:
    """A mail server's keeper: what came, and how it answers, in turn."""

    answers: list[str] = field(default_factory=lambda: ["250 OK"])
    came: list[EmailMessage] = field(default_factory=list)
    tried: int = 0

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = self.answers[min(self.tried, len(self.answers) - 1)]
        self.tried += 1
        if answer.startswith("250"):
            self.came.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return answer


@pytest.fixture
def postbox(settings: Any) -> Iterator[Postbox]:
    box = Postbox()
    server = Controller(box, hostname="127.0.0.1", port=free_port())
    server.start()
    host, port = server.server.sockets[0].getsockname()[:2]
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    settings.MAILERS = {"default": {"BACKEND": smtp, "OPTIONS": {"host": host, "port": port}}}
    settings.SITE_URL, settings.MAIL_DOMAIN = "https://aetheris.example", "aetheris.example"
    yield box
    server.stop()


@pytest.fixture
def guarded(ana: User) -> TradingAccount:
    return account_of(ana, account_name="FTMO 100K", risk_limit=1000)


def send() -> int:
    with by_the_service():
        sent = mails.send_due()
    connections["service"].close()
    return sent


def gathered() -> None:
    """As if the seconds of gathering were over."""
    with hand_of("superuser") as sql:
        sql.execute("UPDATE mail_notices SET due_at = now() WHERE sent_at IS NULL AND gave_up_at IS NULL")


def later(minutes: int) -> None:
    """As if that time had passed since the last letter."""
    with hand_of("superuser") as sql:
        sql.execute(
            "UPDATE mail_notices SET sent_at = sent_at - %s, due_at = least(due_at, now())",
            [timedelta(minutes=minutes)],
        )


def test_level_3_comes_as_one_letter_in_text_and_html(postbox: Postbox, guarded: TradingAccount) -> None:
    lose(guarded, 1250)
    assert send() == 0  # the first seconds gather
    gathered()
    assert send() == 1
    letter = postbox.came[0]
    assert (letter["to"], letter["subject"]) == ("ana@example.com", "Daily loss limit reached: FTMO 100K")
    text, html = (letter.get_body([kind]).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    for words in ("Level 3", "−$1,250", "https://aetheris.example/armor/"):
        assert words in text
        assert words in html
    assert "style=" not in html
    assert send() == 0


def test_levels_1_and_2_do_not_unless_level_2_is_asked_for(postbox: Postbox, guarded: TradingAccount) -> None:
    lose(guarded, 950)
    gathered()
    assert send() == 0
    with acting_as(guarded.user):
        AlertSettings.objects.create(user=guarded.user, mail_levels=[2])
    other = account_of(guarded.user, risk_limit=1000)
    lose(other, 950)
    gathered()
    assert send() == 1
    assert "90%" not in postbox.came[0]["subject"]
    with acting_as(guarded.user):
        AlertSettings.objects.update(mail_levels=[])
    lose(account_of(guarded.user, risk_limit=1000), 2000)
    assert send() == 0
    assert look("SELECT count(*) AS n FROM mail_notices") == [{"n": 1}]


def test_many_breaches_within_the_window_leave_in_one_letter(
    postbox: Postbox, ana: User, guarded: TradingAccount
) -> None:
    lose(guarded, 1250)
    gathered()
    assert send() == 1
    for n in range(5):
        lose(account_of(ana, account_name=f"Account {n}", risk_limit=1000), 1100)
    gathered()
    assert send() == 0  # five minutes are not over
    assert postbox.tried == 1
    later(minutes=6)
    assert send() == 1
    letter = postbox.came[1]
    assert letter["subject"] == "5 alerts, 5 at level 3"
    text = letter.get_body(["plain"]).get_content()  # type: ignore[union-attr]
    assert [f"Account {n}" in text for n in range(5)] == [True] * 5


def test_after_many_letters_in_a_day_one_an_hour_is_left(postbox: Postbox, guarded: TradingAccount) -> None:
    with acting_as(guarded.user):
        MailNotice.objects.bulk_create(
            MailNotice(user=guarded.user, kind="breach", about=guarded.id, due_at=clock.now(), mail_id=id,
                       sent_at=clock.now() - timedelta(minutes=30))
            for id in (mails.uuid7() for _ in range(mails.MOST_A_DAY))
        )  # fmt: skip
    lose(guarded, 1250)
    gathered()
    assert send() == 0
    later(minutes=31)
    assert send() == 1


def test_a_server_that_refuses_is_asked_again_with_the_same_letter(postbox: Postbox, guarded: TradingAccount) -> None:
    postbox.answers = ["451 later", "250 OK"]
    lose(guarded, 1250)
    gathered()
    assert send() == 0
    row = look("SELECT tries, last_error, sent_at, mail_id FROM mail_notices")[0]
    assert (row["tries"], row["sent_at"], "451" in row["last_error"]) == (1, None, True)
    gathered()
    assert send() == 1
    assert postbox.came[0]["message-id"] == f"<{row['mail_id']}@aetheris.example>"


def test_who_dies_after_sending_sends_the_same_letter_again_and_not_another(
    postbox: Postbox, guarded: TradingAccount, monkeypatch: Any
) -> None:
    """At least once: the second one carries the first one's Message-ID, by which a mail server knows it."""
    lose(guarded, 1250)
    gathered()

    with monkeypatch.context() as patched:
        patched.setattr(mails, "_note", lambda *told: None)  # as if killed before it could be noted
        send()
    lose(account_of(guarded.user, risk_limit=1000), 2000)
    gathered()
    assert send() == 1
    first, second = postbox.came
    assert (first["message-id"], first["subject"]) == (second["message-id"], second["subject"])


def test_nothing_is_sent_to_who_was_suspended(postbox: Postbox, guarded: TradingAccount) -> None:
    lose(guarded, 1250)
    gathered()
    with hand_of("superuser") as sql:
        sql.execute("UPDATE users SET status = 'SUSPENDED'")
    assert send() == 0
    assert postbox.tried == 0


def test_the_letter_stands_and_falls_with_its_breach(postbox: Postbox, guarded: TradingAccount) -> None:
    with pytest.raises(RuntimeError), acting_as(guarded.user):
        lose(guarded, 1250)
        raise RuntimeError
    assert look("SELECT * FROM mail_notices") == []
