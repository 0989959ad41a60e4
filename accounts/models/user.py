"""I am a person who signs in: a trader, or one of the staff."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

from aetheris.db.rows import ChangingRow, one_of
from aetheris.db.tenancy import RowSecurity, acting_as
from aetheris.db.triggers import audited, never_deleted, touched, walks

STAFF_COLUMNS = (
    "id", "email", "first_name", "last_name", "kyc_status", "aml_status", "role", "status",
    "timezone", "locale", "base_currency", "last_login", "version", "created_at", "updated_at", "deleted_at",
)  # fmt: skip


class People(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new person, written as themselves: before this there is nobody to act as."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        with acting_as(user):
            user.save(using=self._db)
        return user


class KycStatus(models.TextChoices):
    PENDING = "pending"
    VERIFIED = "verified"
    REJECTED = "rejected"


class AmlStatus(models.TextChoices):
    PASSED = "passed"
    REVIEW = "review"
    REJECTED = "rejected"


class Role(models.TextChoices):
    USER = "USER"
    ADMIN = "ADMIN"
    SUPERADMIN = "SUPERADMIN"


class Status(models.TextChoices):
    PENDING_VERIFICATION = "PENDING_VERIFICATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


class User(AbstractBaseUser, ChangingRow):
    email = models.EmailField()
    first_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    last_name = models.CharField(max_length=150, blank=True, default="", db_default="")
    kyc_status = models.TextField(choices=KycStatus, default=KycStatus.PENDING, db_default=KycStatus.PENDING)
    aml_status = models.TextField(choices=AmlStatus, default=AmlStatus.REVIEW, db_default=AmlStatus.REVIEW)
    role = models.TextField(choices=Role, default=Role.USER, db_default=Role.USER)
    status = models.TextField(
        choices=Status, default=Status.PENDING_VERIFICATION, db_default=Status.PENDING_VERIFICATION
    )
    timezone = models.TextField(default="UTC", db_default="UTC")
    locale = models.TextField(default="en", db_default="en")
    base_currency = models.CharField(max_length=10, default="USD", db_default="USD")
    version = models.BigIntegerField(default=1, db_default=1, editable=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="users_email_once"),
            one_of("kyc_status", KycStatus, name="users_kyc_status"),
            one_of("aml_status", AmlStatus, name="users_aml_status"),
            one_of("role", Role, name="users_role"),
            one_of("status", Status, name="users_status"),
            RowSecurity(
                name="users_rows",
                owner="id",
                # What decides about a person (role, KYC, AML, status, e-mail) is not theirs to update.
                app="select, insert, update (password, last_login, first_name, last_name, timezone, locale, "
                "base_currency, updated_at, version)",
                service="select, insert, update (last_login, updated_at, version)",
                staff_columns=STAFF_COLUMNS,
                door=["id", "email", "status", "deleted_at"],
            ),
        ]
        triggers = [
            *audited(secrets=["password"]),
            touched(),
            *never_deleted("set deleted_at instead"),
            walks("status", "PENDING_VERIFICATION>ACTIVE", "PENDING_VERIFICATION>CLOSED", "ACTIVE>SUSPENDED",
                  "ACTIVE>CLOSED", "SUSPENDED>ACTIVE", "SUSPENDED>CLOSED"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.email

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.email.partition("@")[0]

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """May sign in. Someone who has yet to confirm their e-mail may not."""
        return self.status == Status.ACTIVE and self.deleted_at is None

    @property
    def is_staff(self) -> bool:
        return self.is_active and self.role in (Role.ADMIN, Role.SUPERADMIN)

    @property
    def is_superuser(self) -> bool:
        return self.is_active and self.role == Role.SUPERADMIN

    def has_perm(self, permission: str, of: object = None) -> bool:
        """Staff may look at everything in the back office; changing is for the desk's own pages."""
        return self.is_staff and permission.rpartition(".")[2].startswith("view_")

    def has_perms(self, permissions: list[str], of: object = None) -> bool:
        return all(self.has_perm(permission, of) for permission in permissions)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
