"""I lay daily results out as a calendar, weeks down and days across, coloured by quintile."""

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from aetheris.charts import words

WEEKDAYS = {
    "en": (("Mo", "Monday"), ("Tu", "Tuesday"), ("We", "Wednesday"), ("Th", "Thursday"), ("Fr", "Friday"),
           ("Sa", "Saturday"), ("Su", "Sunday")),
    "fr": (("lu", "lundi"), ("ma", "mardi"), ("me", "mercredi"), ("je", "jeudi"), ("ve", "vendredi"),
           ("sa", "samedi"), ("di", "dimanche")),
}  # fmt: skip
QUIET = {"en": "no trades", "fr": "aucun trade"}


@dataclass(frozen=True, slots=True)
class DayResult:
    """What one trading day brought."""

    pnl: Decimal
    trades: int


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One cell; `step` is its class (p1..p5, n1..n5, z for zero, empty when nothing was traded)."""

    number: int
    step: str
    amount: str
    spoken: str
    url: str
    is_today: bool


@dataclass(frozen=True, slots=True)
class Calendar:
    """`weeks` of seven days each, Monday first; the last one holds today."""

    weeks: tuple[tuple[CalendarDay, ...], ...]
    weekdays: tuple[tuple[str, str], ...]
    total_label: str
    total_tone: str
    days_won: int
    days_lost: int
    weeks_count: int


def draw_calendar(
    results: Mapping[date, DayResult],
    today: date,
    *,
    weeks: int = 5,
    currency: str = "USD",
    url: Callable[[date], str] = lambda day: f"?from={day:%Y-%m-%d}&to={day:%Y-%m-%d}",
) -> Calendar:
    """The given number of weeks ending with today's; `url` names the journal of one day."""
    start = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    days = [start + timedelta(days=n) for n in range(7 * weeks)]
    shown = [results[day].pnl for day in days if day in results]
    steps = _Steps(shown)
    cells = [_cell(day, results.get(day), steps, today, currency, url) for day in days]
    total = sum(shown, Decimal(0))
    return Calendar(
        weeks=tuple(tuple(cells[n : n + 7]) for n in range(0, len(cells), 7)),
        weekdays=WEEKDAYS[_spoken()],
        total_label=words.money(total, currency, signed=True),
        total_tone=words.tone(total),
        days_won=sum(pnl > 0 for pnl in shown),
        days_lost=sum(pnl < 0 for pnl in shown),
        weeks_count=weeks,
    )


class _Steps:
    """Quintiles of the wins and of the losses, each among themselves."""

    def __init__(self, results: list[Decimal]) -> None:
        self._wins = sorted(pnl for pnl in results if pnl > 0)
        self._losses = sorted(-pnl for pnl in results if pnl < 0)

    def of(self, pnl: Decimal) -> str:
        if pnl == 0:
            return "z"
        letter, sizes = ("p", self._wins) if pnl > 0 else ("n", self._losses)
        return f"{letter}{-(-5 * bisect_right(sizes, abs(pnl)) // len(sizes))}"


def _spoken() -> str:
    return words.tongue.get() if words.tongue.get() in WEEKDAYS else "en"


def _named(day: date) -> str:
    return f"{day:%-d %B}" if _spoken() == "en" else words.month_day(day)


def _cell(
    day: date, result: DayResult | None, steps: _Steps, today: date, currency: str, url: Callable[[date], str]
) -> CalendarDay:
    if result is None:
        return CalendarDay(day.day, "", "", f"{_named(day)}: {QUIET[_spoken()]}", "", day == today)
    trades = f"{result.trades} trade{'' if result.trades == 1 else 's'}"
    spoken = f"{_named(day)}: {words.money(result.pnl, currency, signed=True)}, {trades}"
    amount = words.money_short(result.pnl, signed=True)
    return CalendarDay(day.day, steps.of(result.pnl), amount, spoken, url(day), day == today)
