"""I gather one trader's dashboard: budget, ten figures, equity, calendar, risk by account."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import TradingAccount
from aetheris.charts import words
from aetheris.charts.calendar import Calendar, DayResult, draw_calendar
from aetheris.charts.card import Card
from aetheris.charts.equity import EquityChart, draw_equity
from aetheris.clock import trading_day
from aetheris.retelling import retold
from analytics.aggregate import Missing, joined
from analytics.benchmarks import Benchmark, benchmarks
from analytics.report import Value, report
from analytics.sample import Sample
from analytics.targets import LEAST_TRADES, TARGETS, Target
from analytics.together import Together

KEYS = [target.key for target in TARGETS]
READ = ("pnl", "mfe", "mae", "initial_risk", "stop_loss", "stopped_quantity", "stopped_entry_price")  # all they rest on
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


def today_of(accounts: Sequence[TradingAccount], now: datetime, zone: str) -> date:
    """The day that runs: the accounts' own, which their days are kept by, else (where they differ) the reader's."""
    days = {trading_day(now, account.day_timezone, account.day_starts_at) for account in accounts}
    return days.pop() if len(days) == 1 else now.astimezone(ZoneInfo(zone)).date()


def base_of(accounts: Sequence[TradingAccount], preferred: str) -> str:
    """The currency of the sums: the accounts' own when they share one, else the reader's."""
    currencies = {account.currency for account in accounts}
    return currencies.pop() if len(currencies) == 1 else preferred


def lacking(missing: Sequence[Missing]) -> str:
    """What the sums leave out, and why."""
    return "; ".join(_("without {}: {}").format(one.account, retold(one.why)) for one in missing)


# The ten figures ----------------------------------------------------------------------------------------


def cards(accounts: Sequence[TradingAccount], base: str, period: Period, zone: str) -> tuple[list[Card], str]:
    """The ten figures beside the reader's own benchmarks, and what is not in them."""
    now = joined(accounts, base, start=period.start, end=period.end, zone=zone, only=READ)
    values, aims = now.report(KEYS).values, benchmarks()
    earlier: dict[str, Value] = {}
    if period.before is not None:
        before = joined(accounts, base, start=period.before, end=period.start, zone=zone, only=READ)
        earlier = before.report(KEYS).values
    lines = _sparks(now.sample)
    made = [
        _card(target, aims[target.key], values[target.key], earlier.get(target.key), lines[target.key], now.sample)
        for target in TARGETS
    ]
    return made, lacking(now.missing)


def _sparks(sample: Sample) -> dict[str, tuple[float | None, ...]]:
    """Each figure as it grew over the period, at up to fourteen moments."""
    if sample.n < 2:
        return dict.fromkeys(KEYS, ())
    ends = sorted({round(sample.n * step / SPARK_POINTS) for step in range(1, SPARK_POINTS + 1)} - {0})
    grown = [report(sample.until(end), KEYS).values for end in ends]
    return {key: tuple(_float(values[key].value) for values in grown) for key in KEYS}


def _card(
    target: Target,
    aim: Benchmark,
    value: Value,
    earlier: Value | None,
    spark: tuple[float | None, ...],
    sample: Sample,
) -> Card:
    figure, least = _float(value.value), LEAST_TRADES.get(target.key, 1)
    reason = value.reason or ""
    if figure is not None and sample.n < least:
        figure, reason = None, _("Needs {} trades, there are {}").format(least, sample.n)
    shown = (_label(target.key, figure, sample.currency), _unit(target.key)) if figure is not None else (None, "")
    before = _float(earlier.value) if earlier and figure is not None else None
    better = (
        None if figure is None or before is None or figure == before else (figure > before) == (aim.kind == "least")
    )
    word = _(target.word if not aim.own else "Your target" if aim.kind == "least" else "Your limit")
    scale = max(abs(figure or 0), abs(aim.value)) * 1.25 or 1.0
    return Card(
        key=target.key, name=target.name, icon=target.icon, value_label=shown[0], unit=shown[1],
        reason=retold(reason).capitalize(),
        trend_label=_change(target.key, figure, before, sample.currency), trend_good=better,
        trend_up=figure is not None and before is not None and figure > before, spark=spark,
        fill=None if figure is None else max(0.0, figure) / scale, tick=max(0.0, aim.value) / scale,
        target_label=f"{word} {_label(target.key, aim.value, sample.currency)}{_unit(target.key)}",
        met=aim.met(figure), url=f"/analytics/kpis/#{target.key}",
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
    share = f"{words.NARROW}%" if words.tongue.get() == "fr" else "%"
    return {
        "win_rate": share,
        "max_drawdown": share,
        "expectancy_r": "R",
        "avg_holding_time": f"{words.NARROW}min",
        "edge_ratio": "×",
    }.get(key, "")


def _change(key: str, figure: float | None, before: float | None, currency: str) -> str:
    if figure is None or before is None:
        return ""
    said = _amount(key, abs(figure - before), currency)
    return said if set(said) & set("123456789") else ""  # an arrow before nothing would be a lie


def _amount(key: str, change: float, currency: str) -> str:
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


def equity_chart(found: Together) -> EquityChart | None:
    """All accounts' closed equity added up, day by day; a day without a trade keeps the equity of the day before."""
    if not found.days:
        return None
    dates, values = [day.date for day in found.days], [day.equity for day in found.days]
    many = " " + _("across {} accounts").format(len(found.accounts)) if len(found.accounts) > 1 else ""
    said = f"{words.money(values[-1], found.base)}{many}, " + _("since {}").format(words.month_day(dates[0], year=True))
    note = f"{said} {lacking(found.missing)}".strip()
    before = dates[0] - timedelta(days=1)
    return draw_equity([before, *dates], [found.starting_balance, *values], currency=found.base, note=note)


def calendar(found: Together, today: date, scope: str | None) -> Calendar:
    recent = found.between(today - timedelta(days=41), None)
    results = {day.date: DayResult(day.net_pnl, day.trades) for day in recent}
    picked = f"&account={scope}" if scope else ""
    return draw_calendar(results, today, currency=found.base, url=lambda day: f"/journal/?from={day}&to={day}{picked}")
