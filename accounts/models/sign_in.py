"""I am one sign-in of a person's: how, from where, and until when it lasted; together, their sign-in history."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.rows import Row, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only, audited


class Way(models.TextChoices):
    """What was shown to get in."""

    PASSWORD = "password"  # noqa: S105
    TOTP = "totp"
    RECOVERY_CODE = "recovery_code"
    PASSKEY = "passkey"
    MAGIC_LINK = "magic_link"
    GOOGLE = "google"
    GITHUB = "github"


class SignIn(Row):
    """The session's key ends it from afar; it is forgotten with the session."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False, related_name="sign_ins")
    way = models.TextField(choices=Way)
    is_program = models.BooleanField(help_text="By tokens, not by a browser's cookie.")
    session_key = models.CharField(max_length=40, blank=True, default="", db_default="")
    address = models.GenericIPAddressField(null=True, blank=True)
    agent = models.CharField(max_length=300, blank=True, default="", db_default="")
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        db_table = "sign_ins"
        constraints = [
            one_of("way", Way, name="sign_ins_way"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(session_key=""), name="sign_ins_ended_has_no_session"
            ),
            RowSecurity(
                name="sign_ins_rows",
                app="select, insert, update (session_key, seen_at, ended_at, ended_because)",
                staff_columns=["id", "user_id", "way", "is_program", "address", "agent", "seen_at", "ended_at",
                               "ended_because", "created_at"],
            ),
        ]  # fmt: skip
        indexes = [
            # One's own sign-ins, newest first.
            models.Index(fields=["user", "created_at"], name="sign_ins_of_user"),
        ]
        triggers = [
            *audited(secrets=["session_key"]),
            *append_only(but_for=["session_key", "seen_at", "ended_at", "ended_because"]),
        ]

    def __str__(self) -> str:
        return f"{self.way} from {self.address}"
