"""I show what was seen of the market's large hands and the scores made of it, to everyone signed in."""

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from aetheris.api.resources import Collection, resource
from analytics.models import OracleScore, WhaleEvent
from analytics.models.whale_event import WhaleEventDirection


class WhaleShape(serializers.ModelSerializer[WhaleEvent]):
    class Meta:
        model = WhaleEvent
        fields = ["id", "symbol", "whale_flow_detected", "flow_direction", "size", "source", "event_timestamp"]
        read_only_fields = fields


class OracleShape(serializers.ModelSerializer[OracleScore]):
    class Meta:
        model = OracleScore
        fields = [
            "id", "symbol", "timestamp", "pre_trade_score", "whale_flow_score", "cot_score", "shadow_index_score",
            "inputs", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class WhaleFilter(FilterSet):
    symbol = CharFilter(lookup_expr="iexact")
    direction = ChoiceFilter(field_name="flow_direction", choices=WhaleEventDirection.choices)


class OracleFilter(FilterSet):
    symbol = CharFilter(lookup_expr="iexact")


@resource("whales")
class Whales(ListModelMixin, RetrieveModelMixin, Collection):
    """Large flows, newest first."""

    serializer_class = WhaleShape
    filterset_class = WhaleFilter
    ordering = "-event_timestamp"
    ordering_fields = ["event_timestamp"]

    def get_queryset(self) -> QuerySet[Any]:
        return WhaleEvent.objects.all()


@resource("oracle")
class Oracle(ListModelMixin, RetrieveModelMixin, Collection):
    """Scores of a market before a trade, newest first."""

    serializer_class = OracleShape
    filterset_class = OracleFilter
    ordering = "-timestamp"
    ordering_fields = ["timestamp"]

    def get_queryset(self) -> QuerySet[Any]:
        return OracleScore.objects.all()
