"""I add accounts of several currencies up in one, each result at the rate of its own day; what has no rate is named."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import numpy as np

from accounts.models import TradingAccount
from aetheris.clock import trading_day
from analytics.cuts import NOTHING
from analytics.evidence import EVERYTHING, columns_of, openings, sample_from
from analytics.rates import rates_of
from analytics.report import Report, report
from analytics.sample import Sample
from analytics.sample.zones import DAY, MINUTE, local

# What one unit of a currency was worth in another on a day; None when nobody knows.
type Rate = Callable[[str, str, date], Decimal | None]

MONEY = ("pnl", "commissions", "slippage", "mfe", "mae", "initial_risk")
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Missing:
    """An account that is not in the sum, and the days without a rate that it is left out for."""

    account: str
    currency: str
    days: int
    dates: tuple[date, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Joined:
    """The accounts in the sum as one sample, every amount in `base`; `told` is what `cuts.parts` asks beside it."""

    sample: Sample
    base: str
    accounts: tuple[TradingAccount, ...]
    told: dict[str, list[str]]
    missing: tuple[Missing, ...] = ()

    def report(self, keys: Iterable[str] | None = None) -> Report:
        return report(self.sample, keys)


def joined(
    accounts: Sequence[TradingAccount],
    base: str,
    *,
    zone: str = "UTC",
    start: datetime | None = None,
    end: datetime | None = None,
    rate: Rate | None = None,
    only: Collection[str] = EVERYTHING,
) -> Joined:
    """All accounts as one in `base`; an account with a single day without a rate is left out whole and named.

    A result is worth what its trading day says; what an account began with, what the period's first day says. `only`
    names what is read of each trade; whoever asks for less knows which figures they want of it.
    """
    columns, opened = columns_of(accounts, start=start, end=end, only=only), openings(accounts, start)
    if all(account.currency == base for account in accounts):
        sample = sample_from(columns, accounts, sum(opened.values(), Decimal(0)), zone, currency=base)
        return Joined(sample, base, tuple(accounts), told_of(columns, accounts))
    days = _days(accounts, columns["account"], columns["exited"], start)
    worth = worth_of(accounts, base, {id: one.every for id, one in days.items()}, rate)
    deposit = sum((opened[one.id] * worth.of(one, days[one.id].first) for one in worth.accounts), Decimal(0))
    kept = _converted(columns, worth, days)
    sample = sample_from(kept, worth.accounts, deposit, zone, currency=base)
    return Joined(sample, base, worth.accounts, told_of(kept, accounts), worth.missing)


def told_of(columns: Mapping[str, Any], accounts: Sequence[TradingAccount]) -> dict[str, list[str]]:
    """A word for each trade in exit order, which is how the columns come."""
    names, n = [account.account_name for account in accounts], columns["account"].size
    return {
        "setup": [setup or NOTHING for setup in columns["setup"]] if columns["setup"] else [NOTHING] * n,
        "account": [names[place] for place in columns["account"].tolist()] if len(names) > 1 else names * n,
    }


# What a day's money is worth -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Worth:
    """The accounts whose every day has a rate, and those that lack one."""

    base: str
    rate: Rate
    accounts: tuple[TradingAccount, ...]
    missing: tuple[Missing, ...]

    def of(self, account: TradingAccount, day: date) -> Decimal:
        """One unit of the account's money in `base`, on a day that was asked for."""
        found = Decimal(1) if account.currency == self.base else self.rate(account.currency, self.base, day)
        if found is None:
            raise LookupError(f"{account.account_name} has no rate on {day}")
        return found


def worth_of(
    accounts: Sequence[TradingAccount], base: str, days: Mapping[UUID, set[date]], rate: Rate | None = None
) -> Worth:
    """Rates for the days of each account (by its id), read at once where none are given."""
    foreign = [account for account in accounts if account.currency != base]
    if rate is None:
        every = [day for account in foreign for day in days[account.id]]
        currencies = {account.currency for account in foreign}
        rate = rates_of(currencies, base, min(every, default=date.max), max(every, default=date.min))
    lacking = {}
    for account in foreign:
        unknown = tuple(sorted(day for day in days[account.id] if rate(account.currency, base, day) is None))
        if unknown:
            lacking[account.id] = _missing(account, base, unknown, len(days[account.id]))
    kept = tuple(account for account in accounts if account.id not in lacking)
    return Worth(base, rate, kept, tuple(lacking.values()))


def _missing(account: TradingAccount, base: str, unknown: tuple[date, ...], of: int) -> Missing:
    why = f"no rate from {account.currency} to {base} on {len(unknown)} of {of} days, the first {unknown[0]}"
    return Missing(account.account_name, account.currency, len(unknown), unknown, why)


# Trades and their days -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Days:
    """Which trades of the columns are an account's, the trading day of each, and the day its money counts from."""

    places: np.ndarray
    exits: list[date]
    first: date

    @property
    def every(self) -> set[date]:
        return {self.first, *self.exits}


def _days(
    accounts: Sequence[TradingAccount], owner: np.ndarray, exited: np.ndarray, start: datetime | None
) -> dict[UUID, Days]:
    found = {}
    for place, account in enumerate(accounts):
        places = np.flatnonzero(owner == place)
        exits = [date.fromordinal(EPOCH + day) for day in _trading_days(exited[places], account).tolist()]
        began = trading_day(start or account.created_at, account.day_timezone, account.day_starts_at)
        found[account.id] = Days(places, exits, min(exits) if exits and start is None else began)
    return found


def _trading_days(instants: np.ndarray, account: TradingAccount) -> np.ndarray:
    """As `clock.trading_day` says, a whole column at a time."""
    starts = account.day_starts_at
    shift = (starts.hour * 60 + starts.minute) * MINUTE + starts.second * 1_000_000 + starts.microsecond
    days: np.ndarray = (local(instants, account.day_timezone) - shift) // DAY + int(starts >= time(12))
    return days


def _converted(columns: dict[str, Any], worth: Worth, days: Mapping[UUID, Days]) -> dict[str, Any]:
    """Money times its day's rate; prices and quantities stay, their product is converted by the multiplier."""
    rates = np.zeros(columns["account"].size)
    for account in worth.accounts:
        own = days[account.id]
        told = {day: float(worth.of(account, day)) for day in own.every}
        rates[own.places] = [told[day] for day in own.exits]
    kept = rates > 0
    chosen = {name: _chosen(values, kept) for name, values in columns.items()}
    return chosen | {name: chosen[name] * rates[kept] for name in MONEY} | {"multiplier": rates[kept]}


def _chosen(values: Any, kept: np.ndarray) -> Any:
    if values is None or isinstance(values, np.ndarray):
        return values if values is None else values[kept]
    return [values[place] for place in np.flatnonzero(kept)]
