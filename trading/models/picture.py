"""I am a picture somebody laid beside a trade: a screenshot of the chart, made anew and sealed."""

from django.conf import settings
from django.db import models

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import Row
from aetheris.db.sealed import SealedTextField
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited


class TradePicture(Row):
    """A screenshot may show a name, a balance, another window: it is sealed, and nobody but its owner reads it."""

    trade = models.ForeignKey(
        "trading.Trade", models.PROTECT, db_constraint=False, db_index=False, related_name="pictures"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    caption = models.CharField(max_length=200, blank=True, default="", db_default="")
    width = models.IntegerField()
    height = models.IntegerField()
    size_bytes = models.IntegerField()
    sha256 = models.CharField(max_length=64, help_text="Of the picture as it is shown, before it is sealed.")
    image = SealedTextField(help_text="JPEG in base64.")

    class Meta:
        db_table = "trade_pictures"
        constraints = [
            OwnedWith(name="trade_pictures_owner", column="trade_id", parent="trades"),
            models.CheckConstraint(condition=models.Q(width__gt=0, height__gt=0), name="trade_pictures_sides"),
            # No record of money: its owner may take it away.
            RowSecurity(
                name="trade_pictures_rows",
                app="select, insert, delete",
                service="select, update (image)",
                staff_columns=["id", "trade_id", "user_id", "width", "height", "size_bytes", "sha256", "created_at"],
            ),
        ]
        indexes = [
            # The pictures of one trade, in the order they came.
            models.Index(fields=["user", "trade", "created_at"], name="trade_pictures_of_trade"),
        ]
        triggers = audited(secrets=["image"])

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"
