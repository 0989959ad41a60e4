"""I read the words brokers have for buying and selling."""

from trading.reading.errors import CellRefused
from trading.reading.fields import Fields
from trading.reading.texts import word

BOUGHT = {"buy", "b", "bot", "bought", "bid", "long", "kauf", "achat", "compra", "acheter", "1"}
SOLD = {"sell", "s", "sld", "sold", "ask", "short", "verkauf", "vente", "venta", "vendre", "2"}


def bought(fields: Fields, name: str) -> bool:
    """True for a buy, False for a sale; any other word is refused."""
    said = word(fields.text(name))
    if said in BOUGHT:
        return True
    if said in SOLD:
        return False
    raise CellRefused(name, f"{said[:40]!r} is neither buy nor sell; correct the row or export it again")
