"""I am money that came in or went out: a payment of a person's, as the bank or the payment service told it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.rows import Row, money, one_of
from aetheris.db.triggers import append_only, audited
from compliance.laws import DeskSecurity
from compliance.models.roles import RUNNING


class Direction(models.TextChoices):
    IN = "in"
    OUT = "out"


class Payment(Row):
    """Imported by the desk; the same payment is told once."""

    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    direction = models.TextField(choices=Direction)
    amount = money()
    currency = models.CharField(max_length=10)
    paid_at = models.DateTimeField()
    source = models.TextField(help_text="The file it came by.")
    reference = models.TextField(help_text="The bank's own number of it.")
    imported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        db_table = "payments"
        constraints = [
            one_of("direction", Direction, name="payments_direction"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payments_amount"),
            models.UniqueConstraint(fields=["reference", "subject"], name="payments_once"),
            DeskSecurity(name="payments_desk", add=RUNNING, author="imported_by_id", worker="select"),
        ]
        indexes = [models.Index(fields=["paid_at"], name="payments_by_time")]
        triggers = [*audited(), *append_only()]

    def __str__(self) -> str:
        return f"{self.direction} {self.amount} {self.currency}"
