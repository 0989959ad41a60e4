"""I keep the news calendar a trader imports, and read it for the rules."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from aetheris.errors import AetherisError
from armor.book import NewsEvent
from armor.models import CalendarEntry
from armor.rules.news_window import IMPACTS

COLUMNS = ("time", "currency", "impact", "title")
MOST_ROWS = 20_000


class CalendarNotRead(AetherisError):
    """Row {row}, {field}: {reason} Nothing of this calendar was kept; mend the row and send it again."""

    code = "calendar_not_read"
    status = 422


def events(since: datetime, until: datetime) -> list[NewsEvent]:
    rows = CalendarEntry.objects.filter(at__gte=since, at__lte=until).order_by("at", "currency", "title")
    return [NewsEvent(at=row.at, currency=row.currency, impact=row.impact, title=row.title) for row in rows]


def import_calendar(*, user: Any, text: str) -> tuple[int, int]:
    """(new, known) rows of a CSV with the columns time, currency, impact and title; the same file twice adds nothing.

    A time without a zone is UTC. One row that cannot be read refuses the whole file.
    """
    entries = [CalendarEntry(user=user, **row) for row in _rows(text)]
    before = CalendarEntry.objects.count()
    CalendarEntry.objects.bulk_create(entries, ignore_conflicts=True, batch_size=2_000)
    new = CalendarEntry.objects.count() - before
    return new, len(entries) - new


def _rows(text: str) -> Iterator[dict[str, object]]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    try:
        yield from _read(reader)
    except csv.Error as flaw:
        raise CalendarNotRead(row=reader.line_num + 1, field="csv", reason=f"this is no CSV ({flaw}).") from None


def _read(reader: "csv.DictReader[str]") -> Iterator[dict[str, object]]:
    head = [str(name).strip().lower() for name in reader.fieldnames or ()]
    if missing := [name for name in COLUMNS if name not in head]:
        raise CalendarNotRead(row=1, field=missing[0], reason=f"the head must name {', '.join(COLUMNS)}.")
    for number, told in enumerate(reader, start=2):
        if number > MOST_ROWS:
            raise CalendarNotRead(row=number, field="time", reason=f"at most {MOST_ROWS} rows are taken at once.")
        yield _row(number, {str(name).strip().lower(): (value or "") for name, value in told.items() if name})


def _row(number: int, told: dict[str, str]) -> dict[str, object]:
    impact, currency, title = (told[name].strip() for name in ("impact", "currency", "title"))
    if impact.lower() not in IMPACTS:
        raise CalendarNotRead(row=number, field="impact", reason=f"“{impact[:40]}” is none of {', '.join(IMPACTS)}.")
    if not 2 <= len(currency) <= 10 or not currency.isalnum():
        raise CalendarNotRead(row=number, field="currency", reason=f"“{currency[:40]}” is no currency such as USD.")
    if not title or len(title) > 200:
        raise CalendarNotRead(row=number, field="title", reason="give 1 to 200 letters.")
    return {"at": _moment(number, told["time"]), "currency": currency.upper(), "impact": impact.lower(), "title": title}


def _moment(number: int, told: str) -> datetime:
    try:
        moment = datetime.fromisoformat(told.strip())
    except ValueError:
        raise CalendarNotRead(
            row=number, field="time", reason=f"“{told[:40]}” is no time such as 2026-11-20 13:30 or 2026-11-20T13:30Z."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
