"""I read Binance's transaction export, in which one trade is a bought coin, a spent coin and a fee of one second."""

from collections import Counter, defaultdict
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
        "user_id": "user",
        "user id": "user",
        "utc_time": "time",
        "time": "time",
        "account": "account",
        "operation": "operation",
        "coin": "coin",
        "change": "change",
        "remark": "remark",
    },
    needed=("time", "account", "operation", "coin", "change"),
)
TRADED = {
    *("buy", "sell", "transaction related", "transaction buy", "transaction spend", "transaction sold"),
    *("transaction revenue", "binance convert", "large otc trading"),
}
FEES = {"fee", "transaction fee"}
ZERO = Decimal(0)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner = Gathering(), wishes.manner_in_utc(document)
    ledger = Ledger(gathering, wishes, broker="binance")
    groups: dict[tuple[str, ...], list[Fields]] = defaultdict(list)
    others: Counter[str] = Counter()
    for _, fields in TABLE.rows(document, manner):
        if word(fields.text("operation")) in TRADED | FEES:
            groups[fields.text("user"), fields.text("account"), fields.bare("time")].append(fields)
        else:
            others[fields.text("operation")] += 1
    for rows in groups.values():
        with gathering.row(rows[0].row.number):
            take_spot(ledger, _spot(rows))
    ledger.add_trades()
    if others:
        kinds = ", ".join(f"{kind} {times}" for kind, times in others.most_common(12))
        gathering.note(f"{others.total()} rows are no trades: {kinds}")
    return gathering.statement(format="binance_transactions", broker="binance", currency=ledger.currency())


def _spot(rows: list[Fields]) -> Spot:
    """All fills of a second become one; two pairs in one second cannot be told apart and are refused."""
    moved: Counter[str] = Counter()
    fees: Counter[str] = Counter()
    for fields in rows:
        coin, change = fields.needed("coin").upper(), fields.number("change")
        if word(fields.text("operation")) in FEES:
            fees[coin] -= change  # type: ignore[assignment]
        else:
            moved[coin] += change  # type: ignore[assignment]
    into = [coin for coin, change in moved.items() if change > 0]
    spent = [coin for coin, change in moved.items() if change < 0]
    if len(into) != 1 or len(spent) != 1:
        found = f"{rows[0].bare('time')} moves {', '.join(sorted(moved)) or 'nothing but a fee'}"
        raise CellRefused("coin", f"{found}: no single coin bought with another; export the trade history instead")
    buys = RANK.get(into[0], 999) > RANK.get(spent[0], 999)
    base, quote = (into[0], spent[0]) if buys else (spent[0], into[0])
    fee_coin = next(iter(sorted(fees, key=lambda coin: coin not in {base, quote})), "")
    raw = rows[0].raw() | {coin: f"{change:f}" for coin, change in moved.items()}  # type: ignore[str-format]
    raw |= {f"fee {coin}": f"{fee:f}" for coin, fee in fees.items()}  # type: ignore[str-format]
    quantity, funds = abs(Decimal(moved[base])), abs(Decimal(moved[quote]))
    return Spot(
        name=f"{rows[0].bare('time')} {base}{quote}{' sold' if not buys else ''}",
        symbol=f"{base}{quote}",
        base=base,
        quote=quote,
        buys=buys,
        quantity=quantity,
        price=(funds / quantity).quantize(Decimal("1e-12")),
        funds=funds,
        fee=Decimal(fees[fee_coin]) if fee_coin else ZERO,
        fee_coin=fee_coin,
        at=rows[0].moment("time"),
        row=rows[0].row.number,
        raw=raw,
    )


formats.register(
    "binance_transactions",
    Importer(title="Binance transaction export (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
