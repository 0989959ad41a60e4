"""I read a moment the way spreadsheets and platforms write it; one without an offset is UTC."""

import re
from datetime import UTC, datetime

_WRITTEN = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})(?:[T ]+(\d{1,2})(:.+))?")
_DAY_NUMBER = re.compile(r"\d{5}(?:[.,]\d+)?")
_EPOCH = re.compile(r"\d{9,}(?:\.\d+)?")


class NotATime(ValueError):
    """A cell that is no moment: why, and how to write one."""

    def __init__(self, why: str, cure: str) -> None:
        super().__init__(why)
        self.why, self.cure = why, cure


def moment(shown: str) -> datetime:
    """2025-03-31T14:30:00Z and its near relatives: dots or slashes, one-digit hours, a blank before the zone, UTC."""
    if _DAY_NUMBER.fullmatch(shown):
        raise NotATime(
            f"{shown!r} is a spreadsheet's day number, which knows no zone",
            "Format the column as text like 2025-03-31 14:30:00 and save again.",
        )
    if _EPOCH.fullmatch(shown):
        raise NotATime(f"{shown!r} is a count of seconds, not a time", "Write it like 2025-03-31T14:30:00Z.")
    try:
        read = datetime.fromisoformat(_plain(shown))
    except ValueError as error:
        raise NotATime(f"{shown!r} is not a time", "Write it like 2025-03-31T14:30:00Z.") from error
    return read.replace(tzinfo=UTC) if read.tzinfo is None else read


def _plain(shown: str) -> str:
    written = _WRITTEN.fullmatch(re.sub(r"\s*(?:UTC|GMT)$", "Z", shown))
    if written is None:
        return shown
    year, month, day, hour, rest = written.groups()
    date = f"{year}-{month:0>2}-{day:0>2}"
    return f"{date}T{hour:0>2}{re.sub(r'\s+(?=[+-])', '', rest)}" if hour else date
