"""I am one large flow seen in a market; everyone may read me, only the service and staff write me."""

from django.db import models

from aetheris.db.rows import Row, money, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only


class WhaleEventDirection(models.TextChoices):
    BUY = "buy"
    SELL = "sell"


class WhaleEvent(Row):
    symbol = models.TextField()
    whale_flow_detected = models.BooleanField(default=True, db_default=True)
    flow_direction = models.TextField(choices=WhaleEventDirection)
    size = money(null=True)
    source = models.TextField()
    correlated_trade_ids = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    event_timestamp = models.DateTimeField()

    class Meta:
        db_table = "whale_events"
        constraints = [
            one_of("flow_direction", WhaleEventDirection, name="whale_events_direction"),
            RowSecurity(name="whale_events_rows", owner=None, app="select", service="select, insert",
                        staff="select, insert"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["symbol", "event_timestamp"], name="whale_events_by_symbol")]
        triggers = append_only()
