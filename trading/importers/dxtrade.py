"""I read DXtrade's trade history: executions that say whether they open or close, closing ones with their result."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.reading.texts import word
from trading.reading.totals import our_totals, reconciled
from trading.rows import Statement
from trading.trips import Effect, Fill

TABLE = Table(
    names={
        "date and time": "time",
        "date/time": "time",
        "symbol": "symbol",
        "order id": "order",
        "trade code": "id",
        "side": "side",
        "position effect": "effect",
        "trade volume": "quantity",
        "trade price": "price",
        "commission": "commission",
        "closed p&l": "gross",
        "net closed p&l": "net",
        "account": "account",
        "swap": "swap",
        "financing": "swap",
    },
    needed=("time", "symbol", "id", "side", "effect", "quantity", "price"),
)
EFFECTS: dict[str, Effect] = {"opening": "open", "open": "open", "closing": "close", "close": "close"}
ZERO = Decimal(0)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = wishes.date_order or "dmy"  # DXtrade writes the day first
    ledger, stated = Ledger(gathering, wishes, broker="dxtrade"), ZERO
    for header, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            _take(fields, ledger)
            stated += fields.amount("gross") if "gross" in header.columns else ZERO
    ledger.add_trades()
    wishes.tell_zone(manner, gathering)
    ours = our_totals(gathering.trades)
    gross = ours["net_profit"] + ours["commissions"] - ours["swap"]
    return gathering.statement(
        format="dxtrade",
        broker="dxtrade",
        account=ledger.account(),
        currency=ledger.currency(),
        reconciliation=reconciled({"gross_result": stated}, {"gross_result": gross}) if stated else (),
    )


def _take(fields: Fields, ledger: Ledger) -> None:
    """The contract size is unknown here, so a closing execution must state its own result."""
    said = word(fields.text("effect"))
    if said not in EFFECTS:
        raise CellRefused("position effect", f"{said[:30]!r} is neither Opening nor Closing; export it in English")
    effect, gross = EFFECTS[said], fields.optional("gross")
    commission = -fields.amount("commission") + ZERO
    if effect == "close" and gross is None and (net := fields.optional("net")) is not None:
        gross = net + commission
    if effect == "close" and gross is None:
        raise CellRefused("closed p&l", "is blank for a closing trade; add the column Closed P&L and export again")
    account, symbol, buys = fields.text("account"), fields.needed("symbol"), bought(fields, "side")
    long = buys == (effect == "open")
    fill = Fill(
        name=fields.needed("id"),
        book=f"{account}/{symbol}/{'long' if long else 'short'}",
        symbol=symbol,
        buys=buys,
        quantity=abs(fields.number("quantity")),
        price=fields.number("price"),
        at=fields.moment("time"),
        effect=effect,
        costs=commission,
        swap=fields.amount("swap"),
        gross=gross if effect == "close" else None,
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), account=account))


formats.register(
    "dxtrade", Importer(title="DXtrade trade history (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
