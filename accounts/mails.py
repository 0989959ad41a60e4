"""I send a person a mail once the work that causes it is committed, beside the request.

A known address and an unknown one cost the asker the same time: nobody waits here for a mail server.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import select_template

from accounts.models import User
from aetheris import language

log = logging.getLogger("aetheris.accounts")
_post = ThreadPoolExecutor(max_workers=2, thread_name_prefix="mail")
_under_way: set[Future[None]] = set()


def send(name: str, to: User, **told: Any) -> None:
    """`name` is a file of templates/accounts/mail, in the language of whom it is for: its first line is the subject."""
    spoken = language.chosen(to.locale or "")
    with language.speaking(spoken):
        letter = select_template([f"accounts/mail/{spoken}/{name}.txt", f"accounts/mail/{name}.txt"])
        words = letter.render(told | {"site": settings.SITE_URL})
    subject, _, body = words.strip().partition("\n")
    message = EmailMessage(subject.strip(), body.strip() + "\n", to=[to.email])
    transaction.on_commit(lambda: _hand_over(message))


def _hand_over(message: EmailMessage) -> None:
    task = _post.submit(_deliver, message)
    _under_way.add(task)
    task.add_done_callback(_under_way.discard)


def _deliver(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception:
        log.exception("A mail could not be sent: %s", message.subject)


def wait(seconds: float = 20) -> None:
    """Until everything handed over is sent."""
    for task in list(_under_way):
        task.result(timeout=seconds)
