"""I read who asks and which accounts are theirs; whose they are is the database's to decide."""

from django.db.models import QuerySet
from django.http import HttpRequest

from accounts.models import TradingAccount, User


def accounts() -> QuerySet[TradingAccount]:
    """Every account of the asker's, closed ones too, newest first."""
    return TradingAccount.objects.filter(deleted_at=None).order_by("-created_at", "-id")


def reader(request: HttpRequest) -> User:
    """The person signed in; only for views that let nobody else in."""
    if not isinstance(request.user, User):
        raise TypeError("This view was opened to somebody who is not signed in.")
    return request.user


def active_accounts() -> QuerySet[TradingAccount]:
    """The accounts that are traded, oldest first."""
    return accounts().filter(account_status="active").order_by("created_at")
