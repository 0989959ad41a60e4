"""I gather one trader's dashboard: budget, ten figures, equity, calendar, risk by account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from accounts.models import TradingAccount
from aetheris.charts import words
from aetheris.charts.calendar import Calendar, DayResult, draw_calendar
from aetheris.charts.card import Card
from aetheris.charts.equity import EquityChart, draw_equity
from analytics import selectors
from analytics.evidence import sample_of
from analytics.report import Value, report
from analytics.sample import Sample
from analytics.targets import LEAST_TRADES, TARGETS, Target

KEYS = [target.key for target in TARGETS]
SPARK_POINTS = 14


@dataclass(frozen=True, slots=True)
class Period:
    """[start, end) in UTC and the equally long one before it; both are None for all time."""

    start: datetime | None
    end: datetime
    before: datetime | None


def period_of(name: str, now: datetime, zone: str) -> Period:
    """The period a page is asked for, in the reader's own days."""
    here = now.astimezone(ZoneInfo(zone))
    today = datetime.combine(here.date(), time(0), ZoneInfo(zone))
    first = {
        "today": today, "7d": today - timedelta(days=6), "30d": today - timedelta(days=29),
        "ytd": today.replace(month=1, day=1),
    }.get(name)  # fmt: skip
    if first is None:
        return Period(None, now, None)
    start = first.astimezone(UTC)
    return Period(start, now, start - (now - start))


def same_currency(accounts: Sequence[TradingAccount], base: str) -> tuple[list[TradingAccount], str]:
    """The accounts that can be added up, and what is left out for want of a rate."""
    if not accounts:
        return [], ""
    currency = base if any(a.currency == base for a in accounts) else accounts[0].currency
    kept = [a for a in accounts if a.currency == currency]
    left = [a.account_name for a in accounts if a.currency != currency]
    note = f"without {', '.join(left)}: no rate to {currency}" if left else ""
    return kept, note


# The ten figures ----------------------------------------------------------------------------------------


def cards(accounts: Sequence[TradingAccount], period: Period, zone: str) -> list[Card]:
    now = sample_of(accounts, start=period.start, end=period.end, zone=zone)
    values = report(now, KEYS).values
    earlier: dict[str, Value] = {}
    if period.before is not None:
        earlier = report(sample_of(accounts, start=period.before, end=period.start, zone=zone), KEYS).values
    lines = _sparks(now)
    return [_card(target, values[target.key], earlier.get(target.key), lines[target.key], now) for target in TARGETS]


def _sparks(sample: Sample) -> dict[str, tuple[float | None, ...]]:
    """Each figure as it grew over the period, at up to fourteen moments."""
    if sample.n < 2:
        return dict.fromkeys(KEYS, ())
    ends = sorted({round(sample.n * step / SPARK_POINTS) for step in range(1, SPARK_POINTS + 1)} - {0})
    place = np.arange(sample.n)
    grown = [report(sample.where(place < end), KEYS).values for end in ends]
    return {key: tuple(_float(values[key].value) for values in grown) for key in KEYS}


def _card(target: Target, value: Value, earlier: Value | None, spark: tuple[float | None, ...], sample: Sample) -> Card:
    figure, least = _float(value.value), LEAST_TRADES.get(target.key, 1)
    reason = value.reason or ""
    if figure is not None and sample.n < least:
        figure, reason = None, f"Needs {least} trades, there are {sample.n}"
    shown = (_label(target.key, figure, sample.currency), _unit(target.key)) if figure is not None else (None, "")
    before = _float(earlier.value) if earlier and figure is not None else None
    better = (
        None if figure is None or before is None or figure == before else (figure > before) == (target.kind == "least")
    )
    met = None if figure is None else (figure >= target.at if target.kind == "least" else figure <= target.at)
    scale = max(abs(figure or 0), target.at) * 1.25
    return Card(
        key=target.key, name=target.name, icon=target.icon, value_label=shown[0], unit=shown[1],
        reason=reason.capitalize(),
        trend_label=_change(target.key, figure, before, sample.currency), trend_good=better,
        trend_up=figure is not None and before is not None and figure > before, spark=spark,
        fill=None if figure is None else max(0.0, figure) / scale, tick=target.at / scale,
        target_label=f"{target.word} {_label(target.key, target.at, sample.currency)}{_unit(target.key)}", met=met,
    )  # fmt: skip


def _label(key: str, figure: float, currency: str) -> str:
    if key == "win_rate":
        return words.number(100 * figure, 1)
    if key == "max_drawdown":
        return words.number(-100 * figure, 1)
    if key in ("expectancy", "net_profit"):
        return words.money(figure, currency, signed=True)
    if key == "total_trades":
        return words.number(figure)
    if key == "avg_holding_time":
        return words.number(figure / 60_000)
    if key == "expectancy_r":
        return words.number(figure, 2, signed=True)
    return words.ratio(figure)


def _unit(key: str) -> str:
    return {
        "win_rate": "%",
        "max_drawdown": "%",
        "expectancy_r": "R",
        "avg_holding_time": "min",
        "edge_ratio": "×",
    }.get(key, "")


def _change(key: str, figure: float | None, before: float | None, currency: str) -> str:
    if figure is None or before is None:
        return ""
    change = abs(figure - before)
    if key in ("win_rate", "max_drawdown"):
        return f"{words.number(100 * change, 1)} pts"
    if key in ("expectancy", "net_profit"):
        return words.money_short(change, currency)
    if key == "avg_holding_time":
        return f"{words.number(change / 60_000)} min"
    return words.number(change) if key == "total_trades" else words.ratio(change)


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


# Equity and calendar -----------------------------------------------------------------------------------


def equity_chart(accounts: Sequence[TradingAccount], note: str) -> EquityChart | None:
    """All accounts' closing equity added up, day by day; a day without a trade keeps the equity of the day before."""
    found = list(selectors.days(accounts))
    if not found:
        return None
    latest = {account.id: account.starting_balance for account in accounts}
    dates: list[date] = []
    values: list[Decimal] = []
    for day in found:
        latest[day.account_id] = day.closing_equity
        if dates and dates[-1] == day.snapshot_date:
            values[-1] = sum(latest.values(), Decimal(0))
        else:
            dates.append(day.snapshot_date)
            values.append(sum(latest.values(), Decimal(0)))
    start = sum((account.starting_balance for account in accounts), Decimal(0))
    currency = accounts[0].currency
    many = f" across {len(accounts)} accounts" if len(accounts) > 1 else ""
    said = f"{words.money(values[-1], currency)}{many}, since {dates[0]:%-d %b}"
    return draw_equity(
        [dates[0] - timedelta(days=1), *dates], [start, *values], currency=currency, note=f"{said} {note}".strip()
    )


def calendar(accounts: Sequence[TradingAccount], today: date, scope: str | None) -> Calendar:
    results: dict[date, DayResult] = {}
    for day in selectors.days(accounts, start=today - timedelta(days=41)):
        known = results.get(day.snapshot_date, DayResult(Decimal(0), 0))
        results[day.snapshot_date] = DayResult(known.pnl + day.net_pnl, known.trades + day.trades_count)
    picked = f"&account={scope}" if scope else ""
    currency = accounts[0].currency if accounts else "USD"
    return draw_calendar(results, today, currency=currency, url=lambda day: f"/journal/?from={day}&to={day}{picked}")
