"""I add the kept days of several accounts up in one currency, each day's money at the day's own rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from accounts.models import TradingAccount
from aetheris.clock import trading_day
from aetheris.money import to_stored
from analytics import selectors
from analytics.aggregate import Missing, Rate, Worth, worth_of

ZERO = Decimal(0)


class Kept(NamedTuple):
    """What is read of an account's day."""

    account_id: UUID
    snapshot_date: date
    net_pnl: Decimal
    trades_count: int
    gross_profit: Decimal
    gross_loss: Decimal
    fees: Decimal

    def money(self, rate: Decimal) -> tuple[Decimal, ...]:
        """Net, profit, loss and fees at a rate; at one they are as they were kept."""
        own = (self.net_pnl, self.gross_profit, self.gross_loss, self.fees)
        return own if rate == 1 else tuple(amount * rate for amount in own)


class SharedDay(NamedTuple):
    """One day of all accounts in the sum; `equity` is what they began with and every result since."""

    date: date
    net_pnl: Decimal
    trades: int
    gross_profit: Decimal
    gross_loss: Decimal
    fees: Decimal
    equity: Decimal
    peak: Decimal

    @property
    def drawdown(self) -> Decimal:
        return self.peak - self.equity


@dataclass(frozen=True, slots=True)
class Together:
    base: str
    starting_balance: Decimal
    days: tuple[SharedDay, ...]
    accounts: tuple[TradingAccount, ...]
    missing: tuple[Missing, ...]

    def between(self, start: date | None, end: date | None) -> list[SharedDay]:
        return [day for day in self.days if (not start or day.date >= start) and (not end or day.date <= end)]


def together(accounts: Sequence[TradingAccount], base: str, *, rate: Rate | None = None) -> Together:
    """Every day of all accounts; one without a rate on any of its days is left out whole and named."""
    kept = [Kept(*row) for row in selectors.days(accounts).values_list(*Kept._fields)]
    asked = {account.id: {_first(account, kept)} for account in accounts}
    for day in kept:
        asked[day.account_id].add(day.snapshot_date)
    worth = worth_of(accounts, base, asked, rate)
    began = sum((one.starting_balance * worth.of(one, min(asked[one.id])) for one in worth.accounts), ZERO)
    return Together(base, to_stored(began), tuple(_shared(kept, worth, began)), worth.accounts, worth.missing)


def _first(account: TradingAccount, kept: Sequence[Kept]) -> date:
    """The day a deposit counts from: that of the first result, or the one the account was opened on."""
    opened = trading_day(account.created_at, account.day_timezone, account.day_starts_at)
    return next((day.snapshot_date for day in kept if day.account_id == account.id), opened)


def _shared(kept: Sequence[Kept], worth: Worth, began: Decimal) -> list[SharedDay]:
    known = {account.id: account for account in worth.accounts}
    told, equity, peak = [], began, began
    stored = to_stored if any(account.currency != worth.base for account in known.values()) else _as_kept
    for day, group in groupby((one for one in kept if one.account_id in known), attrgetter("snapshot_date")):
        parts = list(group)
        money = [one.money(worth.of(known[one.account_id], day)) for one in parts]
        net, profit, loss, fees = money[0] if len(money) == 1 else (sum(one, ZERO) for one in zip(*money, strict=True))
        equity += net
        peak = max(peak, equity)
        told.append(SharedDay(
            day, stored(net), sum([one.trades_count for one in parts]), stored(profit), stored(loss), stored(fees),
            stored(equity), stored(peak),
        ))  # fmt: skip
    return told


def _as_kept(amount: Decimal) -> Decimal:
    """A sum of kept amounts has no more decimals than they."""
    return amount
