"""I show days, whales, scores and rates to the compliance desk; moods and voices are nobody else's business."""

from django.contrib import admin

from accounts.admin import AccountedDesk
from aetheris.backoffice import LookOnly
from aetheris.counting import Unhurried
from analytics.models import DailySnapshot, ExchangeRate, OracleScore, WhaleEvent


@admin.register(DailySnapshot)
class DayDesk(AccountedDesk):
    columns = ["snapshot_date", "owner", "account_name", "net_pnl", "trades_count", "closing_equity"]
    list_display = (*columns,)
    search_fields = ["user__email"]
    ordering = ["-snapshot_date"]
    paginator = Unhurried
    fields = [
        *columns, "gross_profit", "gross_loss", "win_rate", "profit_factor", "expectancy", "opening_equity",
        "peak_equity", "max_drawdown", "fees", "created_at", "updated_at",
    ]  # fmt: skip


@admin.register(WhaleEvent)
class WhaleDesk(LookOnly):
    columns = ["event_timestamp", "symbol", "flow_direction", "size", "source"]
    list_display = (*columns,)
    search_fields = ["symbol__iexact"]
    ordering = ["-event_timestamp"]
    fields = [*columns, "whale_flow_detected", "correlated_trade_ids", "created_at"]


@admin.register(OracleScore)
class OracleDesk(LookOnly):
    columns = ["timestamp", "symbol", "pre_trade_score", "whale_flow_score", "cot_score", "shadow_index_score"]
    list_display = (*columns,)
    search_fields = ["symbol__iexact"]
    ordering = ["-timestamp"]
    fields = [*columns, "inputs", "created_at"]


@admin.register(ExchangeRate)
class RateDesk(LookOnly):
    columns = ["rate_date", "base", "quote", "rate", "source"]
    list_display = (*columns,)
    search_fields = ["quote__iexact"]
    ordering = ["-rate_date", "quote"]
    paginator = Unhurried
    fields = [*columns, "created_at"]
