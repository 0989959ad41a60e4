"""I read BitMEX's trade history; its wallet history, which holds daily results and no trades, I send back."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused, StatementIncomplete
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement
from trading.trips import Fill

TRADES = Table(
    names={
        "transacttime": "time",
        "timestamp": "time",
        "symbol": "symbol",
        "exectype": "kind",
        "side": "side",
        "lastqty": "quantity",
        "lastpx": "price",
        "execcost": "cost",
        "commission": "fee_rate",
        "execcomm": "fee",
        "execid": "id",
        "orderid": "order",
        "text": "text",
        "settlcurrency": "coin",
    },
    needed=("time", "symbol", "kind", "side", "quantity", "price", "cost", "fee"),
)
WALLET = Table(
    names={
        "transacttime": "time",
        "transacttype": "kind",
        "amount": "amount",
        "walletbalance": "balance",
        "transactstatus": "status",
    },
    needed=("time", "kind", "amount", "balance"),
)
SAME_ROW = ("time", "symbol", "kind", "side", "quantity", "price", "cost", "fee", "order")
SATOSHI, MICRO = Decimal("1e-8"), Decimal("1e-6")


def recognises(document: Document, wishes: Wishes) -> bool:
    return TRADES.within(document) or WALLET.within(document)


def read(document: Document, wishes: Wishes) -> Statement:
    if WALLET.within(document) and not TRADES.within(document):
        raise StatementIncomplete(
            name=document.name,
            missing="trades: a BitMEX wallet history holds each day's result and nothing that was bought or sold",
            cure="In BitMEX open Trade History, choose Save as CSV, and upload that file.",
        )
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.order(document)
    ledger = Ledger(gathering, wishes, broker="bitmex")
    funding = 0
    for _, fields in TRADES.rows(document, manner):
        if word(fields.text("kind")) == "funding":
            funding += 1
        elif word(fields.text("kind")) in {"trade", "settlement"}:
            with gathering.row(fields.row.number):
                _take(fields, ledger, fingerprints)
    ledger.add_trades()
    if funding:
        gathering.note(f"{funding} funding payments belong to no single trade and are in no result")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="bitmex", broker="bitmex", currency=ledger.currency())


def _take(fields: Fields, ledger: Ledger, fingerprints: Fingerprints) -> None:
    """`execCost` is signed money in the settlement coin's smallest unit, which tells the worth of any contract: for an
    inverse one a purchase costs below zero, so the worth of a side keeps the sign that makes gains gains."""
    symbol, buys = fields.needed("symbol"), bought(fields, "side")
    unit, coin = _settled(symbol, fields.text("coin"))
    cost = fields.number("cost") * unit
    fill = Fill(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=symbol,
        symbol=symbol,
        buys=buys,
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        at=fields.moment("time"),
        costs=fields.amount("fee") * unit,
        worth=cost if buys else -cost,
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="crypto", currency=coin))


def _settled(symbol: str, coin: str) -> tuple[Decimal, str]:
    """XBt counts satoshis, USDt millionths."""
    if coin.upper() in {"XBT", ""} and symbol.upper().startswith("XBT") and "USDT" not in symbol.upper():
        return SATOSHI, "XBT"
    if "USDT" in symbol.upper() or coin.upper() == "USDT":
        return MICRO, "USDT"
    if coin.upper() == "XBT":
        return SATOSHI, "XBT"
    raise CellRefused("symbol", f"{symbol[:20]} settles in a coin the file does not name; export it with settlCurrency")


formats.register("bitmex", Importer(title="BitMEX trade history (CSV)", recognises=recognises, read=read))
