"""I am how an account is guarded beside its limits: what happens at level 3, and the looser limits that wait."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from aetheris.db.owned import OwnedWith
from aetheris.db.rows import ChangingRow, one_of
from aetheris.db.tenancy import RowSecurity
from aetheris.db.triggers import append_only, audited, never_deleted, touched, walks

COURSE = ["status", "decided_at", "updated_at"]
DONE = ["status", "tries", "next_try_at", "closed_positions", "last_error", "done_at", "updated_at"]


class AccountGuard(ChangingRow):
    """Without a row: nothing is flattened, a cooling takes a quarter of an hour."""

    account = models.OneToOneField("accounts.TradingAccount", models.PROTECT, db_constraint=False, related_name="guard")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    flatten_at_level_3 = models.BooleanField(default=False, db_default=False)
    cooling_minutes = models.IntegerField(default=15, db_default=15)

    class Meta:
        db_table = "account_guards"
        constraints = [
            OwnedWith(name="guards_account_owner", column="account_id", parent="accounts"),
            models.CheckConstraint(
                condition=Q(cooling_minutes__gte=1, cooling_minutes__lte=1440), name="guards_cooling_minutes"
            ),
            RowSecurity(name="guards_rows", app="select, insert, update"),
        ]
        indexes = [models.Index(fields=["user"], name="guards_of_user")]
        triggers = [*audited(), touched(), *never_deleted("switch it off instead")]


class ChangeStatus(models.TextChoices):
    WAITING = "waiting"
    APPLIED = "applied"
    WITHDRAWN = "withdrawn"


class LimitChange(ChangingRow):
    """A limit that was raised: asked for now, in force from the account's next session on."""

    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    field = models.TextField()
    old_value = models.JSONField(null=True)
    new_value = models.JSONField(null=True)
    effective_at = models.DateTimeField()
    status = models.TextField(choices=ChangeStatus, default=ChangeStatus.WAITING, db_default=ChangeStatus.WAITING)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "limit_changes"
        constraints = [
            OwnedWith(name="limit_changes_owner", column="account_id", parent="accounts"),
            one_of("status", ChangeStatus, name="limit_changes_status"),
            models.UniqueConstraint(
                fields=["account", "field"], condition=Q(status="waiting"), name="limit_changes_one_waits"
            ),
            RowSecurity(name="limit_changes_rows", app=f"select, insert, update ({', '.join(COURSE)})",
                        door=["id", "user_id", "effective_at", "status"]),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user", "account"], name="limit_changes_of_account"),
            models.Index(fields=["effective_at"], condition=Q(status="waiting"), name="limit_changes_due"),
        ]
        triggers = [
            *audited(), touched(counts=False), *append_only(but_for=COURSE),
            walks("status", "waiting>applied", "waiting>withdrawn"),
        ]  # fmt: skip


class OrderStatus(models.TextChoices):
    WAITING = "waiting"
    DONE = "done"
    FAILED = "failed"


class FlattenOrder(ChangingRow):
    """An account to be closed out at its broker because of this breach; once for a breach."""

    account = models.ForeignKey("accounts.TradingAccount", models.PROTECT, db_constraint=False, db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, db_index=False)
    breach = models.OneToOneField("armor.Breach", models.PROTECT, null=True, db_constraint=False, related_name="+")
    status = models.TextField(choices=OrderStatus, default=OrderStatus.WAITING, db_default=OrderStatus.WAITING)
    tries = models.IntegerField(default=0, db_default=0)
    next_try_at = models.DateTimeField()
    closed_positions = models.IntegerField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="", db_default="")
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "flatten_orders"
        constraints = [
            OwnedWith(name="flatten_orders_owner", column="account_id", parent="accounts"),
            OwnedWith(name="flatten_orders_breach_owner", column="breach_id", parent="armor_breaches"),
            one_of("status", OrderStatus, name="flatten_orders_status"),
            RowSecurity(name="flatten_orders_rows", app=f"select, insert, update ({', '.join(DONE)})",
                        door=["id", "user_id", "status", "next_try_at"]),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["user", "account"], name="flatten_orders_of_account"),
            models.Index(fields=["next_try_at"], condition=Q(status="waiting"), name="flatten_orders_due"),
        ]
        triggers = [*audited(), touched(counts=False), *append_only(but_for=DONE)]
