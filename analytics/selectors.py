"""I read what was computed: days for the heatmap, equity, cuts of the results."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import QuerySet

from accounts.models import TradingAccount
from aetheris import clock
from aetheris.money import to_stored
from analytics.aggregate import told_of
from analytics.cuts import CUTS, Comparison, compare, parts
from analytics.evidence import columns_of, openings, sample_from
from analytics.models import DailySnapshot
from analytics.sample import Sample

__all__ = ["CUTS", "breakdown", "comparison", "days", "equity", "heatmap"]


def days(
    accounts: Sequence[TradingAccount], start: date | None = None, end: date | None = None
) -> QuerySet[DailySnapshot]:
    """Daily snapshots in order, both ends included."""
    found = DailySnapshot.objects.filter(account__in=accounts).order_by("snapshot_date")
    if start:
        found = found.filter(snapshot_date__gte=start)
    return found.filter(snapshot_date__lte=end) if end else found


def heatmap(account: TradingAccount, start: date | None = None, end: date | None = None) -> list[dict[str, Any]]:
    """One entry for each trading day with trades; reads nothing but daily_snapshots."""
    return [
        {
            "date": day.snapshot_date, "net_pnl": day.net_pnl, "trades": day.trades_count, "win_rate": day.win_rate,
            "gross_profit": day.gross_profit, "gross_loss": day.gross_loss, "max_drawdown": day.max_drawdown,
            "fees": day.fees,
        }
        for day in days([account], start, end)
    ]  # fmt: skip


def equity(account: TradingAccount, start: date | None = None, end: date | None = None) -> list[dict[str, Any]]:
    return [
        {"date": day.snapshot_date, "equity": day.closing_equity, "peak": day.peak_equity,
         "drawdown": day.peak_equity - day.closing_equity}
        for day in days([account], start, end)
    ]  # fmt: skip


def breakdown(
    account: TradingAccount, by: str, start: date | None = None, end: date | None = None
) -> list[dict[str, Any]]:
    """Count, wins and net result of each value of a cut, the best first; trading days, both ends included."""
    sample, told = _cuttable(account, start, end)
    return lines(sample, by, told)


def lines(sample: Sample, by: str, told: dict[str, Any]) -> list[dict[str, Any]]:
    """One line for each value of a cut, the best first."""
    made = [_line(name, sample, mask) for name, mask in parts(sample, by, told).items()]
    return sorted(made, key=lambda line: line["net_pnl"], reverse=True)


def _line(name: str, sample: Sample, mask: np.ndarray) -> dict[str, Any]:
    trades, wins = int(mask.sum()), int((sample.won & mask).sum())
    net = to_stored(Decimal(repr(sample.total(mask))))
    lost = -sample.total(sample.lost & mask)
    return {
        "key": name, "trades": trades, "wins": wins, "net_pnl": net, "win_rate": wins / trades,
        "expectancy": to_stored(net / trades),
        "profit_factor": sample.total(sample.won & mask) / lost if lost else None,
    }  # fmt: skip


def comparison(
    account: TradingAccount, by: str, one: str, other: str, start: date | None = None, end: date | None = None
) -> Comparison:
    """Two values of a cut side by side; a value without trades counts as empty."""
    sample, told = _cuttable(account, start, end)
    found, nothing = parts(sample, by, told), np.zeros(sample.n, bool)
    return compare(sample.pnl[found.get(one, nothing)], sample.pnl[found.get(other, nothing)])


def _cuttable(account: TradingAccount, start: date | None, end: date | None) -> tuple[Sample, dict[str, Any]]:
    """The account's sample, and for each of its trades what the sample does not know."""
    first, after = (
        clock.day_bounds(day, account.day_timezone, account.day_starts_at)[place] if day else None
        for place, day in enumerate((start, end))
    )
    columns = columns_of([account], start=first, end=after)
    sample = sample_from(columns, [account], openings([account], first)[account.id], account.day_timezone)
    return sample, told_of(columns, [account])
