"""I take a news calendar as CSV and show what is in it."""

from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Collection, resource
from armor.calendars import import_calendar
from armor.models import CalendarEntry
from trading.api.filters import MomentFilter


class EntryShape(serializers.ModelSerializer[CalendarEntry]):
    class Meta:
        model = CalendarEntry
        fields = ["id", "at", "currency", "impact", "title"]
        read_only_fields = fields


class CalendarText(serializers.Serializer[Any]):
    csv = serializers.CharField(
        max_length=4_000_000, help_text="columns time, currency, impact, title; UTC without zone"
    )


class Imported(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    known = serializers.IntegerField()


class EntryFilter(FilterSet):
    since = MomentFilter(field_name="at", lookup_expr="gte")
    until = MomentFilter(field_name="at", lookup_expr="lt")
    currency = CharFilter(lookup_expr="iexact")


@resource("calendar")
class Calendar(ListModelMixin, Collection):
    """One's own news calendar, which the rule `news_window` reads."""

    serializer_class = EntryShape
    filterset_class = EntryFilter
    ordering = "at"
    ordering_fields = ["at"]

    def get_queryset(self) -> QuerySet[CalendarEntry]:
        return CalendarEntry.objects.all()

    @extend_schema(request=CalendarText, responses={200: Imported})
    def create(self, request: Request) -> Response:
        given = CalendarText(data=request.data)
        given.is_valid(raise_exception=True)
        new, known = import_calendar(user=request.user, text=given.validated_data["csv"])
        return Response({"new": new, "known": known})
