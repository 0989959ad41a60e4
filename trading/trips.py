"""I pair fills into round trips: first in first out by default, exact to the last decimal.

One closed trip stands for one closed lot: what one opening fill and one closing fill have in common. So a result is
known as soon as it is realised, and the net cash of any set of fills is the net cash of its trips, always.

A trip is named after the fill that opened it, so an open position that a later file closes keeps its name. Where a
fill is closed in several pieces, each piece but the last is named "opening/closing"; the last, and until then the open
rest, carries the opening fill's own name. Reading more history therefore adds trips and never renames one.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Literal

from aetheris.money import to_stored

PRICE_DIGITS = Decimal("0.000000000001")
ZERO = Decimal(0)
RANK = {"open": 0, "split": 1, "net": 2, "through": 3, "close": 4}
SIZES_COMPARED = 1_000

Effect = Literal["open", "close", "net", "through", "split"]
Side = Literal["long", "short"]


class Method(Enum):
    """Which open lot a closing fill takes first."""

    FIFO = "first in, first out"
    LIFO = "last in, first out"
    AVERAGE = "all lots of a position merged at their average price"
    SAME_SIZE = "the lot of exactly this size, else first in, first out"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """One execution. `costs` are positive when paid, `gross` is the broker's own result of what this fill closed.

    `effect` says whether the broker calls it opening or closing; "net" closes what is open against it and opens the
    rest, "through" does so too but must find something to close, "split" spreads new shares over those held. `worth` is
    what the whole fill came to in account money, where the broker states it; else quantity, price and multiplier tell.
    `lot` names the position it opens, by default the fill itself. Fills of one `book` can close one another.
    """

    name: str
    book: str
    symbol: str
    buys: bool
    quantity: Decimal
    price: Decimal
    at: datetime
    effect: Effect = "net"
    multiplier: Decimal = Decimal(1)
    costs: Decimal = ZERO
    swap: Decimal = ZERO
    gross: Decimal | None = None
    worth: Decimal | None = None
    lot: str = ""
    row: int = 0

    @property
    def money(self) -> Decimal:
        return self.quantity * self.price * self.multiplier if self.worth is None else self.worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Trip:
    """A closed lot, or the open rest of one (then `exit` is None, nothing is realised and `money` is what it cost)."""

    name: str
    side: Side
    quantity: Decimal
    entry: Fill
    entry_price: Decimal
    costs: Decimal
    swap: Decimal = ZERO
    exit: Fill | None = None
    gross: Decimal = ZERO
    money: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        return self.gross - self.costs + self.swap


@dataclass(slots=True)
class Lot:
    """What is left of an opening; `value` is quantity times price, kept exact, `money` what it came to."""

    name: str
    entry: Fill
    quantity: Decimal
    value: Decimal
    money: Decimal
    costs: Decimal

    def take(self, quantity: Decimal) -> tuple[Decimal, Decimal, Decimal]:
        """Remove a part and return its value, money and costs; the last part takes whatever rounding left."""
        if quantity == self.quantity:
            value, money, costs = self.value, self.money, self.costs
        else:
            value = _price(self.value, self.quantity) * quantity
            money = self._money(value, quantity)
            costs = part_of(self.costs, quantity, self.quantity)
        self.quantity -= quantity
        self.value -= value
        self.money -= money
        self.costs -= costs
        return value, money, costs

    def _money(self, value: Decimal, quantity: Decimal) -> Decimal:
        plain = self.money == self.value * self.entry.multiplier
        return value * self.entry.multiplier if plain else part_of(self.money, quantity, self.quantity)


@dataclass(slots=True)
class Shelf:
    """The open lots of one side of one book, oldest first."""

    lots: list[Lot] = field(default_factory=list)
    quantity: Decimal = ZERO


@dataclass(slots=True)
class Trips:
    """`unmatched` are closing fills, and how much of them, whose opening the file does not hold."""

    closed: list[Trip] = field(default_factory=list)
    open: list[Trip] = field(default_factory=list)
    unmatched: list[tuple[Fill, Decimal]] = field(default_factory=list)


def build_trips(fills: Iterable[Fill], method: Method = Method.FIFO) -> Trips:
    """Round trips from fills in any order; fills of the same moment are taken opening first, then by name."""
    trips = Trips()
    shelves: dict[tuple[str, Side], Shelf] = defaultdict(Shelf)
    for fill in sorted(fills, key=_order):
        if fill.effect == "split":
            _split(fill, shelves[fill.book, "long"], trips)
            continue
        left = fill.quantity
        if fill.effect != "open":
            against: Side = "short" if fill.buys else "long"
            left = _close(fill, shelves[fill.book, against], against, method, trips)
        if left and (fill.effect == "close" or (fill.effect == "through" and left == fill.quantity)):
            trips.unmatched.append((fill, left))
        elif left:
            _open(fill, left, shelves[fill.book, "long" if fill.buys else "short"], method)
    for (_, side), shelf in shelves.items():
        trips.open.extend(_still_open(lot, side) for lot in shelf.lots)
    return trips


def _order(fill: Fill) -> tuple[datetime, int, int, str]:
    return fill.at, RANK[fill.effect], len(fill.name), fill.name


def _split(fill: Fill, shelf: Shelf, trips: Trips) -> None:
    """Shares that come without money (or go, in a reverse split) fall on all lots held, by their size."""
    total = shelf.quantity + (fill.quantity if fill.buys else -fill.quantity)
    sizes = [(lot.quantity * total / shelf.quantity).quantize(PRICE_DIGITS) for lot in shelf.lots[:-1]]
    sizes.append(total - sum(sizes, ZERO))
    if not shelf.lots or min(sizes) <= 0:
        trips.unmatched.append((fill, fill.quantity))
        return
    for lot, size in zip(shelf.lots, sizes, strict=True):
        lot.quantity = size
    shelf.quantity = total


def _open(fill: Fill, quantity: Decimal, shelf: Shelf, method: Method) -> None:
    money = quantity * fill.price * fill.multiplier
    if fill.worth is not None:
        money = fill.worth - part_of(fill.worth, fill.quantity - quantity, fill.quantity)
    costs = fill.costs - part_of(fill.costs, fill.quantity - quantity, fill.quantity)
    name = fill.lot or fill.name
    shelf.quantity += quantity
    if shelf.lots and (method is Method.AVERAGE or shelf.lots[-1].name == name):
        lot = shelf.lots[-1]
        lot.quantity += quantity
        lot.value += quantity * fill.price
        lot.money += money
        lot.costs += costs
    else:
        shelf.lots.append(Lot(name, fill, quantity, quantity * fill.price, money, costs))


def _close(fill: Fill, shelf: Shelf, side: Side, method: Method, trips: Trips) -> Decimal:
    """Close lots against the fill and return how much of it is left over."""
    left = min(fill.quantity, shelf.quantity)
    over = fill.quantity - left
    costs, swap, stated = part_of(fill.costs, left, fill.quantity), fill.swap, fill.gross
    worth = part_of(fill.money, left, fill.quantity)
    while left:
        index = _chosen(shelf.lots, left, method)
        lot = shelf.lots[index]
        part = min(left, lot.quantity)
        value, entry_money, entry_costs = lot.take(part)
        if not lot.quantity:
            del shelf.lots[index]
        exit_costs, exit_swap = part_of(costs, part, left), part_of(swap, part, left)
        exit_money = fill.price * part * fill.multiplier
        if fill.worth is not None:
            exit_money = part_of(worth, part, left)
            worth -= exit_money
        gross = (exit_money - entry_money) * (1 if side == "long" else -1)
        if stated is not None:
            gross = part_of(stated, part, left)
            stated -= gross
        trip = Trip(
            name=f"{lot.name}/{fill.name}" if lot.quantity else lot.name,
            side=side,
            quantity=part,
            entry=lot.entry,
            entry_price=_price(value, part),
            exit=fill,
            gross=gross,
            costs=entry_costs + exit_costs,
            swap=exit_swap,
        )
        trips.closed.append(trip)
        costs, swap, left = costs - exit_costs, swap - exit_swap, left - part
        shelf.quantity -= part
    return over


def _chosen(lots: list[Lot], left: Decimal, method: Method) -> int:
    if method is Method.LIFO:
        return len(lots) - 1
    if method is Method.SAME_SIZE:
        return next((index for index, lot in enumerate(lots[:SIZES_COMPARED]) if lot.quantity == left), 0)
    return 0


def _still_open(lot: Lot, side: Side) -> Trip:
    return Trip(
        name=lot.name,
        side=side,
        quantity=lot.quantity,
        entry=lot.entry,
        entry_price=_price(lot.value, lot.quantity),
        costs=lot.costs,
        money=lot.money,
    )


def part_of(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The share of an amount that falls on a part; the whole takes all, so nothing is lost to rounding."""
    return amount if part == whole or not amount else to_stored(amount * part / whole)


def _price(value: Decimal, quantity: Decimal) -> Decimal:
    exact = value / quantity
    return exact if exact * quantity == value else exact.quantize(PRICE_DIGITS)
