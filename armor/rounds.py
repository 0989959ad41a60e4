"""I judge what somebody wrote without us: SQL by hand, another program, a restored row."""

import logging

from django.db import connection

from aetheris.db.tenancy import acting_as
from armor import services

log = logging.getLogger("aetheris.armor")


def judge_all_due() -> int:
    """The number of accounts judged. One that cannot be judged stays due and is told of; the others go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT account_id, user_id FROM door.due_accounts()")
        due = cursor.fetchall()
    judged = 0
    for account_id, user_id in due:
        try:
            with acting_as(user_id, label="armor"):
                services.judge_due(account_id)
            judged += 1
        except Exception:
            log.exception("Account %s could not be judged and stays due", account_id)
    return judged
