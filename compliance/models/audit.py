"""I am one changed row as the trail tells it: old and new values, who, when, by which request."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models


class AuditEntry(models.Model):
    """A view over the records of the schema `audit`, which belongs to a role of its own; nobody writes here."""

    sequence = models.BigIntegerField(primary_key=True)
    occurred_at = models.DateTimeField()
    table_name = models.TextField()
    row_id = models.UUIDField(null=True)
    action = models.TextField()
    old_values = models.JSONField(null=True)
    new_values = models.JSONField(null=True)
    changed_fields = ArrayField(models.TextField())
    actor_id = models.UUIDField(null=True)
    actor_label = models.TextField()
    db_role = models.TextField()
    request_id = models.TextField(null=True)
    ip = models.TextField(null=True)
    reason = models.TextField(null=True)
    seal_number = models.BigIntegerField(null=True)
    sealed_at = models.DateTimeField(null=True)
    pending = models.BooleanField()
    record = models.BigIntegerField(help_text="The statement's own number; ask by it, for it has an index.")

    class Meta:
        managed = False
        db_table = "audit_trail"
        ordering = ["-sequence"]
        verbose_name = "audit entry"
        verbose_name_plural = "audit trail"

    def __str__(self) -> str:
        return f"{self.sequence}: {self.action} {self.table_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        raise TypeError("The audit trail is written by the database alone.")

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("What is written in the audit trail stays written.")
