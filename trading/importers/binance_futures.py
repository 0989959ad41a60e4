"""I read Binance's futures trade history; a fill that realises a profit closes, one that realises none opens."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.crypto import split_pair, with_unit
from trading.reading.document import Document
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.numbers import NOTHING
from trading.reading.sides import bought
from trading.reading.table import Table
from trading.rows import Statement
from trading.trips import Effect, Fill

TABLE = Table(
    names={
        "date": "time",
        "time": "time",
        "symbol": "symbol",
        "side": "side",
        "price": "price",
        "quantity": "quantity",
        "amount": "amount",
        "fee": "fee",
        "fee coin": "fee_coin",
        "realized profit": "realized",
        "quote asset": "quote",
        "trade id": "id",
        "position side": "position",
    },
    needed=("time", "symbol", "side", "price", "quantity", "fee", "realized"),
)
SAME_ROW = ("time", "symbol", "side", "price", "quantity", "amount", "fee", "realized")
ZERO = Decimal(0)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner_in_utc(document), Fingerprints()
    ledger = Ledger(gathering, wishes, broker="binance_futures")
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            _take(fields, ledger, fingerprints)
    ledger.add_trades()
    return gathering.statement(format="binance_futures", broker="binance_futures", currency=ledger.currency())


def _take(fields: Fields, ledger: Ledger, fingerprints: Fingerprints) -> None:
    symbol, (realized, _), (fee, unit) = fields.needed("symbol"), _united(fields, "realized"), _united(fields, "fee")
    quote = fields.text("quote").upper() or split_pair(symbol.split("_")[0])[1]
    coin = fields.text("fee_coin").upper() or unit or quote
    position = fields.text("position").upper().replace("BOTH", "")
    if fee and coin != quote:
        ledger.foreign_fee(coin, fields.row.number)
    fill = Fill(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=f"{symbol} {position}".strip(),
        symbol=symbol,
        buys=bought(fields, "side"),
        quantity=_united(fields, "quantity")[0],
        price=fields.number("price"),
        at=fields.moment("time"),
        effect=_effect(realized, position, fields),
        costs=fee if coin == quote else ZERO,
        gross=realized or None,
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="crypto", currency=quote))


def _united(fields: Fields, name: str) -> tuple[Decimal, str]:
    """An amount and the coin some exports write behind it."""
    text, unit = with_unit(fields.bare(name))
    return (ZERO, "") if text in NOTHING else (fields.manner.number(name, text), unit)


def _effect(realized: Decimal, position: str, fields: Fields) -> Effect:
    """In hedge mode the side of the position decides; else a realised profit proves that something was closed."""
    if position in {"LONG", "SHORT"}:
        return "open" if bought(fields, "side") == (position == "LONG") else "close"
    return "through" if realized else "net"


formats.register(
    "binance_futures",
    Importer(title="Binance futures trades (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
