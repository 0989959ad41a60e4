"""I am all a rule may know: the account at one moment of one trading day. Pure."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from armor.book import NOTHING, Deal, Past, Position

Event = Literal["reset", "close", "open", "reading", "timer", "now"]
ESTIMATE = "open positions are not valued, so the equity is not known"
APART = (
    "the broker says the balance is {broker:.2f}, the journal says {journal:.2f}: a deposit, a withdrawal or trades "
    "that are missing here, so the equity is not known for certain"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Money in the account's currency; whatever is not known is None.

    `balance` counts closed trades up to this moment. `equity` is balance plus floating result as the broker read it,
    None when nobody did; without open positions the balance is the equity. Where the broker's balance is not the
    journal's, `told_balance` and `own_balance` are the two, and `own_equity` is what the broker's floating result makes
    of the journal's: the truth lies with one of them. `eod_peak` is the highest balance at the end of a day before, the
    start included; `closed_peak` and `equity_peak` are the highest so far; `day_peak` is the
    highest of this day. `deal` is what was just opened, `trade_ids` what was just closed, `open` what stands.
    """

    at: datetime
    day: date
    starting_balance: Decimal
    day_start_balance: Decimal
    balance: Decimal
    eod_peak: Decimal
    event: Event = "now"
    day_start: datetime | None = None
    day_end: datetime | None = None
    closed_peak: Decimal | None = None
    equity_peak: Decimal | None = None
    day_peak: Decimal | None = None
    equity: Decimal | None = None
    own_equity: Decimal | None = None
    told_balance: Decimal | None = None
    own_balance: Decimal | None = None
    day_start_equity: Decimal | None = None
    open_positions: int = 0
    trade_ids: tuple[UUID, ...] = ()
    deal: Deal | None = None
    open: tuple[Deal, ...] = ()
    positions: tuple[Position, ...] = ()
    past: Past = NOTHING

    @property
    def worth(self) -> Decimal:
        """Equity where it is known, else the closed balance; of two that may be it the lower, which is to be feared."""
        known = [equity for equity in (self.equity, self.own_equity) if equity is not None]
        return min(known, default=self.balance)

    @property
    def at_best(self) -> Decimal:
        """The higher of the two: what breaks even so is broken for certain."""
        known = [equity for equity in (self.equity, self.own_equity) if equity is not None]
        return max(known, default=self.balance)

    @property
    def doubt(self) -> str:
        """Why the equity is not known for certain; empty when it is."""
        if self.equity is None and self.open_positions > 0:
            return ESTIMATE
        if self.told_balance is None:
            return ""
        return APART.format(broker=self.told_balance, journal=self.own_balance or 0)

    @property
    def is_estimate(self) -> bool:
        """Open positions that nobody valued, or a broker and a journal that disagree."""
        return bool(self.doubt)

    @property
    def trade_id(self) -> UUID | None:
        return self.trade_ids[-1] if self.trade_ids else self.deal.id if self.deal else None

    @property
    def begins(self) -> datetime:
        return self.day_start or self.at

    def opened_today(self) -> list[Deal]:
        return self.past.opened(self.begins, self.at)

    def closed_today(self) -> list[Deal]:
        return self.past.closed(self.begins, self.at)
