"""I show breaches and prop firms' programmes to the compliance desk."""

from django.contrib import admin

from accounts.admin import AccountedDesk
from aetheris.backoffice import LookOnly
from aetheris.counting import Unhurried
from armor.models import Breach, PropFirmTemplate


@admin.register(Breach)
class BreachDesk(AccountedDesk):
    columns = [
        "created_at", "owner", "account_name", "breach_type", "breach_level", "breach_value", "breach_limit",
        "trading_day", "dismissed_at",
    ]  # fmt: skip
    list_display = (*columns,)
    list_filter = ["breach_level", "trading_day"]
    search_fields = ["user__email", "breach_type__iexact"]
    ordering = ["-created_at"]
    paginator = Unhurried
    fields = [*columns, "number", "evidence", "webhook_triggered", "acknowledged_note"]


@admin.register(PropFirmTemplate)
class TemplateDesk(LookOnly):
    columns = ["firm_name", "program", "phase", "version", "verified_on", "is_published"]
    list_display = (*columns,)
    list_filter = ["firm_name", "is_published"]
    search_fields = ["firm_name", "program"]
    ordering = ["firm_name", "program", "phase", "-version"]
    fields = [
        *columns, "max_daily_loss", "max_trailing_dd", "min_trading_days", "max_loss_per_trade", "profit_target",
        "rules", "source_url", "created_at", "updated_at",
    ]  # fmt: skip
