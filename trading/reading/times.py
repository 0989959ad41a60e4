"""I read dates and times as brokers write them, into moments in UTC."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from trading.reading.errors import TimeZoneUnknown

DateOrder = Literal["dmy", "mdy"]

MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTHS = {m: i for i, m in enumerate(MONTH_NAMES, 1)}
MONTHS |= {"ene": 1, "gen": 1, "fév": 2, "fev": 2, "mrt": 3, "mär": 3, "abr": 4, "avr": 4, "mai": 5, "mei": 5, "mag": 5}
MONTHS |= {"giu": 6, "lug": 7, "ago": 8, "aoû": 8, "set": 9, "okt": 10, "ott": 10, "out": 10, "dez": 12, "dic": 12}
MONTHS |= {"déc": 12, "maj": 5}
CLOCK = (
    r"(?:[ T;,]+\s*(?P<h>[0-9]{1,2}):?(?P<mi>[0-9]{2})(?::?(?P<s>[0-9]{2})(?:[.,](?P<f>[0-9]{1,9}))?)?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*(?P<zone>Z|[A-Z]{3,4}|(?:UTC|GMT)?\s*[-+][0-9]{1,2}(?::?[0-9]{2})?)?)?"
)
YEAR_FIRST = re.compile(r"(?P<y>[0-9]{4})(?P<sep>[.\-/]?)(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})" + CLOCK)
YEAR_LAST = re.compile(r"(?P<a>[0-9]{1,2})[./\-](?P<b>[0-9]{1,2})[./\-](?P<y>[0-9]{4}|[0-9]{2})" + CLOCK)
NAME = r"(?P<name>[^\W\d_]{3})[^\W\d_]*\.?"
NAMED_MONTH = re.compile(rf"(?P<d>[0-9]{{1,2}})\.?[ \-]{NAME}[ \-](?P<y>[0-9]{{4}}|[0-9]{{2}})" + CLOCK)
MONTH_FIRST = re.compile(rf"{NAME} (?P<d>[0-9]{{1,2}}),? (?P<y>[0-9]{{4}})" + CLOCK)
CLOCK_FIRST = re.compile(r"(?P<clock>[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?) (?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})")
OFFSET = re.compile(r"(?:UTC|GMT)?\s*(?P<sign>[-+])(?P<h>[0-9]{1,2}):?(?P<m>[0-9]{2})?")
FIXED_ZONES = {"Z": 0, "UTC": 0, "GMT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "PST": -8, "PDT": -7}
FIRST_YEAR, LAST_YEAR = 1970, 2100


class NotAMoment(ValueError):
    """The text is no date or time; my message says how so, to be read after the text itself."""


def zone_named(name: str) -> tzinfo:
    try:
        return UTC if name in {"UTC", "Z"} else ZoneInfo(name)
    except Exception as error:  # zoneinfo raises anything from KeyError to IsADirectoryError for a strange name
        raise TimeZoneUnknown(timezone=name[:80]) from error


def offset_zone(text: str) -> tzinfo | None:
    """A fixed zone from a word like UTC+8, +02:00, Z or EST; None when it is no such word."""
    if text in FIXED_ZONES:
        return timezone(timedelta(hours=FIXED_ZONES[text]))
    found = OFFSET.fullmatch(text.strip())
    if not found or int(found["h"]) > 14 or int(found["m"] or 0) > 59:
        return None
    size = timedelta(hours=int(found["h"]), minutes=int(found["m"] or 0))
    return timezone(size if found["sign"] == "+" else -size)


def date_order(texts: Iterable[str]) -> DateOrder | None:
    """Whether a file writes the day or the month first, proven by a part above twelve; None while in doubt."""
    proven: set[DateOrder] = set()
    for text in texts:
        if found := YEAR_LAST.fullmatch(text.strip()):
            if int(found["a"]) > 12:
                proven.add("dmy")
            elif int(found["b"]) > 12:
                proven.add("mdy")
    return proven.pop() if len(proven) == 1 else None


@lru_cache(maxsize=4096)
def naive_moment(text: str, order: DateOrder | None = None) -> datetime:
    """The date and time written in a text, carrying a zone only if the text itself names one."""
    text = text.strip()
    if len(text) > 60:
        raise NotAMoment("is no date; write it as 2026-01-31 14:30:00")
    if found := CLOCK_FIRST.fullmatch(text):
        text = f"{found['day']} {found['clock']}"
    if found := YEAR_FIRST.fullmatch(text):
        month, day = int(found["m"]), int(found["d"])
    elif found := NAMED_MONTH.fullmatch(text) or MONTH_FIRST.fullmatch(text):
        month, day = MONTHS.get(found["name"].lower(), 0), int(found["d"])
    elif found := YEAR_LAST.fullmatch(text):
        month, day = _month_and_day(int(found["a"]), int(found["b"]), order)
    else:
        raise NotAMoment("is no date; write it as 2026-01-31 14:30:00")
    year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NotAMoment(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}; check the date")
    try:
        written = datetime(year, month, day, *_clock(found))
    except ValueError as error:
        raise NotAMoment("is no date of the calendar; check day, month and clock") from error
    if not found["zone"]:
        return written
    zone = offset_zone(found["zone"])
    if zone is None:
        raise NotAMoment(f"names the time zone {found['zone']}, which is not known; write an offset such as +02:00")
    return written.replace(tzinfo=zone)


def _month_and_day(a: int, b: int, order: DateOrder | None) -> tuple[int, int]:
    if order is None and a <= 12 and b <= 12 and a != b:
        raise NotAMoment("may be day first or month first, and nothing in the file decides it; write 2026-01-31")
    return (b, a) if order == "dmy" or (order is None and a > 12) else (a, b)


def _clock(found: re.Match[str]) -> tuple[int, int, int, int]:
    if found["h"] is None:
        return 0, 0, 0, 0
    hour = int(found["h"])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError(f"{hour} {found['half']}")
        hour = hour % 12 + (12 if found["half"][0] in "pP" else 0)
    return hour, int(found["mi"]), int(found["s"] or 0), int((found["f"] or "0")[:6].ljust(6, "0"))


def in_order(entry: datetime, exit_: datetime, zone: tzinfo) -> datetime:
    """The exit again, an hour later where summer time ends between the two and the clock shows an hour twice."""
    if exit_ >= entry:
        return exit_
    second = exit_.astimezone(zone).replace(fold=1).astimezone(UTC)
    return second if second >= entry else exit_
