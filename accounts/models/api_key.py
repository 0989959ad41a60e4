"""I am a key of a person's for one program: named, for some scopes, until a day; only its digest is kept."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from aetheris.db.rows import Row
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only, audited


class Scope(models.TextChoices):
    """`read` looks, `trade` also writes what one's journal holds, `manage` does all but what asks for a person."""

    READ = "read"
    TRADE = "trade"
    MANAGE = "manage"


class ApiKey(Row):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="api_keys")
    name = models.CharField(max_length=80)
    hint = models.CharField(max_length=12, help_text="The first letters of the key, to tell it from others.")
    digest = models.CharField(max_length=64)
    scopes = ArrayField(models.TextField(choices=Scope))
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_keys"
        constraints = [
            models.UniqueConstraint(fields=["digest", "user"], name="api_keys_digest"),
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values) & models.Q(scopes__len__gt=0),
                name="api_keys_scopes",
            ),
            RowSecurity(
                name="api_keys_rows",
                app="select, insert, update (used_at, revoked_at)",
                staff_columns=["id", "user_id", "name", "hint", "scopes", "expires_at", "used_at", "revoked_at",
                               "created_at"],
                door=["user_id", "digest", "expires_at", "revoked_at"],
            ),
        ]  # fmt: skip
        indexes = [
            # One's own keys.
            models.Index(fields=["user", "created_at"], name="api_keys_of_user"),
        ]
        triggers = [*audited(secrets=["digest"]), *append_only(but_for=["used_at", "revoked_at"])]

    def __str__(self) -> str:
        return self.name

    def is_living(self, now: datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now
