"""I read DEGIRO's account statement in its languages: a phrase per deal, fees and exchanges tied by the order's id."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from trading.importers import formats
from trading.reading.columns import has_all
from trading.reading.document import Document
from trading.reading.errors import CellRefused, StatementIncomplete
from trading.reading.fields import Fields, Manner
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.phrases import PHRASE as DEAL
from trading.reading.phrases import Deal, deal_in
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.rows import Statement
from trading.trips import Fill

NAMES = {
    **dict.fromkeys(("date", "datum", "fecha", "data"), "date"),
    **dict.fromkeys(("time", "tijd", "uhrzeit", "heure", "hora", "ora", "tid"), "time"),
    **dict.fromkeys(("product", "produkt", "produit", "producto", "prodotto", "produto"), "product"),
    "isin": "isin",
    **dict.fromkeys(("description", "omschrijving", "beschreibung", "descrizione", "descripción", "descrição"), "what"),
    **dict.fromkeys(("fx", "wisselkoers", "wechselkurs"), "rate"),
    **dict.fromkeys(("change", "mutatie", "änderung", "mouvements", "variación", "variazioni", "mudança"), "currency"),
    **dict.fromkeys(("order id", "order-id", "id ordre", "id orden", "ordine id", "id da ordem"), "order"),
}
NEEDED = ("date", "time", "product", "isin", "what", "currency", "order")
EXCHANGES = (
    "valuta",
    "fx credit",
    "fx debit",
    "fx withdrawal",
    "currency",
    "währung",
    "devises",
    "cambio",
    "câmbio",
    "divisa",
)
SAME_ROW = ("date", "time", "isin", "what", "amount", "order")


@dataclass(slots=True)
class Order:
    """All rows that carry one order's id: its deals, its fees by currency, what was exchanged for it by currency."""

    deals: list[tuple[Fields, Deal]] = field(default_factory=list)
    fees: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    exchanged: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def columns_of(row: Row) -> dict[str, int] | None:
    """The amount stands without a name of its own behind the currency it is in."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(row.cells):
        if name := NAMES.get(word(cell)):
            columns.setdefault(name, index)
    if not has_all(columns, NEEDED):
        return None
    return columns | {"amount": columns["currency"] + 1}


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind in {"text", "xlsx"} and any(columns_of(row) for row in document.head[:10])


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = "dmy"  # DEGIRO writes the day first in every language
    orders: dict[str, Order] = defaultdict(Order)
    for fields in _lines(document, manner):
        with gathering.row(fields.row.number):
            _sort(fields, orders, gathering)
    ledger = Ledger(gathering, wishes, broker="degiro")
    ledger.base = ledger.base or _base(orders)
    for order in orders.values():
        for fields, deal in order.deals:
            with gathering.row(fields.row.number):
                _take(fields, deal, order, ledger, fingerprints)
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="degiro_account", broker="degiro", currency=ledger.currency())


def _lines(document: Document, manner: Manner) -> list[Fields]:
    """DEGIRO breaks long order ids into the next line; they are put together again."""
    lines: list[Fields] = []
    columns: dict[str, int] | None = None
    for row in document.rows():
        if columns is None:
            columns = columns_of(row)
        elif not row.cell(columns["date"]) and row.cell(columns["order"]) and lines:
            cells = [*lines[-1].row.cells]
            cells[columns["order"]] += row.cell(columns["order"])
            lines[-1] = Fields(Row(lines[-1].row.number, cells), columns, manner)
        else:
            row.cells.extend([""] * (max(columns.values()) + 1 - len(row.cells)))
            lines.append(Fields(row, columns, manner))
    if columns is None:
        raise StatementIncomplete(name=document.name, missing="its header row", cure="Export the account again as CSV.")
    return lines


def _sort(fields: Fields, orders: dict[str, Order], gathering: Gathering) -> None:
    what, currency = fields.text("what"), fields.text("currency").upper()
    if ":" in what and DEAL.fullmatch(what.rpartition(":")[2].strip()):
        gathering.note(
            f"row {fields.row.number}: {what.partition(':')[0].strip().lower()} is no trade; check that position"
        )
        return
    order = orders[fields.text("order") or f"row {fields.row.number}"]
    if deal := deal_in(what, fields.optional("amount")):
        order.deals.append((fields, deal))
    elif fields.text("order") and fields.bare("amount"):
        kept = order.exchanged if any(word in what.lower() for word in EXCHANGES) else order.fees
        kept[currency] += fields.number("amount")


def _base(orders: dict[str, Order]) -> str | None:
    """The account's currency is the one that fees and exchanges share."""
    paid = {currency for order in orders.values() for currency in order.fees} - {""}
    dealt = {fields.text("currency").upper() for order in orders.values() for fields, _ in order.deals}
    return next(iter(paid)) if len(paid) == 1 and paid >= dealt else None


def _take(fields: Fields, deal: Deal, order: Order, ledger: Ledger, fingerprints: Fingerprints) -> None:
    """An order's fees and exchange fall on its deals by size; foreign money counts as what it was exchanged for."""
    own = fields.text("currency").upper()  # the phrase may price in pence what is paid in pounds
    whole = sum((other.quantity for _, other in order.deals), Decimal(0))
    share = deal.quantity / whole if whole else Decimal(1)
    currency, worth = own, abs(fields.number("amount"))
    others = {name: amount for name, amount in order.exchanged.items() if name != own and amount}
    if len(others) == 1:
        currency, paid = next(iter(others.items()))
        worth = abs(paid) * share
    if not worth:
        raise CellRefused("amount", "is zero; shares that come without money are no trade")
    costs = -order.fees.get(currency, Decimal(0)) * share + Decimal(0)
    for other in order.fees:
        if other != currency:
            ledger.foreign_fee(other, fields.row.number)
    fill = Fill(
        name=fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=fields.text("isin") or fields.needed("product"),
        symbol=fields.text("product") or fields.needed("isin"),
        buys=deal.buys,
        quantity=deal.quantity,
        price=deal.price,
        at=fields.manner.moment("date", f"{fields.bare('date')} {fields.bare('time')}", fields.row.number),
        effect="open" if deal.buys else "close",
        costs=costs,
        worth=worth,
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="stock", currency=currency))


formats.register("degiro_account", Importer(title="DEGIRO account statement (CSV)", recognises=recognises, read=read))
