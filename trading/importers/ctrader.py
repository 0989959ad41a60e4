"""I read the cTrader statement, CSV or HTML: one row per closing deal, and the positions still open."""

import re
from decimal import Decimal

from trading.importers import formats
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Header, Table
from trading.reading.texts import plain
from trading.reading.totals import our_totals, reconciled
from trading.rows import Side, Statement, TradeRow

NAMES = {
    "deal id": "id",
    "id": "id",
    "order id": "order",
    "symbol": "symbol",
    "opening direction": "side",
    "opening time": "entry_time",
    "closing time": "exit_time",
    "entry price": "entry_price",
    "closing price": "exit_price",
    **dict.fromkeys(("closing quantity", "closing volume"), "quantity"),
    "swap": "swap",
    "commission": "commission",
    "commissions": "commission",
    "gross": "gross",
    "net": "net",
    "balance": "balance",
}
CLOSED = Table(names=NAMES, needed=("symbol", "side", "exit_time", "entry_price", "exit_price", "quantity", "net"))
OPEN = Table(
    names={
        "id": "id",
        "position id": "id",
        "created": "entry_time",
        "symbol": "symbol",
        "quantity": "quantity",
        "direction": "side",
        "entry price": "entry_price",
        "entry": "entry_price",
        "s/l": "stop_loss",
        "sl": "stop_loss",
        "t/p": "take_profit",
        "tp": "take_profit",
        "swap": "swap",
        "commissions": "commission",
        "net": "net",
    },
    needed=("entry_time", "symbol", "quantity", "side", "entry_price"),
    foreign=frozenset({"opening direction", "order type"}),
)
SIDES: dict[str, Side] = {"buy": "long", "sell": "short"}
ACCOUNT = re.compile(r"\bAccount\s*:\s*(\d{3,20})\b")
LONGEST = 400
PREFIX = re.compile(r"^(DID|PID|OID)(?=\d)")
NO_ENTRY_TIME = "the column Opening time was not exported: trades are shown as opened when they were closed"
ZERO = Decimal(0)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner(document)
    manner.order = "dmy"  # cTrader writes the day first in every language
    currency = wishes.currency
    stated: dict[str, Decimal] = {}
    for header, fields in CLOSED.rows(document, manner):
        currency = _currency(header) or currency
        if fields.bare("symbol"):
            if "entry_time" not in header.columns:
                gathering.note(NO_ENTRY_TIME)
            with gathering.row(fields.row.number):
                gathering.add(_closed(fields, _net_column(header), len(gathering.trades)))
        elif fields.bare(_net_column(header)):
            with gathering.row(fields.row.number):
                stated = _sums(fields, _net_column(header))
    proof = reconciled(stated, our_totals(gathering.trades))
    fingerprints = Fingerprints()
    for _, fields in OPEN.rows(document, manner) if OPEN.within(document) else ():
        if fields.bare("symbol"):
            with gathering.row(fields.row.number):
                gathering.add(_open(fields, fingerprints))
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="ctrader",
        broker="ctrader",
        reconciliation=proof,
        account=_account(document),
        currency=wishes.tell_currency(currency, gathering),
    )


def _account(document: Document) -> str | None:
    found = next((match for row in document.head if (match := ACCOUNT.search(" ".join(row.filled)[:LONGEST]))), None)
    return found[1] if found else None


def _sums(fields: Fields, net: str) -> dict[str, Decimal]:
    """The unnamed row below the deals adds up their columns."""
    sums = {"net_profit": fields.number(net)}
    if "commission" in fields.columns:
        sums["commissions"] = -fields.amount("commission") + ZERO
    return sums


def _currency(header: Header) -> str | None:
    """The account's currency is the one its balance is kept in; a second Net column is in the instrument's."""
    for name in ("balance", "net"):
        if len(header.currencies.get(name, ())) == 1:
            return header.currencies[name][0]
    return None


def _net_column(header: Header) -> str:
    currency = _currency(header)
    return f"net {currency.lower()}" if currency and f"net {currency.lower()}" in header.columns else "net"


def _id(fields: Fields) -> str:
    return PREFIX.sub("", fields.needed("id")) if "id" in fields.columns else ""


def _quantity(fields: Fields) -> Decimal:
    """A quantity such as 1 428 Lots is a number with its unit."""
    return fields.manner.number("quantity", re.sub(r"[A-Za-z ]+$", "", fields.bare("quantity")))


def _side(fields: Fields) -> Side:
    found = fields.text("side").lower()
    if found not in SIDES:
        raise CellRefused("side", f"{found[:20]!r} is neither Buy nor Sell; export the statement again")
    return SIDES[found]


def _closed(fields: Fields, net: str, count: int) -> TradeRow:
    """Net is after commission and swap, so gross is net with both taken back out."""
    costs, swap, pnl = -fields.amount("commission") + ZERO, fields.amount("swap"), fields.number(net)
    entry = fields.moment("entry_time" if "entry_time" in fields.columns else "exit_time")
    exit_ = fields.moment_after("exit_time", entry)
    return TradeRow(
        broker="ctrader",
        broker_trade_id=_id(fields) or f"{plain(fields.text('order'))}@{exit_:%Y%m%d%H%M%S%f}",
        symbol=fields.needed("symbol"),
        side=_side(fields),
        quantity=_quantity(fields),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=exit_,
        gross_pnl=pnl + costs - swap,
        pnl=pnl,
        commissions=costs,
        swap=swap,
        raw=fields.raw(),
        row=fields.row.number,
    )


def _open(fields: Fields, fingerprints: Fingerprints) -> TradeRow:
    """The CSV leaves ids out of this table; then a position is known by how it was opened, not by its rest."""
    known = _id(fields) or fingerprints.of(
        fields.text(name) for name in ("entry_time", "symbol", "side", "entry_price")
    )
    return TradeRow(
        broker="ctrader",
        broker_trade_id=f"PID{known}",
        symbol=fields.needed("symbol"),
        side=_side(fields),
        quantity=_quantity(fields),
        entry_price=fields.number("entry_price"),
        entry_time=fields.moment("entry_time"),
        commissions=-fields.amount("commission") + ZERO,
        swap=fields.amount("swap"),
        stop_loss=fields.level("stop_loss"),
        take_profit=fields.level("take_profit"),
        raw=fields.raw(),
        row=fields.row.number,
    )


formats.register(
    "ctrader", Importer(title="cTrader statement (CSV, HTML)", recognises=lambda d, _: CLOSED.within(d), read=read)
)
