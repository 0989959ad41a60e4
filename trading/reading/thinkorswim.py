"""I know the sections of a thinkorswim statement and read its trade history: what each deal opens or closes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.reading.columns import has_all
from trading.reading.fields import Fields, Manner
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.trips import Effect

NAMES = {
    "date": "date",
    "time": "time",
    "type": "type",
    "ref #": "ref",
    "description": "what",
    "misc fees": "fees",
    "commissions & fees": "commission",
    "amount": "amount",
    "balance": "balance",
    "trade date": "trade_date",
    "exec date": "date",
    "exec time": "time",
    "side": "side",
    "qty": "quantity",
    "pos effect": "effect",
    "symbol": "symbol",
    "exp": "expiry",
    "strike": "strike",
    "price": "price",
    "net price": "net_price",
}
KINDS = {
    "trades": ("time", "side", "quantity", "effect", "symbol", "price"),
    "futures": ("trade_date", "date", "time", "type", "ref", "what", "amount"),
    "cash": ("date", "time", "type", "ref", "what", "fees", "commission", "amount"),
}
EFFECTS: dict[str, Effect] = {"to open": "open", "opening": "open", "to close": "close", "closing": "close"}
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Section:
    kind: str
    columns: Mapping[str, int]


def section_of(row: Row) -> Section | None:
    """The section a header row begins, or None where it is no header; other sections' headers end the one before."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        if name := NAMES.get(word(cell)):
            columns.setdefault(name, index)
    for kind, needed in KINDS.items():
        if has_all(columns, needed) and "status" not in map(word, row.cells):
            return Section(kind, columns)
    return None


@dataclass(slots=True)
class Group:
    """The legs of one execution: one of a share, several of a spread, whose net price stands on the first."""

    at: datetime
    legs: list[Fields]

    @property
    def quantity(self) -> Decimal:
        return self.legs[0].number("quantity")

    @property
    def price(self) -> Decimal:
        return self.legs[0].number("net_price" if len(self.legs) > 1 else "price")


class History:
    """Found by symbol, quantity and price; of several the nearest in time, for seconds may be missing or differ."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self._groups: dict[str, list[Group]] = defaultdict(list)
        self._last: Group | None = None

    def take(self, row: Row, section: Section) -> None:
        """A leg without a time of its own belongs to the row above."""
        fields = Fields(row, section.columns, self.manner)
        if fields.bare("time"):
            self._last = None
            if fields.optional("price") is not None:
                self._last = Group(fields.moment("time"), [fields])
                self._groups[root_symbol(fields.needed("symbol"))].append(self._last)
        elif self._last and fields.optional("price") is not None:
            self._last.legs.append(fields)

    def group(self, symbol: str, quantity: Decimal, price: Decimal, at: datetime) -> Group | None:
        """The execution of a cash booking, which is then taken: each stands for one."""
        groups = self._groups[symbol]
        fitting = [group for group in groups if (group.quantity, group.price) == (quantity, price)]
        if not fitting:
            return None
        nearest = min(fitting, key=lambda group: abs(group.at - at))
        groups.remove(nearest)
        return nearest

    def untold(self) -> list[Group]:
        """The executions that no cash booking tells of."""
        return sorted(
            (group for groups in self._groups.values() for group in groups), key=lambda g: g.legs[0].row.number
        )


def root_symbol(what: str) -> str:
    return what.split()[0].partition(":")[0]


def instrument(leg: Fields) -> str:
    parts = [leg.text(name) for name in ("symbol", "expiry", "strike", "type")]
    return " ".join(part for part in parts if part and part not in {"STOCK", "ETF", "FUTURE"})


def effect_of(leg: Fields) -> Effect:
    return EFFECTS.get(word(leg.text("effect")), "net")
