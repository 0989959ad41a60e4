"""I am the law of a table of the compliance desk's: who of the staff reads it, adds to it and changes what of it."""

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Model

from aetheris.db.roles import DOOR, SERVICE, STAFF

ACTOR = "(SELECT nullif(current_setting('aetheris.actor_id', true), '')::uuid)"
ROLE = "(SELECT door.desk_role())"
POLICIES = ("desk_read", "desk_insert", "desk_update", "worker", "laws_read")


class DeskSecurity(BaseConstraint):
    """Row-level security by desk role, beside a RowSecurity where the row is also a person's own.

    add, change: the desk roles that may. columns: what may be changed. author: the column that must name who adds.
    worker: what the service may do. door: columns that laws and look-up functions may read.
    """

    def __init__(
        self,
        *,
        name: str,
        add: Sequence[str] = (),
        change: Sequence[str] = (),
        columns: Sequence[str] = (),
        author: str = "",
        read: bool = True,
        worker: str = "",
        door: Sequence[str] = (),
    ) -> None:
        super().__init__(name=name)
        self.add, self.change, self.columns, self.author = tuple(add), tuple(change), tuple(columns), author
        self.read, self.worker, self.door = read, worker, tuple(door)

    def constraint_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        table = model._meta.db_table
        return ";\n".join([*self.policies(table), *self.grants(table)])

    def remove_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        table = model._meta.db_table
        drops = [f'DROP POLICY IF EXISTS {name} ON "{table}"' for name in POLICIES]
        return ";\n".join([*drops, f'REVOKE INSERT, UPDATE ON "{table}" FROM {STAFF}'])

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = "default") -> None:
        """The database alone judges this law."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, DeskSecurity) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        names = ("name", "add", "change", "columns", "author", "read", "worker", "door")
        return "compliance.laws.DeskSecurity", (), {name: getattr(self, name) for name in names}

    # The law itself -----------------------------------------------------------------------------------

    def policies(self, table: str) -> list[str]:
        made = [f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY', f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY']
        if self.read:
            made.append(f'CREATE POLICY desk_read ON "{table}" FOR SELECT TO {STAFF} USING ({ROLE} IS NOT NULL)')
        if self.add:
            mine = f" AND {self.author} = {ACTOR}" if self.author else ""
            made.append(f'CREATE POLICY desk_insert ON "{table}" FOR INSERT TO {STAFF} '
                        f"WITH CHECK ({_among(self.add)}{mine})")  # fmt: skip
        if self.change:
            made.append(f'CREATE POLICY desk_update ON "{table}" FOR UPDATE TO {STAFF} '
                        f"USING ({_among(self.change)}) WITH CHECK ({_among(self.change)})")  # fmt: skip
        if self.worker:
            made.append(f'CREATE POLICY worker ON "{table}" TO {SERVICE} USING (true) WITH CHECK (true)')
        if self.door:
            made.append(f'CREATE POLICY laws_read ON "{table}" FOR SELECT TO {DOOR} USING (true)')
        return made

    def grants(self, table: str) -> list[str]:
        made = [f'GRANT SELECT ON "{table}" TO {STAFF}'] if self.read else []
        if self.add:
            made.append(f'GRANT INSERT ON "{table}" TO {STAFF}')
        if self.change:
            made.append(f'GRANT UPDATE ({", ".join(self.columns)}) ON "{table}" TO {STAFF}')
        if self.worker:
            made.append(f'GRANT {self.worker} ON "{table}" TO {SERVICE}')
        if self.door:
            made.append(f'GRANT SELECT ({", ".join(self.door)}) ON "{table}" TO {DOOR}')
        return made


def _among(roles: Sequence[str]) -> str:
    return f"{ROLE} = ANY (ARRAY[{', '.join(repr(role) for role in roles)}])"
