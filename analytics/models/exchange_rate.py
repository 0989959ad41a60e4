"""I am what one unit of a currency was worth in another on one day, and who said so; everyone may read me."""

from django.db import models
from django.db.models import F, Q

from aetheris.db.rows import Row, price
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only


class ExchangeRate(Row):
    """One `base` is `rate` of `quote`. A corrected rate is a further row; the one written last is read."""

    source = models.TextField(help_text="Who published it, for instance ECB.")
    rate_date = models.DateField()
    base = models.TextField()
    quote = models.TextField()
    rate = price()

    class Meta:
        db_table = "exchange_rates"
        constraints = [
            models.UniqueConstraint(
                fields=["base", "quote", "rate_date", "source", "rate"], name="exchange_rates_once"
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="exchange_rates_positive"),
            models.CheckConstraint(condition=~Q(base=F("quote")), name="exchange_rates_two_currencies"),
            models.CheckConstraint(
                condition=Q(base__regex=r"^[A-Z0-9]{2,10}$", quote__regex=r"^[A-Z0-9]{2,10}$"),
                name="exchange_rates_codes",
            ),
            RowSecurity(name="exchange_rates_rows", owner=None, app="select", service="select, insert",
                        staff="select, insert"),
        ]  # fmt: skip
        triggers = append_only()

    def __str__(self) -> str:
        return f"1 {self.base} = {self.rate.normalize():f} {self.quote} on {self.rate_date}"
