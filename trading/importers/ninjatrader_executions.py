"""I read the Executions grid of NinjaTrader 8, in English, French, German or Spanish, for several accounts at once."""

import re

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.futures import Execution, take_execution
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement
from trading.trips import Effect

TABLE = Table(
    names={
        **dict.fromkeys(("instrument", "instrumento"), "symbol"),
        **dict.fromkeys(("action", "aktion", "acción"), "side"),
        **dict.fromkeys(("quantity", "qty", "quantité", "menge", "cantidad"), "quantity"),
        **dict.fromkeys(("price", "prix", "preis", "precio"), "price"),
        **dict.fromkeys(("time", "temps", "heure", "zeit", "hora", "tiempo"), "time"),
        "id": "id",
        **dict.fromkeys(("e/x", "e/s"), "effect"),
        "position": "position",
        "posición": "position",
        **dict.fromkeys(("order id", "id d'ordre", "id de l'ordre", "order-id", "id de orden"), "order"),
        **dict.fromkeys(("name", "nom", "nombre"), "name"),
        **dict.fromkeys(("commission", "provision", "kommission", "comisión"), "commission"),
        **dict.fromkeys(("rate", "taux", "kurs", "tasa"), "rate"),
        **dict.fromkeys(("account", "account display name", "compte", "konto", "cuenta"), "account"),
    },
    needed=("symbol", "side", "quantity", "price", "time", "effect"),
)
BUYS = {"buy", "buytocover", "buy to cover", "acheter", "achat", "kaufen", "kauf", "comprar", "compra"}
SELLS = {"sell", "sellshort", "sell short", "vendre", "vente", "verkaufen", "verkauf", "vender", "venta"}
ENTRIES = {"entry", "entrée", "einstieg", "entrada"}
EXITS = {"exit", "sortie", "ausstieg", "salida"}
POSITION = re.compile(r"(?P<size>\d+)\s*(?P<side>[A-Z])")
SHORT = {"S", "V", "C"}  # short, vente, corto
SAME_ROW = ("account", "symbol", "side", "quantity", "price", "time", "order", "name")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger = Ledger(gathering, wishes, broker="ninjatrader")
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            take_execution(ledger, _execution(fields, fingerprints))
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="ninjatrader_executions", broker="ninjatrader", account=ledger.account(), currency=ledger.currency()
    )


def _execution(fields: Fields, fingerprints: Fingerprints) -> Execution:
    """An id is NinjaTrader's own within one account; copied accounts may repeat it."""
    account, id = fields.text("account"), fields.text("id")
    buys = _buys(fields)
    return Execution(
        name=f"{account}:{id}" if id else fingerprints.of(fields.text(name) for name in SAME_ROW),
        account=account,
        symbol=fields.needed("symbol"),
        buys=buys,
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        at=fields.moment("time"),
        effect=_effect(fields, buys),
        costs=abs(fields.amount("commission")),
        row=fields.row.number,
        raw=fields.raw(),
    )


def _buys(fields: Fields) -> bool:
    side = word(fields.text("side"))
    if side not in BUYS | SELLS:
        raise CellRefused("action", f"{side[:30]!r} is neither Buy nor Sell; export the grid in English")
    return side in BUYS


def _effect(fields: Fields, buys: bool) -> Effect:
    """An exit that leaves a position on its own side went through zero."""
    said, position = word(fields.text("effect")), POSITION.match(fields.text("position").upper())
    if said not in ENTRIES | EXITS:
        raise CellRefused("e/x", f"{said[:30]!r} is neither Entry nor Exit; export the grid in English")
    if said in ENTRIES:
        return "net"
    return "through" if position and (position["side"] not in SHORT) == buys else "close"


formats.register(
    "ninjatrader_executions",
    Importer(title="NinjaTrader 8 executions (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
