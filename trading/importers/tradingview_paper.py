"""I read the order history of TradingView's paper trading, its headers in four languages."""

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

TABLE = Table(
    names={
        **dict.fromkeys(("symbol", "symbole", "símbolo"), "symbol"),
        **dict.fromkeys(("side", "seite", "côté", "lado", "sens"), "side"),
        **dict.fromkeys(("type", "typ", "tipo"), "type"),
        **dict.fromkeys(
            ("qty", "quantity", "filled qty", "menge", "anzahl", "qté", "quantité", "cant.", "cantidad"), "quantity"
        ),
        **dict.fromkeys(
            ("fill price", "avg fill price", "ausführungspreis", "prix d'exécution", "precio de ejecución"), "price"
        ),
        **dict.fromkeys(("status", "statut", "estado"), "status"),
        **dict.fromkeys(("commission", "provision", "kommission", "comisión"), "commission"),
        **dict.fromkeys(("closing time", "schlusszeit", "abschlusszeit", "heure de clôture", "hora de cierre"), "time"),
        **dict.fromkeys(("placing time", "platzierungszeit", "heure de placement", "hora de colocación"), "placed"),
        **dict.fromkeys(("order id", "auftrags-id", "order-id", "id de l'ordre", "id ordre", "id de la orden"), "id"),
        "leverage": "leverage",
    },
    needed=("symbol", "side", "quantity", "price", "status", "time", "id"),
)
SAME_ROW = ("symbol", "side", "type", "quantity", "price", "placed", "time")
BUYS = {"buy", "kauf", "kaufen", "long", "achat", "acheter", "compra", "comprar"}
SELLS = {"sell", "verkauf", "verkaufen", "short", "vente", "vendre", "venta", "vender"}
FILLED = {"filled", "ausgeführt", "gefüllt", "exécuté", "exécutée", "rempli", "ejecutado", "ejecutada", "completada"}
UNFILLED = (
    *("cancel", "reject", "working", "inactive", "placing", "expired", "storniert", "abgelehnt", "annul", "rejet"),
    *("cancelad", "rechazad", "aktiv", "actif", "activ"),
)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger, unfilled = Ledger(gathering, wishes, broker="tradingview"), 0
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            status = word(fields.text("status"))
            if status in FILLED:
                take_execution(ledger, _execution(fields, fingerprints))
            elif status.startswith(UNFILLED):
                unfilled += 1
            else:
                raise CellRefused("status", f"{status[:30]!r} is not known; export the history in English")
    ledger.add_trades()
    if unfilled:
        gathering.note(f"{unfilled} orders were never filled and are no trades")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="tradingview_paper", broker="tradingview", currency=ledger.currency())


def _execution(fields: Fields, fingerprints: Fingerprints) -> Execution:
    side = word(fields.text("side"))
    if side not in BUYS | SELLS:
        raise CellRefused("side", f"{side[:30]!r} is neither Buy nor Sell; export the history in English")
    return Execution(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        account="",
        symbol=fields.needed("symbol"),
        buys=side in BUYS,
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        at=fields.moment("time" if fields.bare("time") else "placed"),
        costs=abs(fields.amount("commission")),
        row=fields.row.number,
        raw=fields.raw(),
    )


formats.register(
    "tradingview_paper",
    Importer(title="TradingView paper trading (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
