"""I am what was and is to be told to the asker's endpoints, each with how its delivery went."""

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet, UUIDFilter
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Collection, resource
from armor.delivery import endpoints
from armor.delivery.events import TEST, TYPES
from armor.models import WebhookEvent
from armor.models.webhook import DeliveryStatus


class EventShape(serializers.ModelSerializer[WebhookEvent]):
    endpoint_id = serializers.UUIDField(allow_null=True, read_only=True)

    class Meta:
        model = WebhookEvent
        fields = [
            "id", "endpoint_id", "event_type", "webhook_url", "payload", "status", "retry_count", "next_retry_at",
            "last_tried_at", "last_status_code", "last_error", "delivered_at", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class EventFilter(FilterSet):
    endpoint = UUIDFilter(field_name="endpoint_id")
    status = ChoiceFilter(choices=DeliveryStatus.choices)
    event_type = ChoiceFilter(choices=[(name, name) for name in (*TYPES, TEST)])


@resource("webhook-events")
class WebhookEvents(ListModelMixin, RetrieveModelMixin, Collection):
    """Deliveries, newest first. `failed` is a dead letter: replay it when the receiver is well again."""

    serializer_class = EventShape
    filterset_class = EventFilter
    ordering = "-created_at"
    ordering_fields = ["created_at"]

    def get_queryset(self) -> QuerySet[WebhookEvent]:
        return WebhookEvent.objects.select_related("endpoint")

    @extend_schema(request=None, responses={202: EventShape})
    @action(detail=True, methods=["post"])
    def replay(self, request: Request, id: str) -> Response:
        """Send it again, under the same webhook-id."""
        return Response(EventShape(endpoints.replay(event=self.get_object())).data, status=202)
