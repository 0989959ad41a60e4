"""I am what a trader thinks of one trade, apart from what it earned: how well it was traded, 1 to 5."""

from django.conf import settings
from django.db import models

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, never_deleted, touched


class TradeReview(ChangingRow):
    trade = models.OneToOneField("trading.Trade", models.PROTECT, db_constraint=False, related_name="review")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    rating = models.SmallIntegerField(null=True, blank=True, help_text="1 to 5; none when taken back.")

    class Meta:
        db_table = "trade_reviews"
        constraints = [
            OwnedWith(name="trade_reviews_owner", column="trade_id", parent="trades"),
            models.CheckConstraint(condition=models.Q(rating__gte=1, rating__lte=5), name="trade_reviews_rating"),
            RowSecurity(name="trade_reviews_rows", app="select, insert, update"),
        ]
        indexes = [models.Index(fields=["user", "rating"], name="trade_reviews_of_user")]
        triggers = [*audited(), touched(), *never_deleted("take the rating back instead")]

    def __str__(self) -> str:
        return f"{self.rating or 'not'} rated"
