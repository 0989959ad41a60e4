"""I name the days, weeks or months under a time axis."""

from dataclasses import dataclass
from datetime import date, timedelta

from aetheris.charts import words
from aetheris.charts.scale import share

_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60)


@dataclass(frozen=True, slots=True)
class TimeMark:
    """One label: where, its text, and whether a narrow picture may leave it out."""

    x: str
    text: str
    minor: bool


def time_marks(first: date, last: date) -> tuple[TimeMark, ...]:
    """Up to about eight labels between two days: each day, each week, or each so many months."""
    span = (last - first).days
    if span == 0:
        return (TimeMark("50.00%", words.month_day(first), False),)
    days = _spaced_days(first, span) if span <= 62 else _month_starts(first, last, span)
    inside = [(day, (day - first).days / span) for day in days]
    shown = [(day, at) for day, at in inside if 0.03 <= at <= 0.97] or inside[:1]
    return tuple(TimeMark(share(at), _named(day, span), n % 2 == 1) for n, (day, at) in enumerate(shown))


def _named(day: date, span: int) -> str:
    if span <= 62:
        return words.month_day(day)
    return f"{words.month(day)} {day.year}" if span > 730 else words.month(day)


def _spaced_days(first: date, span: int) -> list[date]:
    step = 1 if span <= 8 else 7 if span > 16 else 2
    return [first + timedelta(days=n) for n in range(0, span + 1, step)]


def _month_starts(first: date, last: date, span: int) -> list[date]:
    step = next((step for step in _MONTH_STEPS if span / 30.4 / step <= 9), 120)
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    return [date(m // 12, m % 12 + 1, 1) for m in months if m % step == 0]
