"""I am the asker's connections to brokers; secrets go in and are never shown again."""

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import selectors as people
from accounts import stepup
from aetheris.api.belonging import AccountField
from aetheris.api.resources import Collection, resource
from trading import selectors
from trading.connections import add_connection, change_connection, issue_push_token, remove_connection
from trading.models import BrokerConnection
from trading.syncing import test_connection

SECRET: dict[str, Any] = {"write_only": True, "required": False, "allow_null": True, "max_length": 4096}


class ConnectionShape(serializers.ModelSerializer[BrokerConnection]):
    account = AccountField(people.accounts)
    broker_type = serializers.CharField(max_length=80)
    api_key = serializers.CharField(**SECRET)
    api_secret = serializers.CharField(**SECRET)
    extra_config = serializers.CharField(**SECRET)

    class Meta:
        model = BrokerConnection
        validators: list[Any] = []  # what is unique, the database says
        fields = [
            "id", "account", "account_id", "broker_type", "api_key", "api_secret", "extra_config", "key_hint",
            "conflict_policy", "sync_interval", "last_sync_at", "sync_status", "last_error", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "id", "account_id", "key_hint", "last_sync_at", "sync_status", "last_error", "created_at", "updated_at",
        ]  # fmt: skip

    def validate_account(self, account: Any) -> Any:
        if self.instance is not None and account.pk != self.instance.account_id:
            raise serializers.ValidationError("A connection stays with its account. Add a new one to the other.")
        return account


class TestShape(serializers.Serializer[Any]):
    ok = serializers.BooleanField()
    message = serializers.CharField()


class TokenShape(serializers.Serializer[Any]):
    token = serializers.CharField()


class ConnectionFilter(FilterSet):
    account = UUIDFilter(field_name="account_id")
    broker_type = CharFilter()


@resource("connections")
class Connections(ListModelMixin, RetrieveModelMixin, Collection):
    """Ways by which trades reach an account. Secrets are write-only; `key_hint` shows the end of the key."""

    serializer_class = ConnectionShape
    filterset_class = ConnectionFilter
    ordering_fields = ["created_at"]
    key_scope = "manage"

    @property
    def idempotent(self) -> bool:  # type: ignore[override]
        """An answer with a secret is not kept for a second time."""
        return self.action != "push_token"

    def get_queryset(self) -> QuerySet[BrokerConnection]:
        return selectors.connections()

    def create(self, request: Request) -> Response:
        shape = ConnectionShape(data=request.data)
        shape.is_valid(raise_exception=True)
        given = dict(shape.validated_data)
        connection = add_connection(account=given.pop("account"), values=given)
        return Response(ConnectionShape(connection).data, status=201)

    def partial_update(self, request: Request, id: str) -> Response:
        connection = self.get_object()
        shape = ConnectionShape(connection, data=request.data, partial=True)
        shape.is_valid(raise_exception=True)
        given = {name: value for name, value in shape.validated_data.items() if name != "account"}
        return Response(ConnectionShape(change_connection(connection=connection, values=given)).data)

    @extend_schema(request=None, responses=TestShape)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def test(self, request: Request, id: str) -> Response:
        """Ask the broker once, now; nothing is written."""
        return Response({"ok": True, "message": test_connection(self.get_object())})

    @extend_schema(request=None, responses=TokenShape)
    @action(detail=True, methods=["post"], url_path="push-token", pagination_class=None, filter_backends=[])
    def push_token(self, request: Request, id: str) -> Response:
        """A new token for whoever pushes to this connection, told once; the one before ends."""
        connection = self.get_object()
        stepup.require(request)
        return Response({"token": issue_push_token(connection=connection)})

    def destroy(self, request: Request, id: str) -> Response:
        remove_connection(connection=self.get_object())
        return Response(status=204)
