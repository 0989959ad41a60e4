"""I add accounts of several currencies up in one, each result at the rate of its own day; what has no rate is named."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from accounts.models import TradingAccount
from analytics.evidence import columns_of, sample_from
from analytics.report import Report, report
from analytics.sample.zones import DAY, local

# What one unit of a currency was worth in another on a day; None when nobody knows.
type Rate = Callable[[str, str, date], Decimal | None]

MONEY = ("pnl", "commissions", "slippage", "mfe", "mae", "initial_risk")
EPOCH = date(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Missing:
    """An account that is not in the sum, and what for."""

    account: str
    currency: str
    days: int
    why: str


@dataclass(frozen=True, slots=True)
class Together:
    report: Report
    base: str
    accounts: int
    missing: tuple[Missing, ...]


def no_rates(currency: str, base: str, day: date) -> Decimal | None:
    """Nobody has told a rate yet: only what is in the base currency adds up."""
    return None


def together(accounts: Sequence[TradingAccount], base: str, *, rate: Rate = no_rates, zone: str = "UTC") -> Together:
    """All accounts as one in `base`; an account with a single day without a rate is left out whole and named."""
    taken, parts, missing, deposit = [], [], [], Decimal(0)
    for account in accounts:
        columns = columns_of([account])
        found = _rates(account, columns, base, rate, zone)
        if isinstance(found, Missing):
            missing.append(found)
            continue
        first, per_trade = found
        taken.append(account)
        deposit += account.starting_balance * first
        parts.append(_converted(columns, per_trade))
    nothing = columns_of([]) | {"multiplier": np.ones(0)}
    joined = {name: _joined([nothing[name], *(part[name] for part in parts)]) for name in nothing}
    sample = sample_from(joined, taken, deposit, zone)
    return Together(report(sample), base, len(taken), tuple(missing))


def _rates(
    account: TradingAccount, columns: dict[str, Any], base: str, rate: Rate, zone: str
) -> tuple[Decimal, np.ndarray] | Missing:
    """The deposit's rate (of the first day) and each trade's (of its exit day)."""
    days = local(columns["exited"], zone) // DAY
    if account.currency == base or not days.size:
        return Decimal(1), np.ones(days.size)
    known = {int(day): rate(account.currency, base, date.fromordinal(EPOCH + int(day))) for day in np.unique(days)}
    unknown = [day for day, found in known.items() if found is None]
    if unknown:
        first = date.fromordinal(EPOCH + min(unknown))
        why = f"no rate from {account.currency} to {base} on {len(unknown)} of {len(known)} days, the first {first}"
        return Missing(account.account_name, account.currency, len(unknown), why)
    told = {day: found for day, found in known.items() if found is not None}
    return told[min(told)], np.array([float(told[int(day)]) for day in days])


def _converted(columns: dict[str, Any], rates: np.ndarray) -> dict[str, Any]:
    """Money times its day's rate; prices and quantities stay, their product is converted by the multiplier."""
    return columns | {name: columns[name] * rates for name in MONEY} | {"multiplier": rates}


def _joined(values: Sequence[Any]) -> Any:
    if values and isinstance(values[0], np.ndarray):
        return np.concatenate(values)
    return [one for part in values for one in part]
