"""I read TradeZero's executions: BC covers what SS sold short, S sells what B bought, each fee in its own column."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.table import Table
from trading.rows import Statement
from trading.trips import Effect, Fill

TABLE = Table(
    names={
        "account": "account",
        "t/d": "date",
        "exec time": "time",
        "currency": "currency",
        "type": "type",
        "side": "side",
        "symbol": "symbol",
        "qty": "quantity",
        "price": "price",
        "comm": "commission",
        "sec": "sec",
        "taf": "taf",
        "nscc": "nscc",
        "nasdaq": "nasdaq",
        "ecn remove": "ecn_remove",
        "ecn add": "ecn_add",
        "gross proceeds": "gross",
        "net proceeds": "net",
        "note": "note",
    },
    needed=("account", "date", "time", "side", "symbol", "quantity", "price", "gross", "net"),
)
SIDES: dict[str, tuple[bool, Effect]] = {
    "B": (True, "open"),
    "BO": (True, "open"),
    "S": (False, "close"),
    "SC": (False, "close"),
    "SS": (False, "open"),
    "SO": (False, "open"),
    "BC": (True, "close"),
    "SELL SHORT": (False, "open"),
    "BUY TO COVER": (True, "close"),
    "BUY": (True, "net"),  # these two words leave it to the position what they open or close
    "SELL": (False, "net"),
}
SHORT = {"SS", "SO", "BC", "SELL SHORT", "BUY TO COVER"}
ASSETS = {"stock": "stock", "option": "option", "e": "stock", "o": "option", "2": "stock", "": "stock"}
SAME_ROW = ("account", "date", "time", "side", "symbol", "quantity", "price", "gross", "net")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.date_order or "mdy"  # a broker in the United States
    ledger = Ledger(gathering, wishes, broker="tradezero")
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            _take(fields, ledger, fingerprints)
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="tradezero", broker="tradezero", account=ledger.account(), currency=ledger.currency()
    )


def _take(fields: Fields, ledger: Ledger, fingerprints: Fingerprints) -> None:
    side, symbol, account = fields.text("side").upper(), fields.needed("symbol"), fields.text("account")
    if side not in SIDES:
        raise CellRefused("side", f"{side[:20]!r} is not known; it should be B, S, SS or BC, or Buy or Sell")
    buys, effect = SIDES[side]
    gross, net = fields.number("gross"), fields.number("net")
    fill = Fill(
        name=fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=f"{account}/{symbol}/{'short' if side in SHORT else 'long'}",
        symbol=symbol,
        buys=buys,
        quantity=abs(fields.number("quantity")),
        price=fields.number("price"),
        at=fields.manner.moment("time", f"{fields.bare('date')} {fields.bare('time')}", fields.row.number),
        effect=effect,
        costs=gross - net,
        worth=abs(gross),
        row=fields.row.number,
    )
    kind = fields.text("type").lower()
    asset = ASSETS.get(kind, "other")
    entry = Entry(
        fill=fill, raw=fields.raw(), asset_class=asset, currency=fields.text("currency").upper(), account=account
    )
    ledger.take(entry)


formats.register(
    "tradezero", Importer(title="TradeZero executions (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
