"""I turn UTC instants into wall-clock instants of a zone, a whole column at a time."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST, _STEP = 0, 4_102_444_800, 7 * 86_400


def local(instants: np.ndarray, zone: str) -> np.ndarray:
    """Microseconds since 1970-01-01 00:00 on the zone's own wall clock."""
    since, offsets = _shifts(zone)
    if offsets.size == 1:
        return instants + offsets[0] if offsets[0] else instants
    if not instants.size:
        return instants
    first, last = np.maximum(np.searchsorted(since, (instants.min(), instants.max()), side="right") - 1, 0).tolist()
    if first == last:
        return instants + offsets[first]
    return instants + offsets[first:][np.searchsorted(since[first + 1 : last + 1], instants, side="right")]


@lru_cache(maxsize=64)
def _shifts(zone: str) -> tuple[np.ndarray, np.ndarray]:
    """Instants from which an offset holds, 1970 to 2100, found by bisecting every week that changes it."""
    info = ZoneInfo(zone)
    since, offsets = [_FIRST], [_offset(info, _FIRST)]
    for start in range(_FIRST, _LAST, _STEP):
        while _offset(info, start + _STEP) != offsets[-1]:
            moment = _first_change(info, max(start, since[-1]), start + _STEP, offsets[-1])
            since.append(moment)
            offsets.append(_offset(info, moment))
    return np.array(since, np.int64) * SECOND, np.array(offsets, np.int64) * SECOND


def _first_change(info: ZoneInfo, low: int, high: int, offset: int) -> int:
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(info, middle) == offset else (low, middle)
    return high


def _offset(info: ZoneInfo, second: int) -> int:
    shift = (_EPOCH + timedelta(seconds=second)).astimezone(info).utcoffset()
    return round(shift.total_seconds()) if shift else 0
