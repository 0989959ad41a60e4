"""I am one bias seen in a trade, tagged by hand or detected, with what it cost."""

from django.conf import settings
from django.db import models

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, money, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, never_deleted, touched


class EmotionLogBias(models.TextChoices):
    FOMO = "FOMO"
    REVENGE = "REVENGE"
    OVERCONFIDENCE = "OVERCONFIDENCE"
    LOSS_AVERSION = "LOSS_AVERSION"
    ANCHORING = "ANCHORING"


class EmotionLogMethod(models.TextChoices):
    MANUAL_TAG = "manual_tag"
    AI_DETECTION = "ai_detection"


class EmotionLog(ChangingRow):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    trade = models.ForeignKey("trading.Trade", models.PROTECT, null=True, db_constraint=False, db_index=False)
    bias_detected = models.TextField(choices=EmotionLogBias)
    pnl_attributed = money(null=True)
    detected_method = models.TextField(
        choices=EmotionLogMethod, default=EmotionLogMethod.MANUAL_TAG, db_default=EmotionLogMethod.MANUAL_TAG
    )
    confidence = models.DecimalField(max_digits=5, decimal_places=4, null=True)
    evidence = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    notes = models.TextField(blank=True, default="", db_default="")

    class Meta:
        db_table = "emotion_logs"
        constraints = [
            OwnedWith(name="emotion_logs_trade_owner", column="trade_id", parent="trades"),
            one_of("bias_detected", EmotionLogBias, name="emotion_logs_bias"),
            one_of("detected_method", EmotionLogMethod, name="emotion_logs_method"),
            # Moods are nobody else's business: staff have no way in.
            RowSecurity(name="emotion_logs_rows", app="select, insert, update", staff=""),
        ]
        indexes = [
            models.Index(fields=["user", "created_at"], name="emotion_logs_of_user"),
            models.Index(fields=["user", "trade"], name="emotion_logs_of_trade"),
        ]
        triggers = [*audited(), touched(), *never_deleted("correct it instead")]

    def __str__(self) -> str:
        return self.bias_detected
