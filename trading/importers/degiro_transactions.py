"""I read DEGIRO's transactions: one row per execution, its value and costs in the account's currency."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.columns import has_all
from trading.reading.document import Document
from trading.reading.errors import CellRefused, StatementIncomplete
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.rows import Statement
from trading.trips import Fill

NAMES = {
    **dict.fromkeys(("date", "datum", "fecha", "data"), "date"),
    **dict.fromkeys(("time", "tijd", "uhrzeit", "heure", "hora", "ora", "tid"), "time"),
    **dict.fromkeys(("product", "produkt", "produit", "producto", "prodotto", "produto"), "product"),
    **dict.fromkeys(("isin", "code isin"), "isin"),
    **dict.fromkeys(("quantity", "aantal", "anzahl", "quantité", "número", "cantidad", "quantità"), "quantity"),
    "quantidade": "quantity",
    **dict.fromkeys(("price", "koers", "kurs", "cours", "precio", "quotazione", "preço", "preços"), "price"),
    **dict.fromkeys(("value", "waarde", "wert", "montant", "valor", "valore"), "value"),
    **dict.fromkeys(("total", "totaal", "gesamt", "totale", "montant négocié"), "total"),
    **dict.fromkeys(("order id", "order-id", "id ordre", "id orden", "ordine id", "id da ordem"), "order"),
    **dict.fromkeys(("autofx fee", "comision autofx", "comisión autofx", "taxa autofx"), "autofx"),
    **dict.fromkeys(("frais conversion autofx", "autofx-gebühr", "autofx kosten", "commissione autofx"), "autofx"),
}
FEES = ("transaction", "transaktion", "costes de transacc", "custos de transa", "frais de courtage", "costi di transaz")
NEEDED = ("date", "time", "product", "isin", "quantity", "price", "value", "total", "order")
SAME_ROW = ("date", "time", "isin", "quantity", "price", "value", "total", "order")
CURRENCIES = {"EUR", "GBP", "CHF", "USD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF"}
ZERO = Decimal(0)


def columns_of(row: Row) -> tuple[dict[str, int], str] | None:
    """The columns, and the currency if the header writes it behind Value and Total, as newer exports do."""
    columns: dict[str, int] = {}
    currency = ""
    for index, cell in enumerate(row.cells):
        header = word(cell)
        if header[-4:-3] == " " and header[-3:].upper() in CURRENCIES:
            header, currency = header[:-4], header[-3:].upper()
        name = NAMES.get(header, "fee" if header.startswith(FEES) else None)
        if name:
            columns.setdefault(name, index)
    return (columns, currency) if has_all(columns, NEEDED) else None


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind in {"text", "xlsx"} and any(columns_of(row) for row in document.head[:10])


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = "dmy"
    ledger, header = Ledger(gathering, wishes, broker="degiro"), None
    for row in document.rows():
        if header is None:
            header = columns_of(row)
        elif row.cell(header[0]["date"]):
            with gathering.row(row.number):
                _take(Fields(row, header[0], manner), header[1], ledger, fingerprints)
    if header is None:
        raise StatementIncomplete(name=document.name, missing="its header row", cure="Export the transactions again.")
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="degiro_transactions", broker="degiro", currency=ledger.currency())


def _take(fields: Fields, currency: str, ledger: Ledger, fingerprints: Fingerprints) -> None:
    """Older exports write each currency into a nameless column behind its number. Quantity and money are signed."""
    quantity, value = fields.number("quantity"), fields.number("value")
    total = fields.optional("total")
    currency = currency or _currency_beside(fields)
    if not currency:
        raise CellRefused("value", "names no currency beside it; export the transactions again")
    if not value:
        raise CellRefused("value", "is zero; shares that come without money are no trade")
    fill = Fill(
        name=fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=fields.text("isin") or fields.needed("product"),
        symbol=fields.text("product") or fields.needed("isin"),
        buys=quantity > 0,
        quantity=abs(quantity),
        price=fields.number("price"),
        at=fields.manner.moment("date", f"{fields.bare('date')} {fields.bare('time')}", fields.row.number),
        effect="open" if quantity > 0 else "close",
        costs=_costs(fields, value, total),
        worth=abs(value),
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="stock", currency=currency))


def _currency_beside(fields: Fields) -> str:
    """In one of the nameless columns behind the value, the exchange rate or the total, depending on the language."""
    places = (fields.columns["value"] + 1, fields.columns["total"] + 1, fields.columns["total"] - 1)
    return next((cell for place in places if (cell := fields.row.cell(place).upper()) in CURRENCIES), "")


def _costs(fields: Fields, value: Decimal, total: Decimal | None) -> Decimal:
    """The fee columns; where there are none, what lies between value and total."""
    if fields.optional("fee") is not None or fields.optional("autofx") is not None:
        return -(fields.amount("fee") + fields.amount("autofx")) + ZERO
    return value - total if total is not None else ZERO


formats.register("degiro_transactions", Importer(title="DEGIRO transactions (CSV)", recognises=recognises, read=read))
