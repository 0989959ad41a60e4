"""I read Tradovate's Performance report: one row per pair of fills."""

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.tradovate import NO_FEES, paired_trade
from trading.rows import Statement

TABLE = Table(
    names={
        "symbol": "symbol",
        "buyfillid": "buy_fill",
        "sellfillid": "sell_fill",
        "qty": "quantity",
        "buyprice": "buy_price",
        "sellprice": "sell_price",
        "pnl": "pnl",
        "boughttimestamp": "bought_at",
        "soldtimestamp": "sold_at",
        "duration": "duration",
    },
    needed=("symbol", "buy_fill", "sell_fill", "quantity", "buy_price", "sell_price", "pnl", "bought_at", "sold_at"),
)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "mdy"
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            gathering.add(paired_trade(fields, f"{fields.needed('buy_fill')}+{fields.needed('sell_fill')}"))
    gathering.note(NO_FEES)
    wishes.tell_zone(manner, gathering)
    return gathering.statement(format="tradovate_performance", broker="tradovate", currency=wishes.currency)


formats.register(
    "tradovate_performance",
    Importer(title="Tradovate Performance (CSV)", recognises=lambda d, _: TABLE.within(d), read=read, streams=True),
)
