"""I read a deal told in one phrase, in the languages brokers tell it: "Koop 1 @ 33,9 USD", "Sell 3 @ 139.74 USD"."""

import re
from dataclasses import dataclass
from decimal import Decimal

from trading.reading.errors import CellRefused
from trading.reading.numbers import NotANumber, number

BUYING = "buy|bought|koop|kauf|achat|compra|acquisto|köp|køb|kjøp|osto|kupno|nákup"
SELLING = "sell|sold|verkoop|verkauf|vente|venta|venda|vendita|sälj|salg|myynti|sprzedaż|prodej"
NUMBER = r"[0-9]+(?:[ .,'\u00a0][0-9]{3})*(?:[.,][0-9]+)?"
PHRASE = re.compile(
    rf"(?:(?P<buys>{BUYING})|(?P<sells>{SELLING}))\s+(?P<quantity>-?{NUMBER})(?: [^@]*?)? ?(?:@|à|zu je|za)\s*"
    rf"(?P<price>{NUMBER})\s*(?P<currency>[A-Z]{{3}})?\b.*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deal:
    words: str
    buys: bool
    quantity: Decimal
    price: Decimal
    currency: str


def deal_in(text: str, amount: Decimal | None) -> Deal | None:
    """The deal a phrase tells, or None if it tells none. Where 5,416 may be thousands or decimals, the money it came to
    decides: phrases and columns of one file may be written in two manners."""
    found = PHRASE.fullmatch(text.strip())
    if not found:
        return None
    readings = [(q, p) for q in _readings(found["quantity"]) for p in _readings(found["price"])]
    if len(readings) > 1 and amount:
        readings = [(q, p) for q, p in readings if abs(amount) / 5 <= q * p <= abs(amount) * 5]
    if len(set(readings)) != 1:
        raise CellRefused("description", f"{text[:60]!r} may be thousands or decimals; export it with decimal points")
    quantity, price = readings[0]
    return Deal(text[:60], bool(found["buys"]), quantity, price, (found["currency"] or "").upper())


def _readings(text: str) -> list[Decimal]:
    bare = text.strip().lstrip("-")
    try:
        return [number(bare, None)]
    except NotANumber:
        pass
    try:
        return [number(bare, "."), number(bare, ",")]
    except NotANumber as error:
        raise CellRefused("description", f"{text[:40]!r} {error}") from error
