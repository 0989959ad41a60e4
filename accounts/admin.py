"""I show people and their trading accounts to the compliance desk."""

from typing import Any

from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest

from accounts.models import TradingAccount, User
from aetheris.backoffice import LookOnly


@admin.register(User)
class UserDesk(LookOnly):
    """Who they are and where their checks stand."""

    list_display = ["email", "kyc_status", "aml_status", "role", "status", "created_at"]
    list_filter = ["kyc_status", "aml_status", "role", "status"]
    search_fields = ["email"]
    ordering = ["-created_at"]
    fields = [
        "email", "first_name", "last_name", "kyc_status", "aml_status", "role", "status", "timezone", "locale",
        "base_currency", "last_login", "version", "created_at", "updated_at", "deleted_at",
    ]  # fmt: skip


class OwnedDesk(LookOnly):
    """Rows of a person's, named by e-mail: of people, staff may read some columns only, so none is loaded whole."""

    @admin.display(description="owner", ordering="user__email")
    def owner(self, row: Any) -> str:
        return str(row.owner_email)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(owner_email=F("user__email"))


class AccountedDesk(OwnedDesk):
    """Rows of one of a person's accounts."""

    @admin.display(description="account", ordering="account__account_name")
    def account_name(self, row: Any) -> str:
        return str(row.name_of_account)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(name_of_account=F("account__account_name"))


@admin.register(TradingAccount)
class AccountDesk(OwnedDesk):
    list_display = ["account_name", "owner", "account_type", "broker", "currency", "account_status", "created_at"]
    list_filter = ["account_type", "account_status", "currency"]
    search_fields = ["user__email", "account_name", "broker_account_id"]
    ordering = ["-created_at"]
    fields = [
        "account_name", "owner", "account_type", "broker", "broker_account_id", "account_status", "currency",
        "starting_balance", "risk_limit", "max_drawdown_limit", "trailing_dd_limit", "prop_firm_rules",
        "day_timezone", "day_starts_at", "version", "created_at", "updated_at", "deleted_at",
    ]  # fmt: skip
