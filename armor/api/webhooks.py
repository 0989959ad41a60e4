"""I am the asker's webhook endpoints: opened with a secret that is shown once, changed, tested, removed."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import stepup
from aetheris.api.resources import Collection, resource
from armor.api.webhook_events import EventShape
from armor.delivery import endpoints
from armor.delivery.events import TYPES
from armor.models import WebhookEndpoint


class EndpointShape(serializers.ModelSerializer[WebhookEndpoint]):
    url = serializers.CharField(max_length=2000, trim_whitespace=False)
    description = serializers.CharField(max_length=120, required=False, allow_blank=True)
    event_types = serializers.ListField(child=serializers.ChoiceField(TYPES), min_length=1, required=False)

    class Meta:
        model = WebhookEndpoint
        fields = [
            "id", "url", "description", "preset", "event_types", "is_enabled", "disabled_reason", "failing_since",
            "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "disabled_reason", "failing_since", "created_at", "updated_at"]


class NewEndpointShape(EndpointShape):
    """With its secret: the one time it is told."""

    secret = serializers.CharField(read_only=True, help_text="whsec_… Keep it; it is not shown again.")

    class Meta(EndpointShape.Meta):
        fields = [*EndpointShape.Meta.fields, "secret"]


@resource("webhooks")
class Webhooks(ListModelMixin, RetrieveModelMixin, Collection):
    """Where to be told of what happens. Requests are signed as Standard Webhooks says."""

    key_scope = "manage"
    serializer_class = EndpointShape
    ordering = "created_at"
    ordering_fields = ["created_at"]

    @property
    def idempotent(self) -> bool:  # type: ignore[override]
        """An answer with a secret is not kept for a second time."""
        return self.action not in ("create", "rotate_secret")

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        return endpoints.endpoints()

    @extend_schema(responses={201: NewEndpointShape})
    def create(self, request: Request) -> Response:
        given = self._checked(request) | {}
        given.setdefault("event_types", ["armor_breach"])
        made = endpoints.open_endpoint(user=request.user, values=given)  # type: ignore[arg-type]
        made.refresh_from_db()
        return Response(NewEndpointShape(made).data, status=201)

    def partial_update(self, request: Request, id: str) -> Response:
        endpoint: WebhookEndpoint = self.get_object()
        given = self._checked(request, endpoint, partial=True)
        return Response(EndpointShape(endpoints.change_endpoint(endpoint=endpoint, values=given)).data)

    @extend_schema(responses={204: OpenApiResponse(description="Removed. What it was told stays in webhook-events.")})
    def destroy(self, request: Request, id: str) -> Response:
        endpoints.remove_endpoint(endpoint=self.get_object())
        return Response(status=204)

    @extend_schema(request=None, responses=NewEndpointShape)
    @action(detail=True, methods=["post"], url_path="rotate-secret")
    def rotate_secret(self, request: Request, id: str) -> Response:
        """A new secret; for 24 hours requests carry a signature by the old one as well."""
        endpoint = self.get_object()
        stepup.require(request)
        return Response(NewEndpointShape(endpoints.rotate_secret(endpoint=endpoint)).data)

    @extend_schema(request=None, responses={202: EventShape})
    @action(detail=True, methods=["post"])
    def test(self, request: Request, id: str) -> Response:
        """Send a test event there."""
        return Response(EventShape(endpoints.test(endpoint=self.get_object())).data, status=202)

    def _checked(self, request: Request, endpoint: WebhookEndpoint | None = None, **how: Any) -> dict[str, Any]:
        shape = EndpointShape(endpoint, data=request.data, **how)
        shape.is_valid(raise_exception=True)
        return dict(shape.validated_data)
