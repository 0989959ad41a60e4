"""I say what somebody of the staff may do at the compliance desk, since when and by whose word."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.rows import Row, one_of
from aetheris.db.triggers import Law, append_only, audited, before_update
from compliance.laws import DeskSecurity


class Desk(models.TextChoices):
    REVIEWER = "reviewer"
    APPROVER = "approver"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


# Who works on cases; an approver may do what a reviewer may, but never approve what they proposed themselves.
WORKING = (Desk.REVIEWER.value, Desk.APPROVER.value)
APPROVING = (Desk.APPROVER.value,)
RUNNING = (Desk.ADMINISTRATOR.value,)


class DeskRole(Row):
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="desk_roles")
    role = models.TextField(choices=Desk)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "desk_roles"
        verbose_name = "desk role"
        constraints = [
            one_of("role", Desk, name="desk_roles_role"),
            models.UniqueConstraint(fields=["person"], condition=Q(ended_at=None), name="desk_roles_one_at_a_time"),
            models.CheckConstraint(condition=~Q(given_by=models.F("person")), name="desk_roles_not_to_oneself"),
            DeskSecurity(
                name="desk_roles_desk",
                add=RUNNING,
                change=RUNNING,
                columns=["ended_at"],
                author="given_by_id",
                door=["person_id", "role", "ended_at"],
            ),
        ]
        triggers = [
            *audited(),
            *append_only(but_for=["ended_at"]),
            Law(name="begins_living", when=pgtrigger.Before, operation=pgtrigger.Insert,
                function="law.begins_without", arguments=("ended_at",)),
            before_update("ended_once", "law.set_once", "ended_at"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.role
