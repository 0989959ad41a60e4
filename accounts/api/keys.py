"""I am one's own API keys, for programs that nobody sits at: made, shown once, revoked."""

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import keys, stepup
from accounts.models import ApiKey
from accounts.models.api_key import Scope
from accounts.selectors import reader
from aetheris import clock
from aetheris.api.resources import Collection, resource

LONGEST = timedelta(days=366)


class KeyShape(serializers.ModelSerializer[ApiKey]):
    class Meta:
        model = ApiKey
        fields = ["id", "name", "hint", "scopes", "expires_at", "used_at", "revoked_at", "created_at"]
        read_only_fields = fields


class KeyGiven(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80)
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices), min_length=1, max_length=3)
    expires_at = serializers.DateTimeField(required=False, help_text="Within a year; 90 days unless told.")

    def validate_expires_at(self, moment: Any) -> Any:
        if not clock.now() < moment <= clock.now() + LONGEST:
            raise serializers.ValidationError("Name a moment within the next 366 days.")
        return moment


class KeyShownShape(KeyShape):
    key = serializers.CharField(help_text="Shown this once.")

    class Meta(KeyShape.Meta):
        fields = [*KeyShape.Meta.fields, "key"]
        read_only_fields = fields


@resource("auth/keys")
class Keys(ListModelMixin, RetrieveModelMixin, Collection):
    """API keys, each sent as `Authorization: Bearer ak_…` or `X-API-Key`; none counts as a fresh second factor."""

    serializer_class = KeyShape
    key_scope = None
    idempotent = False  # the answer holds a secret that is kept nowhere
    ordering_fields = ["created_at", "expires_at"]

    def get_queryset(self) -> QuerySet[ApiKey]:
        return keys.mine()

    def retrieve(self, request: Request, id: str) -> Response:
        return Response(KeyShape(self.get_object()).data)

    @extend_schema(request=KeyGiven, responses={201: KeyShownShape})
    def create(self, request: Request) -> Response:
        given = KeyGiven(data=request.data)
        given.is_valid(raise_exception=True)
        stepup.require(request)
        told = {"expires_at": clock.now() + timedelta(days=90)} | given.validated_data
        key, word = keys.make(reader(request._request), **told)
        return Response({**KeyShape(key).data, "key": word}, status=201)

    @extend_schema(responses={200: KeyShape})
    def destroy(self, request: Request, id: str) -> Response:
        """Revoke it: from now on it opens nothing. The row stays, to tell that there was one."""
        return Response(KeyShape(keys.revoke(self.get_object())).data)
