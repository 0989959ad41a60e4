"""I am the laws a table may declare in `Meta.triggers`, each calling one function of the schema `law` or `audit`.

pgtrigger keeps their migrations and watches their drift. Its own trigger functions can be switched off by any
session through the setting `pgtrigger.ignore`; ours carry no such hook.
"""

from collections.abc import Sequence
from typing import Any

import pgtrigger
from django.db.models import Model
from pgtrigger import compiler


class LawSql(compiler.UpsertTriggerSql):
    """A trigger that calls a function which stands on its own, owned by whoever owns that law."""

    def get_template(self) -> str:
        return """
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table} {referencing}
                FOR EACH {level} {condition} EXECUTE FUNCTION {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """

    def __init__(self, **told: Any) -> None:
        """A watched table opens itself to the checker of the trail, by the word of its owner."""
        super().__init__(**told)
        if (execute := str(told.get("execute", ""))).startswith("audit.note_insert("):
            secrets = execute.removeprefix("audit.note_insert(").removesuffix(")") or "''"
            self.data += f"SELECT audit.admit('{told['table']}', {secrets});"


class CommitSql(LawSql):
    """The same, called for each row as its transaction commits."""

    def get_template(self) -> str:
        return """
            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE CONSTRAINT TRIGGER {pgid} {when} {operation} ON {table} DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW {condition} EXECUTE FUNCTION {execute};
            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Law(pgtrigger.Trigger):
    """A trigger whose body is a named SQL function with text arguments."""

    written: type[LawSql] = LawSql
    function = ""
    arguments: Sequence[str] = ()
    func = ""

    def __init__(self, *, function: str = "", arguments: Sequence[str] = (), **options: Any) -> None:
        self.function = function or self.function
        self.arguments = tuple(arguments) or tuple(self.arguments)
        super().__init__(**options)

    def render_func(self, model: type[Model]) -> str:
        return ""

    def render_execute(self, model: type[Model]) -> str:
        words = ", ".join("'" + argument.replace("'", "''") + "'" for argument in self.arguments)
        return f"{self.function}({words})"

    def compile(self, model: type[Model]) -> compiler.Trigger:
        return compiler.Trigger(
            name=self.name,
            sql=self.written(
                pgid=self.get_pgid(model),
                func="",
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                referencing=self.referencing or "",
                level=self.level,
                condition=self.render_condition(model),
                execute=self.render_execute(model),
            ),
        )


class AtCommit(Law):
    """A law that looks once all else its transaction does is done."""

    written = CommitSql
    when = pgtrigger.After


def audited(*, secrets: Sequence[str] = ()) -> list[Law]:
    """Every change of this table goes to the trail; `secrets` appear there as changed, never with their value."""
    arguments = (",".join(secrets),)
    images = {
        "insert": (pgtrigger.Insert, pgtrigger.Referencing(new="new_rows")),
        "update": (pgtrigger.Update, pgtrigger.Referencing(old="old_rows", new="new_rows")),
        "delete": (pgtrigger.Delete, pgtrigger.Referencing(old="old_rows")),
    }
    rows = [
        Law(name=f"audit_{name}", level=pgtrigger.Statement, when=pgtrigger.After, operation=operation,
            referencing=referencing, function=f"audit.note_{name}", arguments=arguments)
        for name, (operation, referencing) in images.items()
    ]  # fmt: skip
    truncation = Law(name="audit_truncate", level=pgtrigger.Statement, when=pgtrigger.Before,
                     operation=pgtrigger.Truncate, function="audit.note_truncate")  # fmt: skip
    return [*rows, truncation]


def touched(*, counts: bool = True) -> Law:
    """`updated_at`, and `version` where it counts changes, move with every change, whoever writes."""
    return Law(name="touched", when=pgtrigger.Before, operation=pgtrigger.Update, function="law.touch",
               arguments=("version",) if counts else ())  # fmt: skip


def never_deleted(instead: str) -> list[Law]:
    """No row is ever removed; `instead` says what to do."""
    return [
        Law(name="never_deleted", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Delete,
            function="law.refuse", arguments=(instead,)),
        Law(name="never_emptied", level=pgtrigger.Statement, when=pgtrigger.Before, operation=pgtrigger.Truncate,
            function="law.refuse", arguments=(instead,)),
    ]  # fmt: skip


def append_only(*, but_for: Sequence[str] = ()) -> list[Law]:
    """Rows are added and stay as they are, but for the named columns."""
    words = "rows of this table are kept as they were written"
    if but_for:
        change = Law(name="append_only", when=pgtrigger.Before, operation=pgtrigger.Update,
                     function="law.keep_all_but", arguments=(",".join(but_for),))  # fmt: skip
    else:
        change = Law(name="append_only", level=pgtrigger.Statement, when=pgtrigger.Before,
                     operation=pgtrigger.Update, function="law.refuse", arguments=(words,))  # fmt: skip
    return [change, *never_deleted(words)]


def walks(column: str, *steps: str) -> Law:
    """A state machine: `steps` are the only ways from one state to another, written "active>closed"."""
    return Law(name=f"walks_{column}", when=pgtrigger.Before, operation=pgtrigger.UpdateOf(column),
               function="law.walk", arguments=(column, ",".join(steps)))  # fmt: skip


def before_update(name: str, function: str, *arguments: str) -> Law:
    """Each changed row passes by this function first, which may refuse it."""
    return Law(name=name, when=pgtrigger.Before, operation=pgtrigger.Update, function=function, arguments=arguments)


def after_statements(name: str, *, inserted: str, updated: str) -> list[Law]:
    """Once for each INSERT and each UPDATE, with all its rows: new_rows, and old_rows for an UPDATE."""
    return [
        Law(name=f"{name}_insert", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"), function=inserted),
        Law(name=f"{name}_update", level=pgtrigger.Statement, when=pgtrigger.After, operation=pgtrigger.Update,
            referencing=pgtrigger.Referencing(old="old_rows", new="new_rows"), function=updated),
    ]  # fmt: skip
