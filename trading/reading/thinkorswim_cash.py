"""I read the bookings of a thinkorswim statement: deals with their fees, and the balance that proves them."""

import re
from collections import Counter
from datetime import datetime
from decimal import Decimal

from trading.reading.contracts import point_value
from trading.reading.errors import CellRefused
from trading.reading.fields import Fields, Manner
from trading.reading.ledger import Entry, Ledger
from trading.reading.rows import Row
from trading.reading.texts import word
from trading.reading.thinkorswim import Group, History, Section, effect_of, instrument, root_symbol
from trading.trips import Effect, Fill

DEAL = re.compile(
    r"(?:.*?\b)?(?P<side>BOT|SOLD)\s+(?P<quantity>[-+]?[0-9.,]+)\s+(?P<what>.+?)\s+@\s*(?P<price>-?[0-9.,]+)(?:\s.*)?"
)
OPTION = re.compile(r"\b(?:CALL|PUT)\b")
SPREAD = re.compile(r"\b(?:VERTICAL|CALENDAR|BUTTERFLY|CONDOR|IRON CONDOR|STRADDLE|STRANGLE|DIAGONAL|COMBO|COVERED)\b")
CONTRACT = re.compile(
    r"(?P<root>\S+) [0-9.]+ (?:\([^)]*\) )?(?P<expiry>[0-9]{1,2} [A-Z]{3} [0-9]{2})(?: \[[^\]]*\])?"
    r" (?P<strike>[0-9.]+) (?P<type>CALL|PUT)"
)
ZERO, SHARES = Decimal(0), Decimal(100)


class Cash:
    """`stated` are the totals the sections print below themselves, `ours` the same added up by us."""

    def __init__(self, manner: Manner, ledger: Ledger) -> None:
        self.manner = manner
        self.ledger = ledger
        self.stated: dict[str, Decimal] = {}
        self.ours = {"cash": ZERO, "commissions": ZERO}
        self.running: dict[str, Decimal] = {}
        self._deals: list[tuple[Fields, str]] = []

    def take(self, row: Row, section: Section) -> None:
        fields = Fields(row, section.columns, self.manner)
        if word(fields.text("what")) == "total" or word(fields.text("date")) == "total":
            if section.kind == "cash":
                costs = fields.amount("fees") + fields.amount("commission")
                self.stated = {"cash": fields.amount("amount"), "commissions": abs(costs)}
        elif fields.bare("date")[:1].isdigit():
            if section.kind == "cash":
                self._add_up(fields)
            if fields.text("type").upper() == "TRD":
                self._deals.append((fields, section.kind))

    def _add_up(self, fields: Fields) -> None:
        """The running balance proves each row; the totals below come from figures rounded elsewhere."""
        costs, amount = fields.amount("fees") + fields.amount("commission"), fields.amount("amount")
        self.ours["cash"] += amount
        self.ours["commissions"] -= costs
        if (balance := fields.optional("balance")) is not None:
            self.ours["balance"] = self.ours.get("balance", balance - amount - costs) + amount + costs
            self.running = {"balance": balance}

    def add_deals(self, history: History) -> None:
        numbers: Counter[str] = Counter()
        for fields, kind in self._deals:
            with self.ledger.gathering.row(fields.row.number):
                self._take_deal(fields, kind, history, numbers)
        if untold := history.untold():
            note = f"{len(untold)} trades of the history have no cash booking: they are before commissions and fees"
            self.ledger.gathering.note(note)
        for group in untold:
            with self.ledger.gathering.row(group.legs[0].row.number):
                key = f"{group.at:%Y%m%d%H%M%S}:{instrument(group.legs[0])}:{group.quantity}@{group.price}"
                numbers[key] += 1
                self._take_legs(group, f"{key}-{numbers[key]}", ZERO, group.at)

    def _take_deal(self, fields: Fields, kind: str, history: History, numbers: Counter[str]) -> None:
        """A reference number repeats for the parts of one order; what a part says tells it apart."""
        found = DEAL.fullmatch(fields.text("what"))
        if not found:
            raise CellRefused("description", f"{fields.text('what')[:60]!r} is no deal known here")
        number = self.manner.number
        quantity, price = number("description", found["quantity"]), number("description", found["price"])
        if (quantity > 0) != (found["side"] == "BOT"):
            raise CellRefused("description", f"{found[0][:40]!r} has a quantity that contradicts its side")
        at = self.manner.moment("time", f"{fields.bare('date')} {fields.bare('time')}", fields.row.number)
        key = f"{fields.text('ref').strip('=').strip(chr(34))}:{found['quantity']}@{found['price']}"
        numbers[key] += 1
        what, costs = found["what"], -(fields.amount("fees") + fields.amount("commission")) + ZERO
        spread = SPREAD.search(what)
        group = history.group(root_symbol(what[spread.end() :].strip() if spread else what), quantity, price, at)
        if spread and group is None:
            raise CellRefused(
                "description", f"{found[0][:50]!r} is a spread whose legs the trade history does not show"
            )
        if spread and group:
            self._take_legs(group, f"{key}-{numbers[key]}", costs, at)
            return
        effect = effect_of(group.legs[0]) if group else "net"
        amount = fields.optional("amount") if kind == "cash" else None
        name = f"{key}-{numbers[key]}"
        self._add(name, _canonical(what), quantity, price, at, effect, costs, fields, abs(amount) if amount else None)

    def _take_legs(self, group: Group, name: str, costs: Decimal, at: datetime) -> None:
        """The costs of a spread are booked once, so they go with its first leg."""
        for number, leg in enumerate(group.legs):
            own = name if len(group.legs) == 1 else f"{name}.{number + 1}"
            quantity, price = leg.number("quantity"), leg.number("price")
            self._add(own, instrument(leg), quantity, price, at, effect_of(leg), ZERO if number else costs, leg, None)

    def _add(
        self, name: str, what: str, quantity: Decimal, price: Decimal, at: datetime, effect: Effect, costs: Decimal,
        fields: Fields, worth: Decimal | None,
    ) -> None:  # fmt: skip
        """The amount says what shares and options came to; a future's is booked daily, so its point value counts."""
        asset, multiplier = "stock", Decimal(1)
        if what.startswith("/"):
            asset, multiplier, worth = "future", point_value(what, self.ledger.wishes.multipliers), None
        elif OPTION.search(what):
            asset, multiplier = "option", SHARES
        fill = Fill(
            name=name,
            book=what,
            symbol=what,
            buys=quantity > 0,
            quantity=abs(quantity),
            price=price,
            at=at,
            effect=effect,
            multiplier=multiplier,
            worth=worth,
            costs=costs,
            row=fields.row.number,
        )
        self.ledger.take(Entry(fill=fill, raw=fields.raw(), asset_class=asset, currency="USD"))


def _canonical(what: str) -> str:
    """An option under the name that the trade history gives it, a share under its symbol alone."""
    if found := CONTRACT.fullmatch(what):
        return " ".join(found[name] for name in ("root", "expiry", "strike", "type"))
    return what if what.startswith("/") or OPTION.search(what) else what.split()[0]
