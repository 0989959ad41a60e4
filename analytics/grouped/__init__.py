"""I answer many accounts in one pass: the same figures as the report, as one array for each KPI.

Accounts lie as rows of a matrix, a few dozen at a time so that it stays in the processor's cache; there is no loop
over accounts or trades. NaN stands for "no value"; `report` on that account alone gives the reason.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from analytics.grouped.days import by_day
from analytics.grouped.stack import Stack, blocks
from analytics.grouped.trades import by_trade

__all__ = ["grouped"]


def grouped(
    columns: Mapping[str, Any],
    accounts: np.ndarray,
    deposits: Sequence[float],
    *,
    calendar: str = "weekday252",
    timezone: str = "UTC",
) -> dict[str, np.ndarray]:
    """KPI → one value for each account.

    columns: closed trades of all accounts, named as for `Sample.from_columns` (needed: pnl, side ±1, quantity,
    entry_price, exit_price, entered, exited in microseconds; optional: commissions, slippage, mfe, mae,
    initial_risk). accounts: the number of each trade's account, 0 … len(deposits) - 1.
    """
    deposit = np.asarray(deposits, np.float64)
    answers: dict[str, np.ndarray] = {}
    with np.errstate(all="ignore"):
        for rows, block in blocks(columns, np.asarray(accounts), deposit):
            for key, values in _answered(block, calendar, timezone).items():
                if key not in answers:
                    answers[key] = np.full(deposit.size, np.nan)
                answers[key][rows] = np.where(np.isfinite(values), values, np.nan)
    return answers


def _answered(block: Stack, calendar: str, timezone: str) -> dict[str, np.ndarray]:
    return by_trade(block) | by_day(block, calendar, timezone)
