"""I make a child row's `user_id` agree with its parent's, whoever writes: a composite foreign key as a constraint."""

from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import BaseConstraint, Model


class OwnedWith(BaseConstraint):
    """(column, user_id) must be a row (id, user_id) of the parent table, which needs a unique key on both."""

    def __init__(self, *, name: str, column: str, parent: str) -> None:
        super().__init__(name=name)
        self.column, self.parent = column, parent

    def constraint_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> None:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    def create_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        return (
            f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT "{self.name}" '
            f'FOREIGN KEY ({self.column}, user_id) REFERENCES "{self.parent}" (id, user_id)'
        )

    def remove_sql(self, model: type[Model], schema_editor: BaseDatabaseSchemaEditor) -> str:
        return f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT IF EXISTS "{self.name}"'

    def validate(self, model: type[Model], instance: Model, exclude: Any = None, using: str = "default") -> None:
        """The database alone judges this law."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OwnedWith) and self.deconstruct() == other.deconstruct()

    __hash__ = None  # type: ignore[assignment]

    def deconstruct(self) -> tuple[str, tuple[()], dict[str, Any]]:
        return "aetheris.db.owned.OwnedWith", (), {"name": self.name, "column": self.column, "parent": self.parent}
