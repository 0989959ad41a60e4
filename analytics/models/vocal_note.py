"""I am a recorded thought, with what the voice gave away; the sound itself lies encrypted in storage."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow
from aetheris.db.sealed import SealedTextField
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, never_deleted, touched


class VocalNote(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    session = models.ForeignKey(
        "trading.TradingSession", models.PROTECT, null=True, db_constraint=False, db_index=False
    )
    trade = models.ForeignKey("trading.Trade", models.PROTECT, null=True, db_constraint=False, db_index=False)
    audio_url = models.TextField(help_text="Storage key of the encrypted sound.")
    audio_sha256 = models.CharField(max_length=64)
    audio_key = SealedTextField(null=True, help_text="Opens the sound; taken away, the sound is gone in every copy.")
    vss_score = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, help_text="None while one's own usual voice is not known."
    )
    duration_seconds = models.DecimalField(max_digits=10, decimal_places=3)
    vss_timeline = models.JSONField(default=list, db_default=models.Value([], models.JSONField()))
    transcript = models.TextField(null=True, blank=True)
    pitch_hz = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    speech_rate_wpm = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    intensity_db = models.DecimalField(max_digits=7, decimal_places=2, null=True)

    class Meta:
        db_table = "vocal_notes"
        constraints = [
            OwnedWith(name="vocal_notes_session_owner", column="session_id", parent="sessions"),
            OwnedWith(name="vocal_notes_trade_owner", column="trade_id", parent="trades"),
            models.CheckConstraint(condition=Q(vss_score__gte=0, vss_score__lte=100), name="vocal_notes_vss"),
            RowSecurity(
                name="vocal_notes_rows",
                app="select, insert, update",
                service="select, update (audio_key)",
                staff="",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="vocal_notes_of_user"),
            models.Index(fields=["user", "session"], name="vocal_notes_of_session"),
            models.Index(fields=["user", "trade"], name="vocal_notes_of_trade"),
        ]
        triggers = [*audited(secrets=["transcript", "audio_key"]), touched(), *never_deleted("destroy its key instead")]
