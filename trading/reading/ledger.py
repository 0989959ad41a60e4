"""I gather the fills of one file, pair them into round trips and hand these over as trades."""

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal

from trading.reading.continuing import Continued, continued
from trading.reading.errors import CellRefused
from trading.reading.gathering import Gathering
from trading.reading.importing import Wishes
from trading.reading.trip_rows import kept_open, names_of, trade_row
from trading.rows import TradeRow
from trading.trips import Fill, Method, Trip, build_trips

ZERO = Decimal(0)
EARLIER = "export it from an earlier date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A fill with what the trade made of it shows besides; `currency` is the one its money is in, "" for unsaid."""

    fill: Fill
    raw: dict[str, str]
    asset_class: str = "other"
    currency: str = ""
    account: str = ""


class Ledger:
    """`base` is the currency the file itself says the account is kept in, else that of the account it goes into."""

    def __init__(self, gathering: Gathering, wishes: Wishes, *, broker: str, cure: str = EARLIER) -> None:
        self.gathering = gathering
        self.wishes = wishes
        self.broker = broker
        self.cure = cure
        self.base = wishes.currency
        self.entries: dict[str, Entry] = {}
        self._by_row: dict[int, Entry] = {}
        self._joined = Continued()
        self._several_fees: Counter[str] = Counter()

    def take(self, entry: Entry) -> None:
        """Keep a fill. The same one printed twice counts once; foreign money without a rate is refused."""
        fill = entry.fill
        if fill.quantity <= 0:
            raise CellRefused("quantity", f"is {fill.quantity}; an execution has a quantity above zero")
        if fill.price < 0 or (fill.price == 0 and fill.effect == "open"):
            raise CellRefused("price", f"is {fill.price}; an execution has a price above zero")
        if entry.currency and self.base and entry.currency != self.base:
            reason = f"is {entry.currency}, the account is kept in {self.base}, and the file gives no rate between them"
            raise CellRefused("currency", f"{reason}; import it into an account in {entry.currency}")
        known = self.entries.get(fill.name)
        if known is None:
            self.entries[fill.name] = self._by_row[fill.row] = entry
        elif replace(known.fill, row=0) == replace(fill, row=0):
            self.gathering.note(f"execution {fill.name} is printed twice and was taken once")
        else:
            reason = f"{fill.name} stands in row {known.fill.row} already with other figures"
            raise CellRefused("id", f"{reason}; export the file again")

    def foreign_fee(self, currency: str, row: int) -> None:
        """A fee in a currency for which the file has no rate: said aloud, shown in the trade's own fields."""
        self._several_fees[currency or "an unnamed currency"] += 1

    def add_trades(self) -> None:
        """Round trips of these fills, together with what the trades known already have left open."""
        known = (trade for trade in self.wishes.known if trade.broker == self.broker)
        fills = (entry.fill for entry in self.entries.values())
        self._joined = continued(fills, known, paired=self.wishes.method is not Method.AVERAGE)
        trips = build_trips(self._joined.fills, self.wishes.method)
        for trade in self._joined.told:
            self.gathering.add(trade)
        for trip in sorted((*trips.closed, *trips.open), key=lambda trip: (trip.exit or trip.entry).row):
            if trip.exit is None and trip.entry.name in self._joined.begun:
                if rest := kept_open(self._joined.begun[trip.entry.name], trip, trips.closed):
                    self.gathering.add(rest)
            else:
                self.gathering.add(self._trade(trip))
        for fill, left in trips.unmatched:
            if fill.effect == "split":
                self.gathering.note(f"row {fill.row}: a split of {fill.symbol}, which the file does not hold")
            else:
                self.gathering.refuse(
                    fill.row, "side", f"closes {left} {fill.symbol} opened before this file begins; {self.cure}"
                )
        for currency, times in sorted(self._several_fees.items()):
            fees = f"fees of {times} fills, paid in {currency},"
            self.gathering.note(f"{fees} are in no result, for the file has no rate; each trade's own fields show them")
        self._tell_currencies()

    def currency(self) -> str | None:
        """The file's own currency, if its money is in one only; the account's is the fallback."""
        found = self._currencies()
        own = self.base if self.base != self.wishes.currency else None
        return self.wishes.tell_currency(own or (next(iter(found)) if len(found) == 1 else None), self.gathering)

    def account(self) -> str | None:
        accounts = {entry.account for entry in self.entries.values()} - {""}
        if len(accounts) > 1:
            self.gathering.note(f"the file holds {len(accounts)} accounts; each trade names its own")
        return next(iter(accounts)) if len(accounts) == 1 else None

    @property
    def costs(self) -> Decimal:
        return sum((entry.fill.costs for entry in self.entries.values()), ZERO)

    def _currencies(self) -> Counter[str]:
        return Counter(entry.currency for entry in self.entries.values() if entry.currency)

    def _tell_currencies(self) -> None:
        found = self._currencies()
        if len(found) > 1:
            listed = ", ".join(f"{currency} {times}" for currency, times in sorted(found.items()))
            self.gathering.note(f"results are in several currencies ({listed} fills), each trade in its own")

    def _trade(self, trip: Trip) -> TradeRow:
        entry = self._by_row[(trip.exit or trip.entry).row]
        raw = {**entry.raw, **names_of(trip)}
        return trade_row(trip, broker=self.broker, raw=raw, asset_class=entry.asset_class, account=entry.account)
