"""I show trades, connections, imports with their logs, and what brokers said of accounts, to the compliance desk."""

from django.contrib import admin

from accounts.admin import AccountedDesk
from aetheris.counting import Unhurried
from trading.models import BrokerConnection, Import, Reading, SyncLog, Trade


@admin.register(Trade)
class TradeDesk(AccountedDesk):
    list_display = ["symbol", "owner", "account_name", "side", "quantity", "pnl", "status", "source", "entry_time"]
    list_filter = ["side", "source"]
    search_fields = ["user__email", "symbol__iexact", "broker_trade_id__iexact"]
    ordering = ["-entry_time"]
    paginator = Unhurried
    fields = [
        "symbol", "owner", "account_name", "broker", "broker_trade_id", "asset_class", "side", "quantity",
        "entry_price", "exit_price", "entry_time", "exit_time", "gross_pnl", "pnl", "pnl_percent", "commissions",
        "swap", "slippage", "duration_ms", "mfe", "mae", "stop_loss", "take_profit", "initial_risk", "status",
        "source", "setup", "tags", "trade_notes", "raw", "version", "created_at", "updated_at", "deleted_at",
    ]  # fmt: skip


@admin.register(SyncLog)
class SyncLogDesk(AccountedDesk):
    columns = [
        "sync_timestamp", "owner", "account_name", "broker", "source", "rows_read", "trades_new", "trades_updated",
        "trades_duplicate", "trades_error",
    ]  # fmt: skip
    list_display = (*columns,)
    list_filter = ["broker"]
    search_fields = ["user__email", "source"]
    ordering = ["-sync_timestamp"]
    paginator = Unhurried
    fields = [*columns, "file_sha256", "error_messages", "reconciliation", "duration_ms", "created_at"]


@admin.register(BrokerConnection)
class ConnectionDesk(AccountedDesk):
    """Without its secrets: the staff's role cannot read them."""

    columns = ["broker_type", "owner", "account_name", "key_hint", "conflict_policy", "sync_status", "created_at"]
    list_display = (*columns,)
    list_filter = ["broker_type", "sync_status"]
    search_fields = ["user__email"]
    ordering = ["-created_at"]
    fields = [*columns, "last_sync_at", "last_error", "updated_at", "deleted_at"]


@admin.register(Import)
class ImportDesk(AccountedDesk):
    columns = ["created_at", "owner", "account_name", "kind", "name", "state", "trades_new", "trades_duplicate",
               "trades_error"]  # fmt: skip
    list_display = (*columns,)
    list_filter = ["kind", "state"]
    search_fields = ["user__email", "name", "file_sha256"]
    ordering = ["-created_at"]
    paginator = Unhurried
    fields = [
        *columns, "file_sha256", "size", "format", "parser_version", "wishes", "dry_run", "done", "total",
        "trades_updated", "report", "error", "started_at", "finished_at", "undone_at",
    ]  # fmt: skip


@admin.register(Reading)
class ReadingDesk(AccountedDesk):
    columns = ["read_at", "owner", "account_name", "source", "balance", "equity", "open_profit"]
    list_display = (*columns,)
    list_filter = ["source"]
    search_fields = ["user__email"]
    ordering = ["-read_at"]
    paginator = Unhurried
    fields = [*columns, "positions", "created_at"]
