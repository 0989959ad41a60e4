"""I let a limit that was raised wait for the account's next session; what is lowered holds at once and needs no me."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.db.tenancy import because
from armor import evidence
from armor.errors import ChangeOver
from armor.models import LimitChange
from armor.models.guard import ChangeStatus


def waiting() -> QuerySet[LimitChange]:
    return LimitChange.objects.select_related("account").filter(status=ChangeStatus.WAITING).order_by("effective_at")


def wait_for(account: TradingAccount, raised: Mapping[str, Any], *, now: datetime | None = None) -> list[LimitChange]:
    """Each of these limits comes into force at the next reset; a newer wish replaces the one that waits."""
    moment = now or clock.now()
    withdraw(account, raised)
    reset = evidence.bounds(account, evidence.day_of(account, moment))[1]
    return LimitChange.objects.bulk_create(
        LimitChange(
            account=account, user_id=account.user_id, field=name, old_value=_text(getattr(account, name)),
            new_value=_text(value), effective_at=reset,
        )
        for name, value in raised.items()
    )  # fmt: skip


def withdraw(account: TradingAccount, fields: Iterable[str]) -> int:
    """A limit that is set anew, up or down, forgets the wish that waited."""
    return LimitChange.objects.filter(account=account, field__in=list(fields), status=ChangeStatus.WAITING).update(
        status=ChangeStatus.WITHDRAWN, decided_at=clock.now()
    )


def withdraw_one(change: LimitChange) -> LimitChange:
    if not LimitChange.objects.filter(pk=change.pk, status=ChangeStatus.WAITING).update(
        status=ChangeStatus.WITHDRAWN, decided_at=clock.now()
    ):
        raise ChangeOver(status=change.status)
    change.refresh_from_db()
    return change


def apply(change_id: UUID, *, now: datetime | None = None) -> bool:
    """The session has begun: the limit is in force. In the caller's transaction, as the account's owner."""
    moment = now or clock.now()
    change = LimitChange.objects.select_for_update().filter(pk=change_id, status=ChangeStatus.WAITING).first()
    if change is None or change.effective_at > moment:
        return False
    account = TradingAccount.objects.get(pk=change.account_id)
    if not account.is_closed:
        with because("raised limit, asked for before and in force from this session"):
            TradingAccount.objects.filter(pk=account.pk).update(**{change.field: _number(change.new_value)})
    LimitChange.objects.filter(pk=change.pk).update(status=ChangeStatus.APPLIED, decided_at=moment)
    return True


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _number(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)
