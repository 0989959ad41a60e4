"""I read Coinbase Pro's account statement, in which a trade is two matches of one trade id and a fee."""

from collections import defaultdict
from decimal import Decimal

from trading.importers import formats
from trading.reading.crypto import RANK, Spot, take_spot
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Ledger
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Statement

TABLE = Table(
    names={
        "portfolio": "account",
        "type": "type",
        "timestamp": "time",
        "time": "time",
        "amount": "amount",
        "balance": "balance",
        "amount/balance unit": "unit",
        "transfer id": "transfer",
        "trade id": "id",
        "order id": "order",
    },
    needed=("type", "time", "amount", "unit", "id"),
)
ZERO = Decimal(0)
PRICE_DIGITS = Decimal("1e-12")


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner_in_utc(document)
    ledger = Ledger(gathering, wishes, broker="coinbase")
    groups: dict[tuple[str, ...], list[Fields]] = defaultdict(list)
    for _, fields in TABLE.rows(document, manner):
        if word(fields.text("type")) in {"match", "fee"}:
            groups[fields.text("account"), fields.text("order"), fields.text("id")].append(fields)
    for rows in groups.values():
        with gathering.row(rows[0].row.number):
            take_spot(ledger, _spot(rows))
    ledger.add_trades()
    return gathering.statement(format="coinbase_account", broker="coinbase", currency=ledger.currency())


def _spot(rows: list[Fields]) -> Spot:
    """Trade ids are numbered per market, so the pair belongs to the name."""
    moved: dict[str, Decimal] = defaultdict(Decimal)
    fees: dict[str, Decimal] = defaultdict(Decimal)
    for fields in rows:
        kept = fees if word(fields.text("type")) == "fee" else moved
        kept[fields.needed("unit").upper()] += fields.number("amount")
    if len(moved) != 2 or len({change > 0 for change in moved.values()}) != 2 or not all(moved.values()):
        raise CellRefused(
            "amount", f"trade {rows[0].needed('id')} is not one coin for another; export the fills instead"
        )
    quote, base = sorted(moved, key=lambda coin: (RANK.get(coin, 999), coin))
    quantity, funds = abs(moved[base]), abs(moved[quote])
    fee_coin = next(iter(sorted(fees, key=lambda coin: coin not in moved)), "")
    return Spot(
        name=f"{base}-{quote}:{rows[0].needed('id')}",
        symbol=f"{base}-{quote}",
        base=base,
        quote=quote,
        buys=moved[base] > 0,
        quantity=quantity,
        price=(funds / quantity).quantize(PRICE_DIGITS),
        funds=funds,
        fee=-fees[fee_coin] if fee_coin else ZERO,
        fee_coin=fee_coin,
        at=rows[0].moment("time"),
        row=rows[0].row.number,
        raw=rows[0].raw() | {coin: f"{change:f}" for coin, change in moved.items()},
    )


formats.register(
    "coinbase_account",
    Importer(title="Coinbase Pro account statement (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
