"""I am the score of a market at one moment before a trade; everyone may read me."""

from django.db import models
from django.db.models import Q

from aetheris.db.rows import Row
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only


def score(**options: object) -> models.DecimalField:
    return models.DecimalField(max_digits=5, decimal_places=2, **options)  # type: ignore[arg-type]


class OracleScore(Row):
    symbol = models.TextField()
    timestamp = models.DateTimeField()
    pre_trade_score = score()
    whale_flow_score = score(null=True)
    cot_score = score(null=True)
    shadow_index_score = score(null=True)
    inputs = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))

    class Meta:
        db_table = "oracle_scores"
        constraints = [
            models.CheckConstraint(
                condition=Q(pre_trade_score__gte=0, pre_trade_score__lte=100), name="oracle_score_0_100"
            ),
            RowSecurity(name="oracle_scores_rows", owner=None, app="select", service="select, insert",
                        staff="select, insert"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["symbol", "timestamp"], name="oracle_scores_by_symbol")]
        triggers = append_only()
