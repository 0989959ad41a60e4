"""I open, change and close trading accounts."""

from collections.abc import Mapping
from typing import Any

from accounts.errors import AccountAlreadyClosed, AccountChangedMeanwhile
from accounts.models import TradingAccount, User
from accounts.models.account import AccountStatus


def open_account(*, user: User, values: Mapping[str, Any]) -> TradingAccount:
    account = TradingAccount.objects.create(user=user, **values)
    account.refresh_from_db()
    return account


def change_account(*, account: TradingAccount, version: int | None, values: Mapping[str, Any]) -> TradingAccount:
    """Change what is given, against the version the writer saw."""
    if account.is_closed:
        raise AccountAlreadyClosed(account=account.account_name)
    return _write(account, version, values)


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
