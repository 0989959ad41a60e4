"""I read conduct from deals: re-entry after a loss, growing size, losing streaks, hours at the screen. Pure."""

from datetime import timedelta
from decimal import Decimal

from armor.book import Deal
from armor.state import State


def last_loss(state: State) -> Deal | None:
    """The last trade closed today before the one just opened, if it lost."""
    deal = state.deal
    until = deal.entry_time if deal else state.at
    ended = [done for done in state.past.closed(state.begins, until) if deal is None or done.id != deal.id]
    return ended[-1] if ended and (ended[-1].pnl or 0) < 0 else None


def is_revenge(state: State, within: timedelta) -> bool:
    """Opened within so long after a losing trade was closed."""
    loss = last_loss(state)
    return bool(state.deal and loss and loss.exit_time and state.deal.entry_time - loss.exit_time <= within)


def growth(state: State) -> Decimal:
    """Size of the trade just opened as a multiple of the last of that symbol that lost today; 0 without one."""
    deal = state.deal
    if deal is None:
        return Decimal(0)
    until = deal.entry_time
    same = [
        done for done in state.past.closed(state.begins, until) if done.symbol == deal.symbol and done.id != deal.id
    ]
    return deal.quantity / same[-1].quantity if same and (same[-1].pnl or 0) < 0 else Decimal(0)


def losing_streak(state: State) -> list[Deal]:
    """The trades closed today since the last that did not lose."""
    streak: list[Deal] = []
    for deal in reversed(state.closed_today()):
        if (deal.pnl or 0) >= 0:
            break
        streak.append(deal)
    return streak[::-1]


def session_hours(state: State) -> Decimal:
    """Since the first trade opened today."""
    opened = state.opened_today()
    return Decimal((state.at - opened[0].entry_time).total_seconds()) / 3600 if opened else Decimal(0)
