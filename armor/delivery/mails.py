"""I gather what is to be told by e-mail and send it, many things in one letter, not more letters than one can read.

The first letter leaves within seconds; what happens in the five minutes after it waits for the next one. A letter is
claimed before it is sent and noted after: who is killed in between sends it again, under the same Message-ID.
"""

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import connection
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from aetheris import clock, language
from aetheris.db.rows import uuid7
from aetheris.db.tenancy import acting_as
from armor import selectors
from armor.models import AlertSettings, Breach, MailNotice, WebhookEndpoint
from armor.models.mail import NoticeKind

log = logging.getLogger("aetheris.delivery")

GATHER, WINDOW, CLAIM = timedelta(seconds=2), timedelta(minutes=5), timedelta(minutes=2)
MOST_A_DAY, SELDOM = 24, timedelta(hours=1)
RETRIES = (30, 60, 300, 900, 3600, 3600, 7200, 14400, 28800, 28800)
LONGEST = 50  # breaches told one by one in one letter


def levels_of(user_id: UUID) -> list[int]:
    """Which levels this person wants by e-mail: level 3 until they say otherwise."""
    kept = AlertSettings.objects.filter(user_id=user_id).first()
    return [3] if kept is None else list(kept.mail_levels)


def settings_of(user: User) -> AlertSettings:
    """How this person wants to be told; unsaved where they have said nothing."""
    return AlertSettings.objects.filter(user=user).first() or AlertSettings(user=user, mail_levels=[3])


def set_settings(user: User, values: dict[str, Any]) -> AlertSettings:
    if "mail_levels" in values:
        values = values | {"mail_levels": sorted(set(values["mail_levels"]))}
    if not AlertSettings.objects.filter(user=user).update(**values):
        AlertSettings.objects.create(user=user, **({"mail_levels": [3]} | values))
    return settings_of(user)


def queue_breaches(user_id: UUID, breaches: Sequence[Breach], *, now: datetime) -> None:
    """Of each rule and day only the highest level: 1, 2 and 3 of one loss are one thing to tell."""
    if not breaches:
        return
    wanted = levels_of(user_id)
    highest = {(b.account_id, b.breach_type, b.trading_day): b for b in sorted(breaches, key=lambda b: b.breach_level)}
    MailNotice.objects.bulk_create(
        _notice(user_id, NoticeKind.BREACH, breach.id, now)
        for breach in highest.values() if breach.breach_level in wanted
    )  # fmt: skip


def queue_disabled(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    _notice(endpoint.user_id, NoticeKind.ENDPOINT_DISABLED, endpoint.id, now).save(force_insert=True)


def _notice(user_id: UUID, kind: str, about: UUID, now: datetime) -> MailNotice:
    return MailNotice(user_id=user_id, kind=kind, about=about, due_at=now + GATHER)


def send_due() -> int:
    """The number of letters sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT user_id FROM door.due_mails()")
        due = [row[0] for row in cursor.fetchall()]
    return sum(_serve(user_id) for user_id in due)


def _serve(user_id: UUID) -> int:
    with acting_as(user_id, label="delivery"):
        letter = claim(user_id, clock.now())
        if letter is None:
            return 0
        message = compose(user_id, *letter)
    error = _sent(message) if message is not None else ""
    with acting_as(user_id, label="delivery"):
        _note(letter[0], error, clock.now())
    return 0 if error or message is None else 1


def claim(user_id: UUID, now: datetime) -> tuple[UUID, list[MailNotice]] | None:
    """The letter whose time has come: one begun before, else everything that waits, unless one left just now."""
    waiting = MailNotice.objects.select_for_update(skip_locked=True).filter(sent_at=None, gave_up_at=None)
    due = list(waiting.filter(due_at__lte=now).order_by("created_at", "id"))
    if not due:
        return None
    begun = next((notice.mail_id for notice in due if notice.mail_id), None)
    if begun is None and (later := _too_soon(now)) is not None:
        MailNotice.objects.filter(pk__in=[notice.pk for notice in due]).update(due_at=later)
        return None
    told = [notice for notice in due if notice.mail_id == begun]
    letter = begun or uuid7()
    MailNotice.objects.filter(pk__in=[notice.pk for notice in told]).update(mail_id=letter, due_at=now + CLAIM)
    return letter, told


def _too_soon(now: datetime) -> datetime | None:
    """Until when the next letter waits: five minutes after the last, an hour once there were many today."""
    sent = MailNotice.objects.filter(sent_at__gt=now - timedelta(days=1)).order_by("-sent_at")
    letters = list(sent.order_by().values_list("mail_id", flat=True).distinct()[:MOST_A_DAY])
    last = sent.values_list("sent_at", flat=True).first()
    apart = SELDOM if len(letters) >= MOST_A_DAY else WINDOW
    return last + apart if last is not None and now - last < apart else None


def compose(user_id: UUID, letter: UUID, notices: Sequence[MailNotice]) -> EmailMultiAlternatives | None:
    """In the language of whom it is for."""
    user = User.objects.get(pk=user_id)
    with language.speaking(language.chosen(user.locale or "")):
        return _composed(user, letter, notices)


def _composed(user: User, letter: UUID, notices: Sequence[MailNotice]) -> EmailMultiAlternatives | None:
    about = [notice.about for notice in notices]
    found = list(Breach.objects.select_related("account").filter(pk__in=about).order_by("number"))
    gone = list(WebhookEndpoint.objects.filter(pk__in=about))
    if not user.is_active or not (found or gone):
        return None
    told = {
        "user": user, "site": settings.SITE_URL, "count": len(found), "more": max(0, len(found) - LONGEST),
        "alerts": [selectors.alert(breach, zone=user.timezone) for breach in found[-LONGEST:]], "endpoints": gone,
    }  # fmt: skip
    subject = _subject(told["alerts"], len(found), gone)
    message = EmailMultiAlternatives(
        subject, render_to_string("emails/alerts.txt", told), to=[user.email],
        headers={"Message-ID": f"<{letter}@{settings.MAIL_DOMAIN}>", "Auto-Submitted": "auto-generated"},
    )  # fmt: skip
    message.attach_alternative(render_to_string("emails/alerts.html", told), "text/html")
    return message


def _subject(alerts: list[dict[str, object]], count: int, gone: Sequence[WebhookEndpoint]) -> str:
    if not alerts:
        return _("A webhook endpoint was disabled")
    if count == 1:
        return f"{alerts[0]['title']}: {alerts[0]['account_name']}"[:150]
    grave = sum(alert["level"] == 3 for alert in alerts)
    told = ngettext("{} alert", "{} alerts", count).format(count)
    return told + (_(", {} at level 3").format(grave) if grave else "")


def _sent(message: EmailMultiAlternatives) -> str:
    """What went wrong, or nothing."""
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as refusal:
        log.warning("A letter could not be sent and is tried again: %s", " ".join(str(refusal).split())[:200])
        return " ".join(str(refusal).split())[:500] or type(refusal).__name__
    return ""


def _note(letter: UUID, error: str, now: datetime) -> None:
    mine = MailNotice.objects.filter(mail_id=letter, sent_at=None)
    if not error:
        mine.update(sent_at=now, last_error="")
        return
    tries = max(mine.values_list("tries", flat=True), default=0) + 1
    if tries > len(RETRIES):
        mine.update(tries=tries, last_error=error, gave_up_at=now)
    else:
        mine.update(tries=tries, last_error=error, due_at=now + timedelta(seconds=RETRIES[tries - 1]))
