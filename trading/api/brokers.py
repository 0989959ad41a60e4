"""I find brokers by name, and say by which way their trades come here."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Door, resource
from trading.brokers import directory

MOST = 200


class BrokerShape(serializers.Serializer[Any]):
    name = serializers.CharField()
    kind = serializers.CharField()
    platform = serializers.CharField(source="platform.title")
    served = serializers.CharField(source="path", help_text="by name, or by its platform as a whole.")
    connector = serializers.CharField(source="platform.connector", help_text="Blank: only files.")
    exchange = serializers.CharField()
    formats = serializers.ListField(child=serializers.CharField(), source="platform.formats")
    how = serializers.CharField(source="platform.how")


class FoundShape(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = BrokerShape(many=True)


@resource("brokers")
class Brokers(Door):
    """`?q=` words of the name, the platform or the kind; the first 200."""

    @extend_schema(parameters=[OpenApiParameter("q", str)], responses=FoundShape)
    def get(self, request: Request) -> Response:
        found = directory.search(request.query_params.get("q", "")[:100])
        return Response({"count": len(found), "results": BrokerShape(found[:MOST], many=True).data})
