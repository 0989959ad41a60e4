"""I am the log of the asker's imports and syncs, to read."""

from django.db.models import QuerySet
from django_filters import CharFilter, FilterSet, UUIDFilter
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin

from aetheris.api.resources import Collection, resource
from trading import selectors
from trading.api.shapes import SyncLogShape
from trading.models import SyncLog


class SyncLogFilter(FilterSet):
    account = UUIDFilter(field_name="account_id")
    broker = CharFilter()


@resource("sync-logs")
class SyncLogs(ListModelMixin, RetrieveModelMixin, Collection):
    """What each import or sync read, wrote and refused, newest first."""

    serializer_class = SyncLogShape
    filterset_class = SyncLogFilter
    ordering = "-sync_timestamp"
    ordering_fields = ["sync_timestamp"]

    def get_queryset(self) -> QuerySet[SyncLog]:
        return selectors.sync_logs()
