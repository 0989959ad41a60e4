"""I read Bybit's derivatives trade history: fills that say whether they open or close."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.crypto import split_pair
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement
from trading.trips import Effect, Fill

TABLE = Table(
    names={
        "contracts": "symbol",
        "market": "symbol",
        "symbol": "symbol",
        "order no.": "order",
        "direction": "direction",
        "filled qty": "quantity",
        "filled quantity": "quantity",
        "filled price": "price",
        "filled type": "kind",
        "fees paid": "fee",
        "exec qty": "quantity",
        "exec price": "price",
        "trading fee": "fee",
        "trasaction id": "id",
        "transaction id": "id",
        "trade id": "id",
        "transaction time": "time",
        "filled time": "time",
        "fee coin": "fee_coin",
        "feecoin": "fee_coin",
        "trading fee rate": "fee_rate",
        "fee rate": "fee_rate",
    },
    needed=("symbol", "direction", "quantity", "price", "fee", "time"),
)
DIRECTIONS: dict[str, tuple[bool, Effect]] = {
    "open long": (True, "open"),
    "close long": (False, "close"),
    "open short": (False, "open"),
    "close short": (True, "close"),
    "buy": (True, "net"),
    "sell": (False, "net"),
    "long": (True, "net"),  # so the export of a unified account calls a purchase
    "short": (False, "net"),
}
FORCED = {"liquidation", "busttrade", "bust trade", "adltrade", "adl trade", "adl", "delivery", "settle"}
ZERO = Decimal(0)
SAME_ROW = ("order", "symbol", "direction", "quantity", "price", "fee", "time")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    ledger = Ledger(gathering, wishes, broker="bybit")
    funding = 0
    for _, fields in TABLE.rows(document, manner):
        if word(fields.text("kind")) in {"funding", "settlement"}:
            funding += 1
            continue
        with gathering.row(fields.row.number):
            _take(fields, ledger, fingerprints)
    ledger.add_trades()
    if funding:
        gathering.note(f"{funding} funding payments belong to no single trade and are in no result")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="bybit_trades", broker="bybit", currency=ledger.currency())


def _take(fields: Fields, ledger: Ledger, fingerprints: Fingerprints) -> None:
    symbol, direction = fields.needed("symbol"), word(fields.text("direction"))
    quote = settled_in(symbol)
    if direction not in DIRECTIONS:
        raise CellRefused("direction", f"{direction[:30]!r} is not known; it should be Open Long, Close Long and so on")
    buys, effect = DIRECTIONS[direction]
    if effect == "net" and word(fields.text("kind")) in FORCED:
        effect = "close"  # what the exchange closes by force never opens anything
    fee, coin = fields.amount("fee"), fields.text("fee_coin").upper()
    if fee and coin not in {"", quote}:
        ledger.foreign_fee(coin, fields.row.number)
        fee = ZERO
    fill = Fill(
        name=fields.text("id") or fingerprints.of(fields.text(name) for name in SAME_ROW),
        book=f"{symbol} {direction.split()[-1] if ' ' in direction else ''}".strip(),
        symbol=symbol,
        buys=buys,
        quantity=fields.number("quantity"),
        price=fields.number("price"),
        at=fields.moment("time"),
        effect=effect,
        costs=fee,
        row=fields.row.number,
    )
    ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class="crypto", currency=quote))


def settled_in(symbol: str) -> str:
    """The coin of a linear contract. An inverse one pays in its base coin, by another formula, and is refused."""
    name = symbol.upper().removesuffix("-PERP").removesuffix("PERP")
    if symbol.upper().endswith("PERP"):
        return "USDC"
    quote = split_pair(name.split("-")[0])[1]
    if quote == "USD":
        raise CellRefused("symbol", f"{symbol[:20]} is an inverse contract, settled in its coin; import its closed P&L")
    return quote


formats.register(
    "bybit_trades", Importer(title="Bybit derivatives trades (CSV)", recognises=lambda d, _: TABLE.within(d), read=read)
)
