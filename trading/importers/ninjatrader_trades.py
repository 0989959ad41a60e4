"""I read the Trades grid of NinjaTrader 8: one row per exit, profit after costs, excursions in money."""

from decimal import Decimal

from trading.importers import formats
from trading.reading.contracts import CONTRACTS, root_of
from trading.reading.document import Document
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.fingerprints import Fingerprints
from trading.reading.gathering import Gathering
from trading.reading.importing import Importer, Wishes
from trading.reading.table import Table
from trading.reading.totals import our_totals, reconciled
from trading.rows import Side, Statement, TradeRow

TABLE = Table(
    names={
        "trade number": "number",
        "instrument": "symbol",
        "account": "account",
        "account display name": "account",
        "strategy": "setup",
        "market pos.": "side",
        **dict.fromkeys(("qty", "quantity"), "quantity"),
        "entry price": "entry_price",
        "exit price": "exit_price",
        "entry time": "entry_time",
        "exit time": "exit_time",
        "entry name": "entry_name",
        "exit name": "exit_name",
        "profit": "profit",
        **dict.fromkeys(("cum. net profit", "cum. profit"), "cumulative"),
        "commission": "commission",
        "clearing fee": "clearing_fee",
        "exchange fee": "exchange_fee",
        "ip fee": "ip_fee",
        "nfa fee": "nfa_fee",
        "mae": "mae",
        "mfe": "mfe",
    },
    needed=(
        "symbol",
        "side",
        "quantity",
        "entry_price",
        "exit_price",
        "entry_time",
        "exit_time",
        "profit",
    ),
)
SIDES: dict[str, Side] = {"long": "long", "short": "short"}
COSTS = ("commission", "clearing_fee", "exchange_fee", "ip_fee", "nfa_fee")
SAME_ROW = (
    "account",
    "symbol",
    "side",
    "quantity",
    "entry_price",
    "exit_price",
    "entry_time",
    "exit_time",
    "exit_name",
)


def read(document: Document, wishes: Wishes) -> Statement:
    gathering, manner, fingerprints = Gathering(), wishes.manner(document), Fingerprints()
    manner.order = wishes.order(document)
    stated: dict[str, Decimal] = {}
    for _, fields in TABLE.rows(document, manner):
        with gathering.row(fields.row.number):
            if fields.optional("cumulative") is not None:
                stated = {"net_profit": fields.number("cumulative")}
            gathering.add(_trade(fields, fingerprints))
    wishes.tell_zone(manner, gathering)
    return gathering.statement(
        format="ninjatrader_trades",
        broker="ninjatrader",
        reconciliation=reconciled(stated, our_totals(gathering.trades)),
        currency=wishes.currency,
    )


def _trade(fields: Fields, fingerprints: Fingerprints) -> TradeRow:
    """Trade numbers restart with every report, so a row is known by what it says. Profit is net of all costs, but
    where the contract's own point value shows that it is exactly the gross result."""
    side = fields.text("side").lower()
    if side not in SIDES:
        raise CellRefused("side", f"{side[:20]!r} is neither Long nor Short; export the grid in English")
    costs, pnl = sum((fields.amount(name) for name in COSTS), Decimal(0)), fields.number("profit")
    if costs and pnl == _gross(fields, SIDES[side]):
        pnl -= costs
    entry = fields.moment("entry_time")
    mae, mfe = fields.optional("mae"), fields.optional("mfe")
    return TradeRow(
        broker="ninjatrader",
        broker_trade_id=fingerprints.of(fields.text(name) for name in SAME_ROW),
        symbol=fields.needed("symbol"),
        side=SIDES[side],
        quantity=fields.number("quantity"),
        entry_price=fields.number("entry_price"),
        entry_time=entry,
        exit_price=fields.number("exit_price"),
        exit_time=fields.moment_after("exit_time", entry),
        gross_pnl=pnl + costs,
        pnl=pnl,
        commissions=costs,
        mae=abs(mae) if mae is not None else None,
        mfe=abs(mfe) if mfe is not None else None,
        asset_class="future" if root_of(fields.text("symbol")) else "other",
        raw=fields.raw(),
        row=fields.row.number,
        account=fields.text("account"),
    )


def _gross(fields: Fields, side: Side) -> Decimal | None:
    symbol = fields.needed("symbol")
    root = root_of(symbol)
    if root not in CONTRACTS:
        return None
    points = (fields.number("exit_price") - fields.number("entry_price")) * (1 if side == "long" else -1)
    return points * fields.number("quantity") * CONTRACTS[root][0]


formats.register(
    "ninjatrader_trades",
    Importer(title="NinjaTrader 8 trades (CSV)", recognises=lambda d, _: TABLE.within(d), read=read),
)
