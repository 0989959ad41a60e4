"""I make a table its owner's alone: row-level security as a model constraint, and `acting_as(user)` to work in it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Model

from aetheris.db import context
from aetheris.db.roles import APP, DOOR, SERVICE, STAFF, TENANTS

TENANT_SQL = "(SELECT nullif(current_setting('aetheris.tenant', true), '')::uuid)"


class Person(Protocol):
    id: UUID

    def __str__(self) -> str: ...


@contextmanager
def acting_as(
    person: Person | UUID | None, *, using: str = DEFAULT_DB_ALIAS, label: str | None = None, **told: str
) -> Iterator[None]:
    """Work in one transaction as this person: their rows, and their name in the audit trail.

    `told` may carry request_id, ip, reason and path. Nested use returns to the outer person at its end;
    without a person no user-scoped row is seen.
    """
    tenant = person if isinstance(person, UUID) or person is None else person.id
    who = label if label is not None else ("" if isinstance(person, UUID) or person is None else str(person))
    connection: Any = connections[using]
    inside = connection.in_atomic_block
    with (
        context.within(context.changed(tenant=tenant, actor_id=tenant, actor_label=who, **told)),
        transaction.atomic(using=using),
    ):
        if inside:  # a transaction that begins has just been told
            connection.tell_context()
        yield
    _tell_if_open(using)


def asked_as(
    person: Person | UUID, statement: str, values: Sequence[Any], *, using: str = DEFAULT_DB_ALIAS
) -> tuple[Any, ...] | None:
    """The first row of one question as this person. The server takes what comes in one message for one transaction,
    so whose it is, the question and its end wait for the database once; the tenant is gone with the answer."""
    connection: Any = connections[using]
    if connection.in_atomic_block:
        with acting_as(person, using=using), connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchone()
    told = context.changed(tenant=person if isinstance(person, UUID) else person.id)
    with connection.cursor() as cursor:
        cursor.execute(f"{told.sql}; {statement}", [*told.values(), *values])
        cursor.nextset()
        return cursor.fetchone()


def become(person: Person | UUID, *, using: str = DEFAULT_DB_ALIAS, label: str = "") -> None:
    """From here to the end of the request, work as this person: used at sign-in, before there is a tenant."""
    tenant = person if isinstance(person, UUID) else person.id
    context.enter(context.changed(tenant=tenant, actor_id=tenant, actor_label=label or str(person)))
    _tell_if_open(using)


@contextmanager
def because(reason: str, *, path: str = "", using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Write this reason beside every change made inside; `path="sync"` marks the broker's own corrections."""
    before = context.current()
    with context.within(context.changed(reason=reason, path=path or (before.path if before else ""))):
        _tell_if_open(using)
        yield
    _tell_if_open(using)


def _tell_if_open(using: str) -> None:
    connection: Any = connections[using]
    if connection.in_atomic_block and not connection.needs_rollback:
        if context.current() is None:
            with context.within(context.Context()):
                connection.tell_context()
        else:
            connection.tell_context()


class RowSecurity(BaseConstraint):
    """Row-level security as a law in `Meta.constraints`.

    owner: the column compared with the tenant, or None for a table everyone may read.
    app, service: what these roles may do, e.g. "select, insert, update (name)".
    staff: what compliance staff may do, across users. staff_columns: the columns staff may read, all by default.
    door: columns the few named look-up functions may read across tenants.
    """

    def __init__(
        self,
        *,
        name: str,
        owner: str | None = "user_id",
        app: str = "select",
        service: str | None = None,
        staff: str = "select",
        staff_columns: Sequence[str] = (),
        door: Sequence[str] = (),
    ) -> None:
        super().__init__(name=name)
        self.owner, self.app, self.service = owner, app, service
        self.staff, self.staff_columns, self.door = staff, tuple(staff_columns), tuple(door)

    # Django's constraint interface -------------------------------------------------------------------

    def constraint_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        return ";\n".join(self.statements(model._meta.db_table))

    def remove_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        table = model._meta.db_table
        roles = ", ".join((APP, SERVICE, STAFF, DOOR))
        drops = [f'DROP POLICY IF EXISTS {name} ON "{table}"' for name in ("tenant", "staff", "staff_write", "door")]
        drops += [f'DROP POLICY IF EXISTS {name} ON "{table}"' for name in ("everyone", "service_write")]
        return ";\n".join([*drops, f'ALTER TABLE "{table}" NO FORCE ROW LEVEL SECURITY',
                           f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY',
                           f'REVOKE ALL ON "{table}" FROM {roles}'])  # fmt: skip

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = "default") -> None:
        """The database alone judges this law."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSecurity) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        values = {
            "name": self.name, "owner": self.owner, "app": self.app, "service": self.service,
            "staff": self.staff, "staff_columns": self.staff_columns, "door": self.door,
        }  # fmt: skip
        return "aetheris.db.tenancy.RowSecurity", (), values

    # The law itself -----------------------------------------------------------------------------------

    def statements(self, table: str) -> list[str]:
        return [
            f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
            f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
            *self.policies(table),
            *self.grants(table),
        ]

    def policies(self, table: str) -> list[str]:
        if self.owner is None:
            made = [f'CREATE POLICY everyone ON "{table}" FOR SELECT TO {", ".join(TENANTS)} USING (true)']
            if self.service:
                made.append(f'CREATE POLICY service_write ON "{table}" TO {SERVICE}, {TENANTS[-1]} '
                            "USING (true) WITH CHECK (true)")  # fmt: skip
        else:
            mine = f"{self.owner} = {TENANT_SQL}"
            made = [f'CREATE POLICY tenant ON "{table}" TO {", ".join(TENANTS)} USING ({mine}) WITH CHECK ({mine})']
        if "select" in self.staff:
            made.append(f'CREATE POLICY staff ON "{table}" FOR SELECT TO {STAFF} USING (true)')
        if "insert" in self.staff or "update" in self.staff:
            made.append(f'CREATE POLICY staff_write ON "{table}" TO {STAFF} USING (true) WITH CHECK (true)')
        if self.door:
            made.append(f'CREATE POLICY door ON "{table}" FOR SELECT TO {DOOR} USING (true)')
        return made

    def grants(self, table: str) -> list[str]:
        service = self.app if self.service is None else self.service
        made = [f'GRANT {self.app} ON "{table}" TO {APP}', f'GRANT {service} ON "{table}" TO {SERVICE}']
        if self.staff:
            columns = f"({', '.join(self.staff_columns)})" if self.staff_columns else ""
            made.append(f'GRANT {self.staff} {columns} ON "{table}" TO {STAFF}')
        if self.door:
            made.append(f'GRANT SELECT ({", ".join(self.door)}) ON "{table}" TO {DOOR}')
        return made
