"""I turn an execution on a crypto exchange into a fill: what is base, what is quote, what the fee was taken from."""

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trading.reading.errors import CellRefused
from trading.reading.ledger import Entry, Ledger
from trading.trips import Effect, Fill

# The earlier one of two coins is the one the other is priced in, as the exchanges name their pairs.
QUOTES = (
    *("USD", "EUR", "GBP", "JPY", "CHF", "CAD", "AUD", "TRY", "BRL", "RUB", "UAH", "ZAR", "PLN", "ARS", "MXN", "NGN"),
    *("USDT", "USDC", "FDUSD", "BUSD", "TUSD", "USDP", "DAI", "PAX", "USDS", "UST", "EURI", "AEUR", "IDRT", "BIDR"),
    *("BTC", "XBT", "ETH", "BNB", "KCS", "TRX", "XRP", "DOGE", "DOT", "SOL"),
)
RANK = {coin: rank for rank, coin in enumerate(QUOTES)}
LEGACY = {
    "ZUSD": "USD",
    "ZEUR": "EUR",
    "ZGBP": "GBP",
    "ZJPY": "JPY",
    "ZCAD": "CAD",
    "ZAUD": "AUD",
    "XXBT": "XBT",
    "XETH": "ETH",
}
SAME_COIN = {"XBT": "BTC", "XDG": "DOGE"}  # two names of one coin, which may stand in one file
SEPARATED = re.compile(r"([A-Z0-9.]+)[-/_]([A-Z0-9.]+)")
DIGITS_FIRST = "1INCH|1000SATS|1000SHIB|1000PEPE|1000FLOKI|1000BONK|1000LUNC|1000XEC|1000CAT|1000CHEEMS|1MBABYDOGE"
UNIT = re.compile(rf"(?P<number>[-+]?[0-9][0-9.,]*?(?:[eE][-+]?[0-9]+)?)\s*(?P<unit>{DIGITS_FIRST}|[^\W\d]\w*)?")
ZERO = Decimal(0)


def split_pair(pair: str) -> tuple[str, str]:
    """The base and the quote of a pair, written with or without a mark between them.

    >>> split_pair("ETHUSDT"), split_pair("XTZ-USDT"), split_pair("XXBTZEUR"), split_pair("ETHBTC")
    (('ETH', 'USDT'), ('XTZ', 'USDT'), ('XBT', 'EUR'), ('ETH', 'BTC'))
    """
    name = pair.strip().upper()
    if found := SEPARATED.fullmatch(name):
        return found[1], found[2]
    for legacy, plain in LEGACY.items():
        if name.endswith(legacy) and len(name) > len(legacy) + 1:
            base = name.removesuffix(legacy)
            return LEGACY.get(base, base.removeprefix("X") if len(base) == 4 and base[0] == "X" else base), plain
    endings = [(name.removesuffix(quote), quote) for quote in QUOTES if name.endswith(quote) and name != quote]
    if endings:  # XBTUSD is XBT in USD and not XB in TUSD
        return max(endings, key=lambda pair: (pair[0] in RANK, len(pair[0]) > 2, len(pair[1])))
    raise CellRefused("symbol", f"{pair[:40]!r} is a pair whose coins are not known here; write it as BASE-QUOTE")


def with_unit(text: str) -> tuple[str, str]:
    """The number and the coin glued to it.

    >>> with_unit("0.0010000000ETH"), with_unit("2214.01 EUR"), with_unit("5.11INCH"), with_unit("3")
    (('0.0010000000', 'ETH'), ('2214.01', 'EUR'), ('5.1', '1INCH'), ('3', ''))
    """
    found = UNIT.fullmatch(text.strip())
    return (found["number"], (found["unit"] or "").upper()) if found else (text, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One spot execution; `funds` is what it came to in the quote coin. Leveraged ones may go below zero."""

    name: str
    symbol: str
    base: str
    quote: str
    buys: bool
    quantity: Decimal
    price: Decimal
    at: datetime
    row: int
    raw: dict[str, str]
    funds: Decimal | None = None
    fee: Decimal = ZERO
    fee_coin: str = ""
    leveraged: bool = False


def take_spot(ledger: Ledger, spot: Spot) -> None:
    """A fee in the base coin is worth its price and lessens what was bought; one in a third coin has no rate."""
    quantity, costs, funds = spot.quantity, ZERO, spot.funds
    if spot.fee and spot.fee_coin in {spot.quote, ""}:
        costs = spot.fee
    elif spot.fee and spot.fee_coin == spot.base:
        costs = spot.fee * spot.price
        sign = -1 if spot.buys else 1
        quantity += sign * spot.fee
        funds = None if funds is None else funds + sign * costs
    elif spot.fee:
        ledger.foreign_fee(spot.fee_coin, spot.row)
    effect: Effect = "net" if spot.leveraged else "open" if spot.buys else "close"
    fill = Fill(
        name=spot.name,
        book=f"{SAME_COIN.get(spot.base, spot.base)}/{spot.quote}{' margin' if spot.leveraged else ''}",
        symbol=spot.symbol,
        buys=spot.buys,
        quantity=quantity,
        price=spot.price,
        at=spot.at,
        effect=effect,
        costs=costs,
        worth=funds,
        row=spot.row,
    )
    ledger.take(Entry(fill=fill, raw=spot.raw, asset_class="crypto", currency=spot.quote))
