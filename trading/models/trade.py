"""I am one round trip: opened, and closed or still open, with its result in the account's currency."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, money, numbers, one_of, price
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import audited, before_update, never_deleted, touched

ECONOMIC = (
    "account_id", "user_id", "broker", "broker_trade_id", "symbol", "asset_class", "side", "quantity", "entry_price",
    "exit_price", "entry_time", "exit_time", "gross_pnl", "pnl", "pnl_percent", "commissions", "swap", "slippage",
    "mfe", "mae", "source", "raw",
)  # fmt: skip


class TradeSide(models.TextChoices):
    LONG = "long"
    SHORT = "short"


class TradeSource(models.TextChoices):
    MANUAL = "manual"
    FILE = "file"
    SYNC = "sync"


class Trade(ChangingRow):
    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    broker_connection = models.ForeignKey(
        "trading.BrokerConnection", models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    broker = models.TextField()
    broker_trade_id = models.TextField()
    symbol = models.TextField()
    asset_class = models.TextField(default="other", db_default="other")
    side = models.TextField(choices=TradeSide)
    quantity = price()
    entry_price = price()
    exit_price = price(null=True, blank=True)
    entry_time = models.DateTimeField()
    exit_time = models.DateTimeField(null=True, blank=True)
    gross_pnl = money(null=True, blank=True)
    pnl = money(null=True, blank=True)
    pnl_percent = models.DecimalField(max_digits=20, decimal_places=8, null=True, blank=True)
    commissions = money(default=0, db_default=0)
    swap = money(default=0, db_default=0)
    slippage = money(null=True, blank=True)
    duration_ms = models.GeneratedField(
        expression=models.Func(
            F("exit_time"),
            F("entry_time"),
            template="(round(extract(epoch from (%(expressions)s)) * 1000))::bigint",
            arg_joiner=" - ",
            output_field=models.BigIntegerField(),
        ),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    mfe = money(null=True, blank=True)
    mae = money(null=True, blank=True)
    stop_loss = price(null=True, blank=True)
    take_profit = price(null=True, blank=True)
    initial_risk = money(null=True, blank=True)
    status = models.GeneratedField(
        expression=models.Case(
            models.When(exit_time__isnull=True, then=models.Value("open")), default=models.Value("closed")
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
    source = models.TextField(choices=TradeSource, default=TradeSource.MANUAL, db_default=TradeSource.MANUAL)
    setup = models.TextField(null=True, blank=True)
    tags = ArrayField(models.TextField(), default=list, db_default=models.Value([], ArrayField(models.TextField())))
    trade_notes = models.TextField(blank=True, default="", db_default="")
    raw = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    brought_by = models.ForeignKey(
        "trading.Import", models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False,
        db_column="import_id", help_text="The import that wrote it first.",
    )  # fmt: skip
    import_row = models.IntegerField(null=True, blank=True, help_text="Where in that import's file it stands.")
    deleted_at = models.DateTimeField(null=True, blank=True)
    version = models.BigIntegerField(default=1, db_default=1, editable=False)

    class Meta:
        db_table = "trades"
        constraints = [
            models.UniqueConstraint(fields=["account", "broker", "broker_trade_id"], name="trades_identity"),
            models.UniqueConstraint(fields=["id", "user"], name="trades_id_user"),
            OwnedWith(name="trades_account_owner", column="account_id", parent="accounts"),
            OwnedWith(name="trades_connection_owner", column="broker_connection_id", parent="broker_connections"),
            OwnedWith(name="trades_import_owner", column="import_id", parent="imports"),
            one_of("side", TradeSide, name="trades_side"),
            one_of("source", TradeSource, name="trades_source"),
            models.CheckConstraint(condition=~Q(broker_trade_id__regex=r"^\s*$"), name="trades_broker_trade_id"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="trades_quantity"),
            models.CheckConstraint(condition=Q(entry_price__gt=0), name="trades_entry_price"),
            models.CheckConstraint(condition=Q(exit_price__gt=0), name="trades_exit_price"),
            models.CheckConstraint(condition=Q(exit_time__gte=F("entry_time")), name="trades_exit_after_entry"),
            models.CheckConstraint(condition=Q(mfe__gte=0), name="trades_mfe"),
            models.CheckConstraint(condition=Q(mae__gte=0), name="trades_mae"),
            models.CheckConstraint(
                condition=Q(exit_price__isnull=True, exit_time__isnull=True)
                | Q(exit_price__isnull=False, exit_time__isnull=False),
                name="trades_exit_whole",
            ),
            models.CheckConstraint(condition=Q(exit_time__isnull=True) | Q(pnl__isnull=False), name="trades_result"),
            numbers("pnl", "gross_pnl", "commissions", "swap", name="trades_numbers"),
            RowSecurity(name="trades_rows", app="select, insert, update"),
        ]
        indexes = [
            # An account's page, newest first.
            models.Index("user", "account", F("entry_time").desc(), name="trades_by_entry"),
            # What came in last.
            models.Index("user", "account", F("created_at").desc(), name="trades_by_arrival"),
            # An account's results in their order, and what stands open: curves, days, KPIs, limits. Sums of a hundred
            # thousand results are read from here alone.
            models.Index(
                fields=["user", "account", "exit_time"], include=["pnl", "duration_ms"],
                condition=Q(deleted_at__isnull=True), name="trades_by_result",
            ),
            # The journal, all accounts: open ones first, then the latest closed.
            models.Index(
                "user", F("exit_time").desc(), F("id").desc(), condition=Q(deleted_at__isnull=True),
                name="trades_in_journal",
            ),
            # My newest fifty, all accounts.
            models.Index("user", F("entry_time").desc(), name="trades_newest"),
            # Which trades a connection brought.
            models.Index(
                fields=["user", "broker_connection"], condition=Q(broker_connection__isnull=False),
                name="trades_of_connection",
            ),
            # What an import brought, to undo it.
            models.Index(fields=["user", "brought_by"], condition=Q(brought_by__isnull=False), name="trades_by_import"),
            # Trades with a tag.
            GinIndex(fields=["tags"], name="trades_tags"),
        ]  # fmt: skip
        triggers = [
            *audited(),
            touched(),
            *never_deleted("set deleted_at instead"),
            before_update("economics_kept", "law.keep_trade_economics", ",".join(ECONOMIC)),
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.side} {self.quantity.normalize():f}"

    @property
    def is_open(self) -> bool:
        return self.exit_time is None
