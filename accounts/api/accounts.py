"""I am the asker's trading accounts: opened, changed against a version, closed, never removed.

A limit that is raised asks for a fresh second factor and is answered with 202: it waits in limit-changes for the
account's next session.
"""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors, services, stepup
from accounts.api.fields import CurrencyField, ZoneField
from accounts.limits import raised
from accounts.models import TradingAccount
from aetheris.api.model_shape import ModelShape
from aetheris.api.resources import Collection, resource
from aetheris.api.versions import version_sent, with_version

A_FRACTION: dict[str, Any] = {
    "max_digits": 9, "decimal_places": 6, "min_value": Decimal("0.000001"), "max_value": Decimal(1),
}  # fmt: skip


class AccountShape(ModelShape[TradingAccount]):
    starting_balance = serializers.DecimalField(20, 8, min_value=Decimal(0), required=False)
    risk_limit = serializers.DecimalField(20, 8, min_value=Decimal("0.00000001"), required=False, allow_null=True)
    max_drawdown_limit = serializers.DecimalField(**A_FRACTION, required=False, allow_null=True)
    trailing_dd_limit = serializers.DecimalField(**A_FRACTION, required=False, allow_null=True)
    currency = CurrencyField(required=False)
    day_timezone = ZoneField(required=False)

    class Meta:
        model = TradingAccount
        validators: list[Any] = []  # what is unique, the database says
        fields = [
            "id", "user_id", "account_name", "account_type", "broker", "broker_account_id", "account_status",
            "currency", "starting_balance", "risk_limit", "max_drawdown_limit", "trailing_dd_limit", "prop_firm_rules",
            "day_timezone", "day_starts_at", "version", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "user_id", "account_status", "prop_firm_rules", "version", "created_at", "updated_at"]


CHANGED = {200: AccountShape, 202: OpenApiResponse(AccountShape, "What would guard it less waits in limit-changes.")}


@resource("accounts")
class Accounts(ListModelMixin, Collection):
    """Trading accounts. There is no way to delete one: close it."""

    serializer_class = AccountShape
    key_scope = "manage"
    versioned = True
    filterset_fields = ["account_type", "account_status", "currency", "broker"]
    ordering_fields = ["created_at", "account_name", "starting_balance"]

    def get_queryset(self) -> QuerySet[TradingAccount]:
        return selectors.accounts()

    def create(self, request: Request) -> Response:
        given = self._checked(request)
        account = services.open_account(user=request.user, values=given)  # type: ignore[arg-type]
        return self._shown(account, status=201)

    def retrieve(self, request: Request, id: str) -> Response:
        return self._shown(self.get_object())

    @extend_schema(responses=CHANGED)
    def update(self, request: Request, id: str) -> Response:
        return self._change(request, partial=False)

    @extend_schema(responses=CHANGED)
    def partial_update(self, request: Request, id: str) -> Response:
        return self._change(request, partial=True)

    @extend_schema(request=None, responses=AccountShape)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, id: str) -> Response:
        """Nothing is written into a closed account any more; what it holds stays."""
        return self._shown(services.close_account(account=self.get_object(), version=version_sent(request)))

    def _change(self, request: Request, *, partial: bool) -> Response:
        account: TradingAccount = self.get_object()
        given = self._checked(request, account, partial=partial)
        if waits := raised(account, given):
            stepup.require(request)
        account = services.change_account(account=account, version=version_sent(request), values=given)
        return self._shown(account, status=202 if waits else 200)

    def _checked(self, request: Request, account: TradingAccount | None = None, **how: Any) -> dict[str, Any]:
        shape = AccountShape(account, data=request.data, **how)
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)

    def _shown(self, account: TradingAccount, status: int = 200) -> Response:
        return with_version(AccountShape(account).data, account.version, status=status)
