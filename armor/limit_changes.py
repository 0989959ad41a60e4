"""I let what would guard an account less wait for its next session; what guards it more holds at once without me."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.limits import GROUND, LIMITS
from accounts.models import TradingAccount
from aetheris import clock
from aetheris.db.tenancy import because
from armor import evidence, programmes
from armor.errors import ChangeOver
from armor.models import LimitChange, PropFirmTemplate
from armor.models.guard import ChangeStatus

PROGRAMME = "programme"
FIELDS = (*LIMITS, *GROUND, PROGRAMME)


def waiting() -> QuerySet[LimitChange]:
    return LimitChange.objects.select_related("account").filter(status=ChangeStatus.WAITING).order_by("effective_at")


def wait_for(account: TradingAccount, raised: Mapping[str, Any], *, now: datetime | None = None) -> list[LimitChange]:
    """Each of these limits comes into force at the next reset; a newer wish replaces the one that waits."""
    moment = now or clock.now()
    withdraw(account, raised)
    reset = evidence.bounds(account, evidence.day_of(account, moment))[1]
    return LimitChange.objects.bulk_create(
        LimitChange(
            account=account, user_id=account.user_id, field=name, old_value=_text(_standing(account, name)),
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


def apply(change_id: UUID, *, now: datetime | None = None) -> LimitChange | None:
    """The session has begun: what waited is in force. In the caller's transaction, as the account's owner."""
    moment = now or clock.now()
    change = LimitChange.objects.select_for_update().filter(pk=change_id, status=ChangeStatus.WAITING).first()
    if change is None or change.effective_at > moment:
        return None
    account = TradingAccount.objects.get(pk=change.account_id)
    if not account.is_closed:
        with because("asked for before and in force from this session"):
            _write(account, change)
    LimitChange.objects.filter(pk=change.pk).update(status=ChangeStatus.APPLIED, decided_at=moment)
    return change


def _write(account: TradingAccount, change: LimitChange) -> None:
    if change.field == PROGRAMME:
        programmes.hold(account, PropFirmTemplate.objects.get(pk=str(change.new_value)))
    else:
        kind: Any = TradingAccount._meta.get_field(change.field)
        TradingAccount.objects.filter(pk=account.pk).update(**{change.field: kind.to_python(change.new_value)})


def _standing(account: TradingAccount, name: str) -> Any:
    return (account.prop_firm_rules or {}).get("template_id") if name == PROGRAMME else getattr(account, name)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
