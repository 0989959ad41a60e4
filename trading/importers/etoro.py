"""I read eToro's account activity: an opening row and a closing row per position."""

import re
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields, Manner
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.texts import word
from trading.rows import Side, Statement, TradeRow

ACTIVITY = Table(
    names={
        "date": "time",
        "type": "type",
        "details": "symbol",
        "amount": "amount",
        "units": "units",
        "realized equity change": "result",
        "realized equity": "equity",
        "balance": "balance",
        "position id": "id",
        "asset type": "asset",
    },
    needed=("time", "type", "symbol", "amount", "units", "result", "id", "asset"),
)
CLOSED = Table(
    names={
        "position id": "id",
        "action": "action",
        "amount": "amount",
        "units": "units",
        "units/contracts": "units",
        "open date": "entry_time",
        "close date": "exit_time",
        "leverage": "leverage",
        "profit": "profit",
        "profit(usd)": "profit",
        "open rate": "entry_price",
        "close rate": "exit_price",
        "type": "asset",
        "take profit rate": "take_profit",
        "stop loss rate": "stop_loss",
        "stop lose rate": "stop_loss",
        "rollover fees and dividends": "swap",
        "overnight fees and dividends": "swap",
        "isin": "isin",
        "long/short": "direction",
    },
    needed=("id", "action", "units", "entry_time", "exit_time", "profit", "entry_price", "exit_price"),
)
OPENED, SHUT = "open position", {"position closed", "profit/loss of trade"}
REAL = {"stocks", "etf", "etfs", "crypto"}
ASSETS = {"stocks": "stock", "etf": "fund", "etfs": "fund", "crypto": "crypto", "cfd": "cfd", "real": "stock"}
ACTION = re.compile(r"(?P<side>buy|sell|long|short)?\s*(?P<symbol>.*)", re.IGNORECASE)
SIDES: dict[str, Side] = {"buy": "long", "long": "long", "sell": "short", "short": "short"}
PRICE_DIGITS = Decimal("1e-8")


def recognises(document: Document, wishes: Wishes) -> bool:
    return ACTIVITY.within(document) or CLOSED.within(document)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner_in_utc(document)
    manner.order = wishes.date_order or "dmy"  # eToro writes the day first in every language
    if CLOSED.within(document):
        for _, fields in CLOSED.rows(document, manner):
            with gathering.row(fields.row.number):
                gathering.add(_closed(fields))
    else:
        _read_activity(document, gathering, manner)
    return gathering.statement(format="etoro", broker="etoro", currency=wishes.tell_currency("USD", gathering))


def _closed(fields: Fields) -> TradeRow:
    """The profit is before overnight fees, which have a column of their own."""
    action = ACTION.fullmatch(fields.needed("action"))
    side = SIDES.get(((action and action["side"]) or fields.text("direction")).lower())
    if side is None or action is None:
        raise CellRefused("action", f"{fields.text('action')[:30]!r} says neither Buy nor Sell; export it in English")
    profit, swap = fields.number("profit"), fields.amount("swap")
    return TradeRow(
        broker="etoro",
        broker_trade_id=fields.needed("id"),
        symbol=action["symbol"] or fields.text("isin"),
        side=side,
        quantity=fields.number("units"),
        entry_price=fields.number("entry_price"),
        entry_time=fields.moment("entry_time"),
        exit_price=fields.number("exit_price"),
        exit_time=fields.moment("exit_time"),
        gross_pnl=profit,
        pnl=profit + swap,
        swap=swap,
        stop_loss=fields.level("stop_loss"),
        take_profit=fields.level("take_profit"),
        asset_class=ASSETS.get(word(fields.text("asset")), "other"),
        raw=fields.raw(),
        row=fields.row.number,
    )


def _read_activity(document: Document, gathering: Gathering, manner: Manner) -> None:
    opened: dict[str, Fields] = {}
    shut: list[Fields] = []
    for _, fields in ACTIVITY.rows(document, manner):
        kind = word(fields.text("type"))
        if kind == OPENED:
            opened[fields.text("id")] = fields
        elif kind in SHUT:
            shut.append(fields)
    for fields in shut:
        with gathering.row(fields.row.number):
            gathering.add(_trip(opened.pop(fields.text("id"), None), fields))
    for fields in opened.values():
        with gathering.row(fields.row.number):
            gathering.add(_still_open(fields))


def _trip(opening: Fields | None, closing: Fields) -> TradeRow:
    """Amounts over units are prices; what was put in is what came out less the result."""
    if opening is None:
        raise CellRefused("id", f"position {closing.text('id')} was opened before this file begins; export more of it")
    row = _still_open(opening)
    units, result = closing.number("units"), closing.number("result")
    at = closing.moment("time")
    return TradeRow(
        broker="etoro",
        broker_trade_id=row.broker_trade_id,
        symbol=row.symbol,
        side="long",
        quantity=units,
        entry_price=row.entry_price,
        entry_time=row.entry_time,
        exit_price=_price(closing.number("amount"), units),
        exit_time=at,
        gross_pnl=result,
        pnl=result,
        asset_class=row.asset_class,
        raw=closing.raw(),
        row=closing.row.number,
    )


def _still_open(fields: Fields) -> TradeRow:
    """Only what is really owned is surely long; a CFD's side and leverage this report does not tell."""
    asset, units = word(fields.text("asset")), fields.number("units")
    if asset not in REAL:
        reason = (
            f"is {fields.text('asset') or 'blank'}: this report does not say long or short; import Closed Positions"
        )
        raise CellRefused("asset", reason)
    return TradeRow(
        broker="etoro",
        broker_trade_id=fields.needed("id"),
        symbol=fields.needed("symbol"),
        side="long",
        quantity=units,
        entry_price=_price(fields.number("amount"), units),
        entry_time=fields.moment("time"),
        asset_class=ASSETS[asset],
        raw=fields.raw(),
        row=fields.row.number,
    )


def _price(amount: Decimal, units: Decimal) -> Decimal:
    if units <= 0:
        raise CellRefused("units", f"is {units}; a position has units above zero")
    return (amount / units).quantize(PRICE_DIGITS)


formats.register(
    "etoro", Importer(title="eToro account activity, closed positions (CSV, XLSX)", recognises=recognises, read=read)
)
