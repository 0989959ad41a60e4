"""I know the sections of a thinkorswim statement and the phrases in which it tells a deal."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.reading.columns import has_all
from trading.reading.contracts import point_value
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields, Manner
from trading.reading.ledger import Entry, Ledger
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.trips import Effect, Fill

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
}
KINDS = {
    "trades": ("time", "side", "quantity", "effect", "symbol", "price"),
    "futures": ("trade_date", "date", "time", "type", "ref", "what", "amount"),
    "cash": ("date", "time", "type", "ref", "what", "fees", "commission", "amount"),
}
DEAL = re.compile(
    r"(?:.*?\b)?(?P<side>BOT|SOLD)\s+(?P<quantity>[-+]?[0-9.,]+)\s+(?P<what>.+?)\s+@\s*(?P<price>-?[0-9.,]+)(?:\s.*)?"
)
OPTION = re.compile(r"\b(?:CALL|PUT)\b")
SPREAD = re.compile(r"\b(?:VERTICAL|CALENDAR|BUTTERFLY|CONDOR|IRON CONDOR|STRADDLE|STRANGLE|DIAGONAL|COMBO|COVERED)\b")
EFFECTS: dict[str, Effect] = {"to open": "open", "to close": "close"}
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


class Effects:
    """What the trade history says of each deal: does it open or close? Found by symbol, quantity and price; of several
    the nearest in time."""

    def __init__(self, manner: Manner) -> None:
        self.manner = manner
        self._known: dict[tuple[str, Decimal, Decimal], list[tuple[datetime, Effect, Fields]]] = defaultdict(list)

    def take(self, row: Row, section: Section) -> None:
        fields = Fields(row, section.columns, self.manner)
        if fields.bare("time") and fields.optional("price") is not None:
            key = fields.needed("symbol").partition(":")[0], fields.number("quantity"), fields.number("price")
            effect = EFFECTS.get(word(fields.text("effect")), "net")
            self._known[key].append((fields.moment("time"), effect, fields))

    def of(self, symbol: str, quantity: Decimal, price: Decimal, at: datetime) -> Effect:
        """The effect of a deal, which is then taken: each row of the history stands for one deal."""
        known = self._known[symbol, quantity, price]
        if not known:
            return "net"
        nearest = min(known, key=lambda row: abs(row[0] - at))
        known.remove(nearest)
        return nearest[1]

    def untold(self) -> list[Fields]:
        """The rows of the history that no cash booking tells of."""
        return sorted((fields for rows in self._known.values() for _, _, fields in rows), key=lambda f: f.row.number)


class Cash:
    """`stated` are the totals the sections print below themselves, `ours` the same added up by us."""

    def __init__(self, manner: Manner, ledger: Ledger) -> None:
        self.manner = manner
        self.ledger = ledger
        self.stated: dict[str, Decimal] = {}
        self.ours = {"cash": ZERO, "commissions": ZERO}
        self.running: dict[str, Decimal] = {}
        self._deals: list[tuple[Fields, str]] = []

    def take(self, row: Row, section: Section) -> None:
        fields = Fields(row, section.columns, self.manner)
        if word(fields.text("what")) == "total" or word(fields.text("date")) == "total":
            if section.kind == "cash":
                costs = fields.amount("fees") + fields.amount("commission")
                self.stated = {"cash": fields.amount("amount"), "commissions": abs(costs)}
        elif fields.bare("date")[:1].isdigit():
            if section.kind == "cash":
                self._add_up(fields)
            if fields.text("type").upper() == "TRD":
                self._deals.append((fields, section.kind))

    def _add_up(self, fields: Fields) -> None:
        """The running balance proves each row; the totals below come from figures rounded elsewhere."""
        costs, amount = fields.amount("fees") + fields.amount("commission"), fields.amount("amount")
        self.ours["cash"] += amount
        self.ours["commissions"] -= costs
        if (balance := fields.optional("balance")) is not None:
            self.ours["balance"] = self.ours.get("balance", balance - amount - costs) + amount + costs
            self.running = {"balance": balance}

    def add_deals(self, effects: Effects) -> None:
        numbers: Counter[str] = Counter()
        for fields, kind in self._deals:
            with self.ledger.gathering.row(fields.row.number):
                self._take_deal(fields, kind, effects, numbers)
        if untold := effects.untold():
            note = f"{len(untold)} trades of the history have no cash booking: they are before commissions and fees"
            self.ledger.gathering.note(note)
        for fields in untold:
            with self.ledger.gathering.row(fields.row.number):
                self._take_history(fields, numbers)

    def _take_deal(self, fields: Fields, kind: str, effects: Effects, numbers: Counter[str]) -> None:
        """A reference number repeats for the parts of one order; what a part says tells it apart."""
        found = DEAL.fullmatch(fields.text("what"))
        if not found or SPREAD.search(found["what"]):
            raise CellRefused("description", f"{fields.text('what')[:60]!r} is no single deal known here")
        number = self.manner.number
        quantity, price = number("description", found["quantity"]), number("description", found["price"])
        if (quantity > 0) != (found["side"] == "BOT"):
            raise CellRefused("description", f"{found[0][:40]!r} has a quantity that contradicts its side")
        at = self.manner.moment("time", f"{fields.bare('date')} {fields.bare('time')}", fields.row.number)
        key = f"{fields.text('ref').strip('=').strip(chr(34))}:{found['quantity']}@{found['price']}"
        numbers[key] += 1
        asset, symbol, multiplier, worth = self._money(found["what"], kind, fields)
        fill = Fill(
            name=f"{key}-{numbers[key]}",
            book=symbol,
            symbol=symbol,
            buys=quantity > 0,
            quantity=abs(quantity),
            price=price,
            at=at,
            effect=effects.of(symbol.split()[0].partition(":")[0], quantity, price, at),
            multiplier=multiplier,
            worth=worth,
            costs=-(fields.amount("fees") + fields.amount("commission")) + ZERO,
            row=fields.row.number,
        )
        self.ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class=asset, currency="USD"))

    def _take_history(self, fields: Fields, numbers: Counter[str]) -> None:
        symbol, quantity, price = fields.needed("symbol"), fields.number("quantity"), fields.number("price")
        parts = [fields.text(name) for name in ("expiry", "strike", "type")]
        what = " ".join(part for part in (symbol, *parts) if part and part not in {"STOCK", "ETF"})
        asset, symbol, multiplier, _ = self._money(what, "", fields)
        key = f"{fields.bare('time')}:{what}:{fields.text('quantity')}@{fields.text('price')}"
        numbers[key] += 1
        fill = Fill(
            name=f"{key}-{numbers[key]}",
            book=symbol,
            symbol=symbol,
            buys=quantity > 0,
            quantity=abs(quantity),
            price=price,
            at=fields.moment("time"),
            effect=EFFECTS.get(word(fields.text("effect")), "net"),
            multiplier=multiplier,
            row=fields.row.number,
        )
        self.ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class=asset, currency="USD"))

    def _money(self, what: str, kind: str, fields: Fields) -> tuple[str, str, Decimal, Decimal | None]:
        """The amount says what shares and options came to; a future's is booked daily, so its point value counts."""
        if kind == "futures" or what.startswith("/"):
            return "future", what, point_value(what, self.ledger.wishes.multipliers), None
        amount = fields.optional("amount")
        if OPTION.search(what):
            return "option", what, Decimal(100), abs(amount) if amount else None
        return "stock", what.split()[0], Decimal(1), abs(amount) if amount else None
