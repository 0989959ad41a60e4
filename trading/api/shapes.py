"""I shape trades and their logs for programs: decimals as text, times in UTC."""

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from accounts import selectors
from aetheris.api.belonging import AccountField
from aetheris.api.model_shape import ModelShape
from trading.api.moments import MomentField
from trading.models import Import, SyncLog, Trade
from trading.rows import TradeRow

SMALLEST = Decimal("0.000000000001")
PRICE: dict[str, Any] = {"max_digits": 28, "decimal_places": 12, "min_value": SMALLEST}
MAGNITUDE: dict[str, Any] = {
    "max_digits": 20, "decimal_places": 8, "min_value": Decimal(0), "required": False, "allow_null": True,
}  # fmt: skip
ROW = (
    "broker",
    "symbol",
    "side",
    "quantity",
    "entry_price",
    "entry_time",
    "exit_price",
    "exit_time",
    "pnl",
    "gross_pnl",
)


class TradeShape(ModelShape[Trade]):
    account = AccountField(selectors.accounts)
    quantity = serializers.DecimalField(**PRICE)
    entry_price = serializers.DecimalField(**PRICE)
    exit_price = serializers.DecimalField(**PRICE, required=False, allow_null=True)
    stop_loss = serializers.DecimalField(**PRICE, required=False, allow_null=True)
    take_profit = serializers.DecimalField(**PRICE, required=False, allow_null=True)
    initial_risk = serializers.DecimalField(**MAGNITUDE)
    mfe = serializers.DecimalField(**MAGNITUDE)
    mae = serializers.DecimalField(**MAGNITUDE)
    entry_time = MomentField()
    exit_time = MomentField(required=False, allow_null=True)
    symbol = serializers.CharField(max_length=80)
    asset_class = serializers.CharField(max_length=40, required=False)
    broker = serializers.CharField(max_length=80, required=False)
    broker_trade_id = serializers.CharField(max_length=200, required=False)
    setup = serializers.CharField(max_length=200, required=False, allow_null=True, allow_blank=True)
    tags = serializers.ListField(child=serializers.CharField(max_length=80), max_length=50, required=False)
    trade_notes = serializers.CharField(max_length=20_000, required=False, allow_blank=True)
    duration_ms = serializers.IntegerField(read_only=True, allow_null=True)
    status = serializers.ChoiceField(["open", "closed"], read_only=True)

    class Meta:
        model = Trade
        validators: list[Any] = []  # what is unique, the database says
        fields = [
            "id", "account", "account_id", "broker_connection_id", "broker", "broker_trade_id", "symbol", "asset_class",
            "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "gross_pnl", "pnl",
            "pnl_percent", "commissions", "swap", "slippage", "duration_ms", "mfe", "mae", "stop_loss", "take_profit",
            "initial_risk", "status", "source", "setup", "tags", "trade_notes", "raw", "version", "created_at",
            "updated_at",
        ]  # fmt: skip
        read_only_fields = [
            "id", "account_id", "broker_connection_id", "source", "raw", "version", "created_at", "updated_at",
        ]  # fmt: skip

    def validate_account(self, account: Any) -> Any:
        if self.instance is not None and account.pk != self.instance.account_id:
            raise serializers.ValidationError("A trade stays in its account. Delete it here and add it there.")
        return account

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """The laws of a trade, told kindly before the database tells them."""
        told: dict[str, Any] = {name: given.get(name, getattr(self.instance, name, None)) for name in ROW}
        net = told["gross_pnl"] if told["pnl"] is None else told["pnl"]
        row = TradeRow(**{**told, "broker": told["broker"] or "manual", "broker_trade_id": "given", "pnl": net})
        if problem := row.problem():
            raise serializers.ValidationError({problem[0]: problem[1]})
        return given


class SyncLogShape(serializers.ModelSerializer[SyncLog]):
    account = serializers.UUIDField(source="account_id", read_only=True)

    class Meta:
        model = SyncLog
        fields = [
            "id", "account", "account_id", "broker_connection_id", "broker", "source", "file_sha256", "sync_timestamp",
            "rows_read", "trades_new", "trades_updated", "trades_duplicate", "trades_error", "error_messages",
            "reconciliation", "duration_ms", "created_at",
        ]  # fmt: skip
        read_only_fields = fields


class CountsShape(serializers.Serializer[Any]):
    new = serializers.IntegerField(source="trades_new")
    updated = serializers.IntegerField(source="trades_updated")
    duplicate = serializers.IntegerField(source="trades_duplicate")
    error = serializers.IntegerField(source="trades_error")


class JobShape(serializers.ModelSerializer[Import]):
    """Work that goes on after the answer: an import's or a sync's."""

    job_id = serializers.UUIDField(source="id", read_only=True)
    account_id = serializers.UUIDField(read_only=True)
    counts = CountsShape(source="*", read_only=True)

    class Meta:
        model = Import
        fields = ["job_id", "account_id", "kind", "name", "state", "done", "total", "counts", "error"]
        read_only_fields = fields
