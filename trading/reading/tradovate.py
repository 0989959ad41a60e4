"""I turn a Tradovate pair of a bought and a sold fill into a trade; which came first says long or short."""

from decimal import Decimal

from trading.reading.fields import Fields
from trading.rows import TradeRow

NO_FEES = "Tradovate leaves commissions and fees out of this report: results are before them"


def paired_trade(fields: Fields, trade_id: str) -> TradeRow:
    """Where both fills fell into the same second, the lower fill id came first."""
    bought, sold = fields.moment("bought_at"), fields.moment("sold_at")
    numbers = _fill_number(fields, "buy_fill"), _fill_number(fields, "sell_fill")
    long = (bought, numbers[0]) <= (sold, numbers[1])
    first, last = ("buy", "sell") if long else ("sell", "buy")
    gross = fields.number("pnl")
    return TradeRow(
        broker="tradovate",
        broker_trade_id=trade_id,
        symbol=fields.needed("symbol"),
        side="long" if long else "short",
        quantity=fields.number("quantity"),
        entry_price=fields.number(f"{first}_price"),
        entry_time=bought if long else sold,
        exit_price=fields.number(f"{last}_price"),
        exit_time=sold if long else bought,
        gross_pnl=gross,
        pnl=gross,
        asset_class="future",
        raw=fields.raw(),
        row=fields.row.number,
    )


def _fill_number(fields: Fields, name: str) -> Decimal:
    text = fields.text(name)
    return Decimal(text) if text.isascii() and text.isdigit() else Decimal(0)
