"""I find the tables inside a MetaTrader 5 report, whatever language its headers are in."""

from collections.abc import Mapping

from trading.reading.columns import columns_of, has_all
from trading.reading.rows import Row
from trading.reading.texts import word

NAMES: Mapping[str, tuple[str, ...]] = {
    "time": ("time", "close_time"),
    "open time": ("time",),
    "position": ("position",),
    "deal": ("deal",),
    "ticket": ("deal",),
    "order": ("order",),
    "symbol": ("symbol",),
    "item": ("symbol",),
    "type": ("type",),
    "direction": ("direction",),
    "entry": ("direction",),
    "volume": ("volume",),
    "size": ("volume",),
    "price": ("price", "close_price"),
    "market price": ("market_price",),
    "s/l": ("stop_loss",),
    "t/p": ("take_profit",),
    "commission": ("commission",),
    "fee": ("fee",),
    "swap": ("swap",),
    "profit": ("profit",),
    "balance": ("balance",),
    "state": ("state",),
    "comment": ("comment",),
}
POSITIONS_NEEDED = ("time", "position", "symbol", "type", "volume", "price", "close_time", "close_price", "profit")
OPEN_NEEDED = ("time", "position", "symbol", "type", "volume", "price", "market_price")
DEALS_NEEDED = ("time", "symbol", "type", "direction", "volume", "price", "profit")
POSITIONS_ORDER = (
    "time position symbol type volume price stop_loss take_profit close_time close_price commission swap profit"
)
OPEN_ORDER = "time position symbol type volume price stop_loss take_profit market_price swap profit comment"
DEALS_ORDERS = {
    13: "time deal symbol type direction volume price order commission swap profit balance comment",
    14: "time deal symbol type direction volume price order commission fee swap profit balance comment",
    15: "time deal symbol type direction volume price order cost commission fee swap profit balance comment",
}
DIRECTIONS = {"in", "out", "in/out", "out by"}
SIDES = {"buy": "long", "sell": "short"}


class Sections:
    """Says for each row in turn to which table it belongs: "positions", "open", "deals", "orders" or nothing.

    MetaTrader translates headers and titles, but never the words buy, sell, in, out; and the order of the columns is
    the same in every language. So a header we cannot read is understood by the rows below it.
    """

    def __init__(self) -> None:
        self.kind = ""
        self.columns: dict[str, int] = {}
        self._unread: list[str] = []
        self._positions_header: list[str] = []

    def place(self, row: Row) -> bool:
        """True if the row is a title or header and so holds no data."""
        filled = row.filled
        if len(filled) == 1:
            self.kind, self._unread = ("", []) if not filled[0][:1].isdigit() else (self.kind, self._unread)
            return True
        if len(filled) < 8 or any(cell[:1].isdigit() for cell in filled):
            if self._unread and row.cell(0)[:1].isdigit():
                self._understand(row)
            return False
        self.kind, self.columns = _named(row)
        self._unread = [] if self.kind else filled
        if self.kind == "positions":
            self._positions_header = filled
        return True

    def _understand(self, row: Row) -> None:
        header, self._unread = self._unread, []
        if row.cell(3) in SIDES and row.cell(8)[:4].isdigit() and len(header) >= 12 and header[0] == header[8]:
            self._take("positions", POSITIONS_ORDER)
            self._positions_header = header
        elif len(header) in DEALS_ORDERS and (word(row.cell(4)) in DIRECTIONS or row.cell(3) == "balance"):
            self._take("deals", DEALS_ORDERS[len(header)])
        elif self._positions_header and header[:8] == self._positions_header[:8]:
            self._take("open", OPEN_ORDER)

    def _take(self, kind: str, order: str) -> None:
        self.kind, self.columns = kind, {name: index for index, name in enumerate(order.split())}


def _named(row: Row) -> tuple[str, dict[str, int]]:
    columns = columns_of(row, NAMES)
    if has_all(columns, POSITIONS_NEEDED):
        return "positions", columns
    if has_all(columns, OPEN_NEEDED):
        return "open", columns
    if has_all(columns, DEALS_NEEDED):
        return "deals", columns | ({"deal": 1} if "deal" not in columns else {})
    if "state" in columns and "order" in columns:
        return "orders", columns
    return "", {}
