"""I am the biases the asker saw in their own trades."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django_filters import ChoiceFilter, FilterSet, UUIDFilter
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Collection, resource
from analytics.journal import note_emotion
from analytics.models import EmotionLog
from analytics.models.emotion_log import EmotionLogBias
from trading import selectors as trading


class TradeField(serializers.UUIDField):
    """A trade of the asker's; any other does not exist."""

    def to_internal_value(self, data: Any) -> Any:
        trade = trading.trades().filter(pk=super().to_internal_value(data)).first()
        if trade is None:
            raise Http404
        return trade

    def get_attribute(self, instance: EmotionLog) -> Any:
        return instance.trade_id


class EmotionShape(serializers.ModelSerializer[EmotionLog]):
    trade = TradeField(required=False, allow_null=True)
    confidence = serializers.DecimalField(
        5, 4, min_value=Decimal(0), max_value=Decimal(1), required=False, allow_null=True
    )
    notes = serializers.CharField(max_length=20_000, required=False, allow_blank=True)

    class Meta:
        model = EmotionLog
        validators: list[Any] = []  # what is unique, the database says
        fields = [
            "id", "trade", "trade_id", "bias_detected", "pnl_attributed", "detected_method", "confidence", "evidence",
            "notes", "created_at", "updated_at",
        ]  # fmt: skip
        read_only_fields = ["id", "trade_id", "detected_method", "evidence", "created_at", "updated_at"]


class EmotionFilter(FilterSet):
    trade = UUIDFilter(field_name="trade_id")
    bias = ChoiceFilter(field_name="bias_detected", choices=EmotionLogBias.choices)


@resource("emotions")
class Emotions(ListModelMixin, RetrieveModelMixin, Collection):
    """Biases tagged by hand or detected, newest first."""

    serializer_class = EmotionShape
    filterset_class = EmotionFilter
    ordering_fields = ["created_at"]

    def get_queryset(self) -> QuerySet[EmotionLog]:
        return EmotionLog.objects.all()

    def create(self, request: Request) -> Response:
        shape = EmotionShape(data=request.data)
        shape.is_valid(raise_exception=True)
        log = note_emotion(user=request.user, values=shape.validated_data)  # type: ignore[arg-type]
        return Response(EmotionShape(log).data, status=201)
