"""I read logs of FIX: the fills among the execution reports, corrected and cancelled as they say."""

import re
from decimal import Decimal

from trading.importers import formats
from trading.reading.contracts import point_value
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Manner
from trading.reading.fix import Message, execution_key, messages_in
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.ledger import Entry, Ledger
from trading.reading.texts import plain
from trading.rows import Statement
from trading.trips import Fill

HEAD = re.compile(r"8=FIXT?\.\d\.\d(?:\x01|\^A|<SOH>|[|^;]).{0,40}35=")
FILLS, CORRECTION, CANCEL = {"F", "1", "2"}, "G", "H"
SIDES = {"1": True, "3": True, "2": False, "4": False, "5": False, "6": False}
ASSETS = {
    "CS": "stock",
    "PS": "stock",
    "FUT": "future",
    "OPT": "option",
    "FOR": "forex",
    "FXSPOT": "forex",
    "CASH": "forex",
}
COMMISSION_PER_UNIT, COMMISSION_ABSOLUTE = "1", "3"
ZERO = Decimal(0)


def recognises(document: Document, wishes: Wishes) -> bool:
    return document.kind == "text" and HEAD.search(document.text[:16_384]) is not None


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner_in_utc(document)
    manner.mark = "."  # the protocol's own
    ledger = Ledger(gathering, wishes, broker="fix")
    reports: dict[str, Message] = {}
    for message in messages_in(document):
        with gathering.row(message.row):
            if message.of(35) != "8":
                continue
            _check(message)
            _sort(message, reports)
    for name, message in reports.items():
        with gathering.row(message.row):
            ledger.take(_entry(name, message, manner, ledger))
    ledger.add_trades()
    return gathering.statement(format="fix44", broker="fix", account=ledger.account(), currency=ledger.currency())


def _check(message: Message) -> None:
    """A report whose length or checksum is wrong was altered or cut on its way."""
    if problem := message.damage():
        raise CellRefused("CheckSum", f"{problem}; take the log again from where it was written")


def _sort(message: Message, reports: dict[str, Message]) -> None:
    kind, key = message.of(150) or message.of(39), execution_key(message)
    if kind in {CORRECTION, CANCEL} or message.of(20) in {"1", "2"}:
        old = execution_key(message, message.of(19))
        if old not in reports:
            raise CellRefused("ExecRefID", f"{plain(message.of(19))[:40]} is corrected here but is not in the log")
        first = reports.pop(old)
        if kind == CORRECTION or message.of(20) == "2":
            reports[old] = Message(message.row, message.fields | {60: first.of(60)}, message.text)
    elif kind in FILLS and (message.of(32) or "0").strip("0."):
        if (known := reports.get(key)) and known.figures != message.figures:
            raise CellRefused("ExecID", f"{plain(key)[:60]} stands in row {known.row} already with other figures")
        reports.setdefault(key, message)


def _entry(name: str, message: Message, manner: Manner, ledger: Ledger) -> Entry:
    symbol, account = plain(message.of(55)), plain(message.of(1))
    if message.of(54) not in SIDES or not symbol:
        raise CellRefused("Side", f"{plain(message.of(54))[:10]!r} of {symbol or 'a blank symbol'} is not known")
    quantity, price = manner.number("LastQty", message.of(32)), manner.number("LastPx", message.of(31))
    kind = message.of(167)
    multiplier = Decimal(1)
    if message.of(231):
        multiplier = manner.number("ContractMultiplier", message.of(231))
    elif kind in {"FUT", "OPT"} or symbol.upper() in ledger.wishes.multipliers:
        multiplier = point_value(symbol, ledger.wishes.multipliers)
    fill = Fill(
        name=name,
        book=f"{account}/{symbol}/{message.of(200)}{message.of(202)}{message.of(201)}",
        symbol=symbol,
        buys=SIDES[message.of(54)],
        quantity=quantity,
        price=price,
        at=manner.moment("TransactTime", (message.of(60) or message.of(52)).replace("-", " ", 1), message.row),
        multiplier=multiplier,
        costs=_commission(message, quantity, manner, ledger),
        row=message.row,
    )
    asset = ASSETS.get(kind, "other")
    currency = plain(message.of(15)).upper()
    return Entry(fill=fill, raw=message.raw(), asset_class=asset, currency=currency, account=account)


def _commission(message: Message, quantity: Decimal, manner: Manner, ledger: Ledger) -> Decimal:
    if not message.of(12):
        return ZERO
    amount, kind = manner.number("Commission", message.of(12)), message.of(13) or COMMISSION_ABSOLUTE
    paid_in = plain(message.of(479)).upper()
    if amount and paid_in and paid_in != plain(message.of(15)).upper():
        ledger.foreign_fee(paid_in, message.row)
        return ZERO
    if kind == COMMISSION_PER_UNIT:
        return amount * quantity
    if kind != COMMISSION_ABSOLUTE:
        raise CellRefused("CommType", f"{plain(kind)[:10]!r} is not read; only per unit (1) and absolute (3) are")
    return amount


formats.register("fix44", Importer(title="FIX 4.4 execution reports (log)", recognises=recognises, read=read))
