"""I read conduct from deals: re-entry after a loss, growing size, losing streaks, hours at the screen. Pure."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import takewhile

from armor.book import Deal
from armor.state import State


def last_loss(state: State) -> Deal | None:
    """The last trade closed today before the one just opened, if it lost."""
    deal = state.deal
    until = deal.entry_time if deal else state.at
    last = next((done for done in _ended(state, until) if deal is None or done.id != deal.id), None)
    return last if last and (last.pnl or 0) < 0 else None


def is_revenge(state: State, within: timedelta) -> bool:
    """Opened within so long after a losing trade was closed."""
    loss = last_loss(state)
    return bool(state.deal and loss and loss.exit_time and state.deal.entry_time - loss.exit_time <= within)


def growth(state: State) -> Decimal:
    """Size of the trade just opened as a multiple of the last of that symbol that lost today; 0 without one."""
    deal = state.deal
    if deal is None:
        return Decimal(0)
    same = (done for done in _ended(state, deal.entry_time) if done.symbol == deal.symbol and done.id != deal.id)
    last = next(same, None)
    return deal.quantity / last.quantity if last and (last.pnl or 0) < 0 else Decimal(0)


def losing_streak(state: State) -> list[Deal]:
    """The trades closed today since the last that did not lose."""
    return [*takewhile(lambda deal: (deal.pnl or 0) < 0, _ended(state, state.at))][::-1]


def session_hours(state: State) -> Decimal:
    """Since the first trade opened today."""
    first = state.past.opened_first(state.begins, state.at)
    return Decimal((state.at - first.entry_time).total_seconds()) / 3600 if first else Decimal(0)


def _ended(state: State, until: datetime) -> Iterator[Deal]:
    """The trades closed today up to then, the last one first."""
    return state.past.closed_last(state.begins, until)
