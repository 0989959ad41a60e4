"""I do what comes up for the guard without anybody asking: judge, announce, deliver, apply what waited."""

import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection

from aetheris.db.tenancy import acting_as
from armor import flattening, services
from armor.delivery import deliverer, mails, outbox

log = logging.getLogger("aetheris.armor")


def judge_all_due() -> int:
    """What somebody wrote without us: SQL by hand, another program, a restored row. The number of accounts judged.

    One that cannot be judged stays due and is told of; the others go on.
    """
    due = _through("SELECT account_id, user_id FROM door.due_accounts()")
    return sum(_done(services.judge_due, user_id, account_id) for account_id, user_id in due)


def announce_all() -> int:
    """Breaches that came by another way than a trade. The number of people with something new to be told."""
    due = _through("SELECT user_id FROM door.unannounced()")
    return sum(_done(outbox.announce, user_id, user_id) for (user_id,) in due)


def deliver() -> int:
    """Webhooks: handed to the pool and not waited for."""
    announce_all()
    return deliverer.deliver_due()


def mail() -> int:
    return mails.send_due()


def raise_limits() -> int:
    """Looser limits, other ground, another programme: asked for before, and their session has begun."""
    due = _through("SELECT id, user_id FROM door.due_limit_changes()")
    return sum(_done(services.apply_change, user_id, change_id) for change_id, user_id in due)


def flatten() -> int:
    """Accounts to be closed out at their broker."""
    due = _through("SELECT id, user_id FROM door.due_flatten_orders()")
    return sum(flattening.carry_out(order_id, user_id) for order_id, user_id in due)


def _through(query: str) -> list[tuple[UUID, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def _done(work: Callable[[UUID], Any], user_id: UUID, about: UUID) -> bool:
    try:
        with acting_as(user_id, label="armor"):
            work(about)
    except Exception:
        log.exception("%s of %s failed and is tried again", work.__name__, about)
        return False
    return True
