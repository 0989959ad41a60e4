"""I read TradingView's lists of trades, of a strategy and of paper trading: two rows a trade, its totals on both."""

import re
from collections import defaultdict
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused, StatementIncomplete
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.rows import Row
from trading.reading.texts import plain, word
from trading.reading.totals import our_totals, reconciled
from trading.rows import Side, Statement, TradeRow

NAMES = {
    "symbol": "symbol",
    "order id": "order",
    **dict.fromkeys(("trade number", "trade #"), "number"),
    "type": "type",
    **dict.fromkeys(("date and time", "date/time"), "time"),
    "signal": "signal",
    "price": "price",
    **dict.fromkeys(("size (qty)", "position size (qty)", "contracts", "quantity", "qty", "position size"), "quantity"),
    **dict.fromkeys(("net pnl", "net p&l", "profit", "p&l"), "pnl"),
    "commission": "commission",
    **dict.fromkeys(("run-up", "favorable excursion"), "mfe"),
    **dict.fromkeys(("drawdown", "adverse excursion"), "mae"),
    **dict.fromkeys(("cumulative pnl", "cumulative p&l", "cum. profit", "cumulative profit"), "cumulative"),
}
NEEDED = ("number", "type", "time", "price", "quantity", "pnl")
MONEY = re.compile(r"^(?P<name>.+) (?P<currency>[a-z]{3,5})$")
TYPE = re.compile(r"(?P<leg>entry|exit) (?P<side>long|short)")
NO_SYMBOL = "UNKNOWN"
ZERO = Decimal(0)


def columns_of(row: Row) -> tuple[dict[str, int], str] | None:
    """Where the columns stand, and the currency their headers end in."""
    columns: dict[str, int] = {}
    currency = ""
    for index, cell in enumerate(row.cells):
        header = word(cell)
        money = MONEY.match(header)
        name = NAMES.get(header) or (NAMES.get(money["name"]) if money else None)
        if name and name not in columns:
            columns[name] = index
            if money and name in {"price", "pnl"} and header not in NAMES:
                currency = money["currency"].upper()
    return (columns, currency) if all(name in columns for name in NEEDED) else None


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind in {"text", "xlsx"} and any(columns_of(row) for row in document.head[:10])


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.order(document)
    header, legs = None, defaultdict[tuple[str, str], dict[str, Fields]](dict)
    for row in document.rows():
        if header is None:
            header = columns_of(row)
            continue
        fields = Fields(row, header[0], manner)
        with gathering.row(row.number):
            found = TYPE.fullmatch(word(fields.text("type")))
            if not found:
                raise CellRefused(
                    "type", f"{fields.text('type')[:30]!r} is not known; it should be Entry long and so on"
                )
            legs[fields.text("symbol"), fields.needed("number")][found["leg"]] = fields
    if header is None:
        raise StatementIncomplete(name=document.name, missing="its header row", cure="Export the list of trades again.")
    stated, market = {}, wishes.symbol or market_in(document)
    for symbol, number in sorted(legs, key=lambda key: (key[0], len(key[1]), key[1])):
        pair = legs[symbol, number]
        with gathering.row(next(iter(pair.values())).row.number):
            gathering.add(_trade(pair, fingerprints, symbol or market or NO_SYMBOL))
            if _closed(pair["exit"]) and pair["exit"].bare("cumulative"):
                stated["net_profit"] = pair["exit"].number("cumulative")
    if any(trade.symbol == NO_SYMBOL for trade in gathering.trades):
        gathering.note(f"a strategy's list names no market: the symbol is {NO_SYMBOL} until you say which one it is")
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="tradingview_strategy",
        broker="tradingview",
        currency=wishes.tell_currency(header[1] or None, gathering),
        reconciliation=reconciled(stated if len({key[0] for key in legs}) == 1 else {}, our_totals(gathering.trades)),
    )


def market_in(document: Document) -> str:
    """A strategy's workbook names its market on the sheet of its properties."""
    for row in document.sheet_rows("properties"):
        if word(row.cell(0)) == "symbol":
            return plain(row.cell(1))
    return ""


def _closed(exit_: Fields) -> bool:
    return any(map(str.isdigit, exit_.bare("time"))) and word(exit_.text("signal")) != "open"


def _trade(pair: dict[str, Fields], fingerprints: Fingerprints, symbol: str) -> TradeRow:
    """Numbers restart with every run, so a trade is known by its entry; an open one closes under the same name."""
    if set(pair) != {"entry", "exit"}:
        raise CellRefused("number", "has an entry or an exit only; export the whole list")
    entry, exit_ = pair["entry"], pair["exit"]
    side: Side = "long" if word(entry.text("type")).endswith("long") else "short"
    closed = _closed(exit_)
    pnl = exit_.number("pnl") if closed else None
    costs = _costs(entry, exit_)
    opened = entry.moment("time")
    mfe, mae = exit_.optional("mfe"), exit_.optional("mae")
    said = ("type", "time", "signal", "price", "quantity")
    return TradeRow(
        broker="tradingview",
        broker_trade_id=fingerprints.of((symbol, *(entry.text(name) for name in said))),
        symbol=symbol,
        side=side,
        quantity=entry.number("quantity"),
        entry_price=entry.number("price"),
        entry_time=opened,
        exit_price=exit_.number("price") if closed else None,
        exit_time=exit_.moment_after("time", opened) if closed else None,
        gross_pnl=None if pnl is None else pnl + costs,
        pnl=pnl,
        commissions=costs,
        mfe=abs(mfe) if mfe is not None else None,
        mae=abs(mae) if mae is not None else None,
        setup=entry.text("signal") or None,
        raw=exit_.raw(),
        row=exit_.row.number,
    )


def _costs(entry: Fields, exit_: Fields) -> Decimal:
    """The result is after them. Where rows carry orders each leg names its own; a strategy's rows both name the sum."""
    own = entry.amount("commission") if "order" in entry.columns else ZERO
    return own + exit_.amount("commission")


formats.register(
    "tradingview_strategy",
    Importer(title="TradingView strategy list of trades (CSV, XLSX)", recognises=recognises, read=read),
)
