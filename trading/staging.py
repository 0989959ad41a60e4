"""I write many trades at once: COPY into a temporary table, then one INSERT of what is new."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg.errors import UniqueViolation

from accounts.models import TradingAccount
from trading.copying import COLUMNS, NOTED, TOLD, copied
from trading.errors import TimeZoneDiffers
from trading.rows import RowError, TradeRow

KEY = ("account_id", "broker", "broker_trade_id")
IDS_TOLD, PIECE = 50, 2_000
SAME = "t.account_id = %(account)s AND t.broker = i.broker AND t.broker_trade_id = i.broker_trade_id"
SAYS = {name: f"coalesce(i.{name}, t.{name})" if name in NOTED else f"i.{name}" for name in TOLD}
DIFFERS = " OR ".join(f"t.{name} IS DISTINCT FROM {value}" for name, value in SAYS.items())
# Taken out by the undo of the import that brought it: it may come in again as if it were new.
REVIVED = """(t.deleted_at IS NOT NULL AND EXISTS (
    SELECT FROM imports m WHERE m.id = t.import_id AND m.undone_at = t.deleted_at))"""
# The same deal at another time, a whole number of quarter hours away: its clock was read in another zone.
SHIFTED = """(%(source)s = 'file' AND t.source = 'file' AND t.entry_time <> i.entry_time AND t.symbol = i.symbol
    AND t.side = i.side AND t.quantity = i.quantity AND t.entry_price = i.entry_price
    AND abs(extract(epoch FROM i.entry_time - t.entry_time)) <= 93600
    AND mod(extract(epoch FROM i.entry_time - t.entry_time), 900) = 0)"""


@dataclass(frozen=True, slots=True)
class Written:
    """How many trades are new, how many changed, how many were known; `ids` are the first of the former two."""

    new: int
    updated: int
    duplicate: int
    ids: tuple[UUID, ...] = ()


class Stage:
    """One delivery on its way in. Rows are added in any number of batches; `settle` writes them.

    New rows are added. A known one stays as it is, but for an open position that has moved on since; with `overwrite`
    it takes over whatever the broker says differently. What the trader noted stays, but for a stop, a target or a risk
    that the broker does name.
    """

    def __init__(
        self,
        *,
        account: TradingAccount,
        source: str,
        connection_id: UUID | None = None,
        import_id: UUID | None = None,
        overwrite: bool = False,
    ) -> None:
        self.told: dict[str, Any] = {
            "account": account.id, "user": account.user_id, "source": source, "connection": connection_id,
            "import": import_id, "overwrite": overwrite,
        }  # fmt: skip
        self.count = 0

    def __enter__(self) -> Self:
        self.cursor = connection.cursor()
        names = ", ".join(COLUMNS)
        self.cursor.execute("DROP TABLE IF EXISTS incoming, known")
        self.cursor.execute(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS SELECT {names} FROM trades LIMIT 0")  # noqa: S608
        self._context: Any = self.cursor.copy(f"COPY incoming ({names}) FROM STDIN")
        self._copy: Any = self._context.__enter__()
        return self

    def add(self, rows: Sequence[TradeRow]) -> None:
        self._copy.write(copied(rows))
        self.count += len(rows)

    def add_all(self, rows: Iterable[TradeRow]) -> None:
        """In pieces: the database takes one in while the next is being written down."""
        for piece in batched(rows, PIECE, strict=False):
            self.add(piece)

    def close(self) -> None:
        """No more rows come; the database may be asked about them."""
        if self._copy is not None:
            self._context.__exit__(None, None, None)
            self._copy = None
            if self.count > 1000:
                self.cursor.execute(COUNT_KEYS)

    def repeated(self) -> list[RowError]:
        """Take out every row but the first of each identity; for deliveries that were never whole in memory."""
        self.close()
        self.cursor.execute(REPEATED)
        gone = self.cursor.fetchall()
        self.count -= len(gone)
        why = "{} stands in row {} already; keep only one of the two"
        return [RowError(row, "broker_trade_id", why.format(id, first)) for row, id, first in sorted(gone)]

    def open_count(self) -> int:
        self.close()
        return int(self._one("SELECT count(*) FROM incoming WHERE exit_time IS NULL")[0])

    def foresee(self) -> Written:
        """What settling would do, without writing a trade."""
        self._look()
        new = self._one(UNKNOWN)[0]
        revived, updated = self._one("SELECT count(*) FILTER (WHERE revived), count(*) FROM known")
        return Written(new + revived, updated - revived, self.count - new - updated)

    def settle(self) -> Written:
        self._look()
        new, ids = self._inserted()
        revived, updated = self._one("SELECT count(*) FILTER (WHERE revived), count(*) FROM known")
        changed = self._update() if updated else []
        return Written(
            new + revived, updated - revived, self.count - new - updated, tuple([*(ids or ()), *changed][:IDS_TOLD])
        )

    def _inserted(self) -> tuple[Any, ...]:
        """Asking of every row whether somebody else is bringing it right now costs a tenth of all; so that is asked
        only once it has happened."""
        try:
            with transaction.atomic():
                return self._one(INSERT.format(conflict=""))
        except IntegrityError as clash:
            if not isinstance(clash.__cause__, UniqueViolation):
                raise
            return self._one(INSERT.format(conflict=f"ON CONFLICT ({', '.join(KEY)}) DO NOTHING"))

    def _look(self) -> None:
        """Which known trades these rows would change; refuses a file whose clock was read in another zone."""
        self.close()
        self.cursor.execute(KNOWN, self.told)
        shifted, hours = self._one("SELECT count(*), min(hours) FROM known WHERE shifted AND NOT revived")
        if shifted and not (self.told["overwrite"] and shifted < self._matched()):
            raise TimeZoneDiffers(count=shifted, hours=f"{hours:+g}")
        self.cursor.execute("DELETE FROM known WHERE NOT (revived OR changed)")

    def _matched(self) -> int:
        return int(self._one(MATCHED)[0])

    def _update(self) -> list[UUID]:
        if self.told["import"] is not None:
            self.cursor.execute(REMEMBER, self.told)
        self.cursor.execute(UPDATE, self.told)
        return [row[0] for row in self.cursor.fetchmany(IDS_TOLD)]

    def _one(self, query: str) -> tuple[Any, ...]:
        self.cursor.execute(query, self.told)
        found: tuple[Any, ...] = self.cursor.fetchone()
        return found

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._copy is not None and self._context is not None:
            self._context.__exit__(kind, error, trace)
        if kind is None:
            self.cursor.execute("DROP TABLE IF EXISTS incoming, known")
        self.cursor.close()


def write(
    rows: Iterable[TradeRow],
    *,
    account: TradingAccount,
    source: str,
    connection_id: UUID | None = None,
    import_id: UUID | None = None,
    overwrite: bool = False,
) -> Written:
    """Rows that fit in memory; of those with one identity the last one counts."""
    with Stage(
        account=account, source=source, connection_id=connection_id, import_id=import_id, overwrite=overwrite
    ) as stage:
        stage.add_all(_once(rows))
        return stage.settle()


def foresee(rows: Iterable[TradeRow], *, account: TradingAccount, source: str, overwrite: bool = False) -> Written:
    """What `write` would do, without writing a trade."""
    with Stage(account=account, source=source, overwrite=overwrite) as stage:
        stage.add_all(_once(rows))
        return stage.foresee()


def _once(rows: Iterable[TradeRow]) -> list[TradeRow]:
    return list({(row.broker, row.broker_trade_id): row for row in rows}.values())


_NAMES = ", ".join(COLUMNS)
_IMAGE = ", ".join(f"'{name}', t.{name}" for name in (*TOLD, "import_id", "import_row", "deleted_at"))
_SETS = ", ".join(f"{name} = {value}" for name, value in SAYS.items())

# Joins ask of these alone, and a small sample tells how many there are.
COUNT_KEYS = "SET LOCAL default_statistics_target = 10; ANALYZE incoming (id, broker, broker_trade_id)"

KNOWN = f"""CREATE TEMPORARY TABLE known ON COMMIT DROP AS
    SELECT * FROM (
        SELECT i.id AS incoming_id, t.id AS trade_id, {REVIVED} AS revived, {SHIFTED} AS shifted,
               t.source <> 'manual' AND (t.exit_time IS NULL OR %(overwrite)s) AND ({DIFFERS}) AS changed,
               round(extract(epoch FROM i.entry_time - t.entry_time) / 3600, 2) AS hours
        FROM incoming i JOIN trades t ON {SAME}) matched
    WHERE revived OR shifted OR changed"""  # noqa: S608

INSERT = f"""WITH added AS (
    INSERT INTO trades ({_NAMES}, account_id, user_id, source, broker_connection_id, import_id)
    SELECT {_NAMES}, %(account)s, %(user)s, %(source)s, %(connection)s, %(import)s FROM incoming i
    WHERE NOT EXISTS (SELECT FROM trades t WHERE {SAME})
    {{conflict}} RETURNING id)
    SELECT count(*), (array_agg(id))[1:{IDS_TOLD}] FROM added"""  # noqa: S608

REMEMBER = f"""INSERT INTO import_changes (import_id, user_id, trade_id, before)
    SELECT %(import)s, %(user)s, t.id, jsonb_build_object({_IMAGE})
    FROM known k JOIN trades t ON t.id = k.trade_id"""  # noqa: S608

UPDATE = f"""UPDATE trades t SET {_SETS},
        deleted_at = CASE WHEN k.revived THEN NULL ELSE t.deleted_at END,
        import_id = CASE WHEN k.revived THEN %(import)s ELSE t.import_id END,
        import_row = CASE WHEN k.revived THEN i.import_row ELSE t.import_row END
    FROM known k JOIN incoming i ON i.id = k.incoming_id WHERE t.id = k.trade_id RETURNING t.id"""  # noqa: S608

UNKNOWN = f"SELECT count(*) FROM incoming i WHERE NOT EXISTS (SELECT FROM trades t WHERE {SAME})"  # noqa: S608
MATCHED = f"SELECT count(*) FROM incoming i JOIN trades t ON {SAME}"  # noqa: S608

REPEATED = """DELETE FROM incoming USING (
        SELECT id AS repeated, row_number() OVER same AS number, first_value(import_row) OVER same AS first
        FROM incoming WINDOW same AS (PARTITION BY broker, broker_trade_id ORDER BY import_row, id)) counted
    WHERE id = repeated AND number > 1 RETURNING import_row, broker_trade_id, first"""
