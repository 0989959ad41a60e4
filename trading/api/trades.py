"""I am the asker's trades: read with filters, written by hand, changed against a version, taken out softly."""

from typing import Any

from django.db import IntegrityError
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.generics import get_object_or_404
from rest_framework.mixins import ListModelMixin
from rest_framework.request import Request
from rest_framework.response import Response

from aetheris.api.resources import Collection, resource
from aetheris.api.versions import check_version, with_version
from trading import selectors, services
from trading.api.filters import TradeFilter
from trading.api.shapes import TradeShape
from trading.errors import TradeKnown
from trading.models import Trade


class ChangeShape(serializers.Serializer[Any]):
    sequence = serializers.IntegerField()
    occurred_at = serializers.DateTimeField()
    action = serializers.ChoiceField(["INSERT", "UPDATE", "DELETE"])
    changed_fields = serializers.ListField(child=serializers.CharField())
    old_values = serializers.DictField(allow_null=True)
    new_values = serializers.DictField(allow_null=True)
    actor_id = serializers.UUIDField(allow_null=True)
    actor_label = serializers.CharField()
    reason = serializers.CharField(allow_null=True)


class HistoryShape(serializers.Serializer[Any]):
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = ChangeShape(many=True)


@resource("trades")
class Trades(ListModelMixin, Collection):
    """Round trips, newest entry first."""

    serializer_class = TradeShape
    versioned = True
    filterset_class = TradeFilter
    ordering = "-entry_time"
    ordering_fields = ["entry_time", "exit_time", "created_at", "symbol", "pnl", "quantity"]

    def get_queryset(self) -> QuerySet[Trade]:
        """A list names accounts by their ids alone, so it leaves them where they are."""
        return selectors.trades().select_related(None) if self.action == "list" else selectors.trades()

    def create(self, request: Request) -> Response:
        given = _checked(request)
        try:
            trade = services.add_trade(account=given.pop("account"), values=given)
        except IntegrityError as error:
            if "trades_identity" in str(error):
                raise TradeKnown(broker=given.get("broker", "manual"), id=given.get("broker_trade_id")) from error
            raise
        trade.refresh_from_db()
        return _shown(trade, status=201)

    def retrieve(self, request: Request, id: str) -> Response:
        return _shown(self.get_object())

    def update(self, request: Request, id: str) -> Response:
        return self._change(request, partial=False)

    def partial_update(self, request: Request, id: str) -> Response:
        return self._change(request, partial=True)

    def destroy(self, request: Request, id: str) -> Response:
        """Soft: the trade leaves every list and figure; the trail keeps it."""
        trade: Trade = self.get_object()
        services.delete_trade(trade=trade, version=check_version(request, trade.version))
        return Response(status=204)

    @extend_schema(responses=HistoryShape, filters=False)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def history(self, request: Request, id: str) -> Response:
        """Every change of this trade, the first one first; also of a deleted one."""
        trade = get_object_or_404(Trade.objects.only("id"), pk=id)
        return Response({"next": None, "previous": None, "results": selectors.history(trade.pk)})

    def _change(self, request: Request, *, partial: bool) -> Response:
        trade: Trade = self.get_object()
        version = check_version(request, trade.version)
        given = _checked(request, trade, partial=partial)
        changed = {name: value for name, value in given.items() if getattr(trade, name) != value}
        return _shown(services.change_trade(trade=trade, version=version, values=changed) if changed else trade)


def _checked(request: Request, trade: Trade | None = None, **how: Any) -> dict[str, Any]:
    shape = TradeShape(trade, data=request.data, **how)
    shape.is_valid(raise_exception=True)
    return dict(shape.validated_data)


def _shown(trade: Trade, status: int = 200) -> Response:
    return with_version(TradeShape(trade).data, trade.version, status=status)
