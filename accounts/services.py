"""I open, change and close trading accounts."""

from collections.abc import Mapping
from typing import Any

from accounts.errors import AccountAlreadyClosed, AccountChangedMeanwhile, DayIsTheProgrammes
from accounts.limits import LIMITS, moves_a_firms_day, raised
from accounts.models import TradingAccount, User
from accounts.models.account import AccountStatus
from accounts.signals import limits_changed


def open_account(*, user: User, values: Mapping[str, Any]) -> TradingAccount:
    account = TradingAccount.objects.create(user=user, **values)
    account.refresh_from_db()
    return account


def change_account(*, account: TradingAccount, version: int | None, values: Mapping[str, Any]) -> TradingAccount:
    """Change what is given, against the version the writer saw. What would guard it less is not written: it waits."""
    if account.is_closed:
        raise AccountAlreadyClosed(account=account.account_name)
    if version is not None and version != account.version:
        raise AccountChangedMeanwhile(current=account.version, sent=version)
    if moves_a_firms_day(account, values):
        raise DayIsTheProgrammes(account=account.account_name)
    waits = raised(account, values)
    now = {name: value for name, value in values.items() if name not in waits}
    changed = [name for name in LIMITS if name in now and getattr(account, name) != now[name]]
    account = _write(account, version, now)
    if waits or changed:
        limits_changed.send(sender=TradingAccount, account=account, raised=waits, written=changed)
    return account


def close_account(*, account: TradingAccount, version: int | None = None) -> TradingAccount:
    """Nothing is written into it any more; what it holds stays. Done twice, the first time counts."""
    return account if account.is_closed else _write(account, version, {"account_status": AccountStatus.CLOSED})


def _write(account: TradingAccount, version: int | None, values: Mapping[str, Any]) -> TradingAccount:
    if values:
        standing = TradingAccount.objects.filter(pk=account.pk)
        if version is not None:
            standing = standing.filter(version=version)
        written = standing.update(**values)
        account.refresh_from_db()
        if not written:
            raise AccountChangedMeanwhile(current=account.version, sent=version)
    return account
