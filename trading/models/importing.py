"""I am one delivery of trades, a file's or a sync's: what it is, how far it has come, what became of it."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, Row, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import Law, append_only, never_deleted, touched, walks


class ImportKind(models.TextChoices):
    FILE = "file"
    SYNC = "sync"


class ImportState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDONE = "undone"


UNFINISHED = (ImportState.WAITING, ImportState.RUNNING)


class Import(ChangingRow):
    """`wishes` are what its owner added to the file, `report` what its owner is shown at the end; a worker that is
    killed leaves it running, and the next one begins it anew, since nothing of it was committed."""

    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    kind = models.TextField(choices=ImportKind, default=ImportKind.FILE, db_default=ImportKind.FILE)
    name = models.TextField()
    file_sha256 = models.CharField(max_length=64, null=True, blank=True)
    size = models.BigIntegerField(default=0, db_default=0)
    format = models.TextField(default="", db_default="", blank=True)
    parser_version = models.TextField(default="", db_default="", blank=True)
    wishes = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    dry_run = models.BooleanField(default=False, db_default=False)
    state = models.TextField(choices=ImportState, default=ImportState.WAITING, db_default=ImportState.WAITING)
    done = models.IntegerField(default=0, db_default=0)
    total = models.IntegerField(default=0, db_default=0)
    trades_new = models.IntegerField(default=0, db_default=0)
    trades_updated = models.IntegerField(default=0, db_default=0)
    trades_duplicate = models.IntegerField(default=0, db_default=0)
    trades_error = models.IntegerField(default=0, db_default=0)
    report = models.JSONField(default=dict, db_default=models.Value({}, models.JSONField()))
    error = models.TextField(null=True, blank=True)
    sync_log = models.ForeignKey(
        "trading.SyncLog", models.PROTECT, null=True, blank=True, db_constraint=False, db_index=False
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "imports"
        constraints = [
            models.UniqueConstraint(fields=["id", "user"], name="imports_id_user"),
            OwnedWith(name="imports_account_owner", column="account_id", parent="accounts"),
            OwnedWith(name="imports_log_owner", column="sync_log_id", parent="sync_logs"),
            one_of("kind", ImportKind, name="imports_kind"),
            one_of("state", ImportState, name="imports_state"),
            RowSecurity(
                name="imports_rows", app="select, insert, update", door=["id", "user_id", "kind", "state", "created_at"]
            ),
        ]
        indexes = [
            # An account's imports, newest first.
            models.Index("user", "account", F("created_at").desc(), name="imports_by_time"),
            # Which import a log belongs to.
            models.Index(fields=["user", "sync_log"], name="imports_by_log"),
            # What the worker looks at; led by time, since it looks across users.
            models.Index(fields=["created_at"], condition=Q(state__in=UNFINISHED), name="imports_unfinished"),
        ]
        triggers = [
            touched(),
            *never_deleted("undo the import instead"),
            walks("state", "waiting>running", "waiting>failed", "running>done", "running>failed", "done>undone"),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.state}"


class ImportPart(Row):
    """A piece of a file that waits for the worker; gone once the file was read."""

    of = models.ForeignKey(Import, models.PROTECT, db_constraint=False, db_index=False, db_column="import_id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    number = models.IntegerField()
    content = models.BinaryField()

    class Meta:
        db_table = "import_parts"
        constraints = [
            models.UniqueConstraint(fields=["of", "number"], name="import_parts_order"),
            OwnedWith(name="import_parts_owner", column="import_id", parent="imports"),
            RowSecurity(
                name="import_parts_rows", app="select, insert", service="select, insert, delete", staff=""
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["user", "of"], name="import_parts_of_import")]
        triggers = [
            Law(name="append_only", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Update,
                function="law.refuse", arguments=("a file is read as it came",)),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"Part {self.number} of {self.of_id}"


class ImportChange(Row):
    """What a known trade was like before an import changed it, so that an undo can restore it."""

    of = models.ForeignKey(Import, models.PROTECT, db_constraint=False, db_index=False, db_column="import_id")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    trade = models.ForeignKey("trading.Trade", models.PROTECT, db_constraint=False, db_index=False)
    before = models.JSONField()

    class Meta:
        db_table = "import_changes"
        constraints = [
            OwnedWith(name="import_changes_owner", column="import_id", parent="imports"),
            OwnedWith(name="import_changes_trade_owner", column="trade_id", parent="trades"),
            RowSecurity(name="import_changes_rows", app="select, insert"),
        ]
        indexes = [
            models.Index(fields=["user", "of"], name="import_changes_of_import"),
            # Whether a later import changed the same trade.
            models.Index(fields=["user", "trade"], name="import_changes_of_trade"),
        ]
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.trade_id} before {self.of_id}"
