"""I am what a connector must remember between two calls: sequence numbers, when to ask again, who may push."""

from django.conf import settings
from django.db import models

from aetheris.db.owned import OwnedWith
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import never_deleted


class ConnectorState(models.Model):
    """Moves with every call, so the trail does not copy it; no trade and no money stands here."""

    connection = models.OneToOneField(
        "trading.BrokerConnection", models.PROTECT, primary_key=True, db_constraint=False, related_name="memory"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    remembered = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    failures = models.IntegerField(default=0, db_default=0)
    ask_after = models.DateTimeField(null=True, blank=True)
    push_digest = models.CharField(max_length=64, blank=True, default="", db_default="")

    class Meta:
        db_table = "connector_states"
        constraints = [
            OwnedWith(name="connector_states_owner", column="connection_id", parent="broker_connections"),
            RowSecurity(name="connector_states_rows", app="select, insert, update", staff="",
                        door=["connection_id", "user_id", "ask_after", "push_digest"]),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user"], name="connector_states_of_user")]
        triggers = never_deleted("a removed connection keeps its numbers")

    def __str__(self) -> str:
        return f"State of {self.connection_id}"
