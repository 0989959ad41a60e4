"""I tell how far a voice is from its speaker's own usual: the VSS, 0 to 100, where 50 is as usual.

No voice is measured against another's. Each of pitch, loudness and pace counts in steps: two semitones higher, six dB
louder, a fifth faster are one step each; the mean of those known, times fifteen, is added to 50. The steps are ours, a
plain comparison and no finding about health. With fewer than five notes before it, a voice has no usual and no score.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from statistics import mean, median

NOTES_NEEDED, POINTS_A_STEP = 5, 15.0
SEMITONES, DECIBELS, PACE = 2.0, 6.0, 0.2


@dataclass(frozen=True, slots=True)
class Spoken:
    pitch_hz: float | None
    intensity_db: float | None
    rate_wpm: float | None = None


def usual(before: Sequence[Spoken]) -> Spoken | None:
    """The middle of each figure over the notes before; None while there are too few."""
    if len(before) < NOTES_NEEDED:
        return None
    return Spoken(
        _middle([one.pitch_hz for one in before]), _middle([one.intensity_db for one in before]),
        _middle([one.rate_wpm for one in before]),
    )  # fmt: skip


def score(now: Spoken, usual: Spoken | None) -> float | None:
    if usual is None:
        return None
    steps = []
    if now.pitch_hz and usual.pitch_hz:
        steps.append(12 * log2(now.pitch_hz / usual.pitch_hz) / SEMITONES)
    if now.intensity_db is not None and usual.intensity_db is not None:
        steps.append((now.intensity_db - usual.intensity_db) / DECIBELS)
    if now.rate_wpm and usual.rate_wpm:
        steps.append((now.rate_wpm / usual.rate_wpm - 1) / PACE)
    return min(100.0, max(0.0, 50 + POINTS_A_STEP * mean(steps))) if steps else None


def _middle(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return median(known) if len(known) >= NOTES_NEEDED else None
