"""I add the kept days of several accounts up in one currency, each day's money at the day's own rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby

from accounts.models import TradingAccount
from aetheris.clock import trading_day
from aetheris.money import to_stored
from analytics import selectors
from analytics.aggregate import Missing, Rate, Worth, worth_of
from analytics.models import DailySnapshot

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class SharedDay:
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
    kept = list(selectors.days(accounts))
    asked = {account.id: {_first(account, kept)} for account in accounts}
    for day in kept:
        asked[day.account_id].add(day.snapshot_date)
    worth = worth_of(accounts, base, asked, rate)
    began = sum((one.starting_balance * worth.of(one, min(asked[one.id])) for one in worth.accounts), ZERO)
    return Together(base, to_stored(began), tuple(_shared(kept, worth, began)), worth.accounts, worth.missing)


def _first(account: TradingAccount, kept: Sequence[DailySnapshot]) -> date:
    """The day a deposit counts from: that of the first result, or the one the account was opened on."""
    opened = trading_day(account.created_at, account.day_timezone, account.day_starts_at)
    return next((day.snapshot_date for day in kept if day.account_id == account.id), opened)


def _shared(kept: Sequence[DailySnapshot], worth: Worth, began: Decimal) -> list[SharedDay]:
    known = {account.id: account for account in worth.accounts}
    told, equity, peak = [], began, began
    for day, group in groupby((one for one in kept if one.account_id in known), lambda one: one.snapshot_date):
        parts = [(one, worth.of(known[one.account_id], day)) for one in group]
        net = sum((one.net_pnl * rate for one, rate in parts), ZERO)
        equity += net
        peak = max(peak, equity)
        told.append(SharedDay(
            day, to_stored(net), sum(one.trades_count for one, _ in parts),
            to_stored(sum((one.gross_profit * rate for one, rate in parts), ZERO)),
            to_stored(sum((one.gross_loss * rate for one, rate in parts), ZERO)),
            to_stored(sum((one.fees * rate for one, rate in parts), ZERO)), to_stored(equity), to_stored(peak),
        ))  # fmt: skip
    return told
