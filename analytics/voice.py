"""I measure a recorded voice: how long, how high, how loud, second by second.

Pitch is the first strong peak of the autocorrelation of 40 ms frames between 60 and 400 Hz (Rabiner 1977); a frame
without one, or quieter than −50 dBFS, is no voice. Loudness is the mean power of what sounds, in dB below full scale.
"""

import io
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LOW_HZ, HIGH_HZ = 60, 400
FRAME_SECONDS, HOP_SECONDS = 0.04, 0.02
QUIET_DB, CLEAR = -50.0, 0.5
WORK_HZ = 8_000
LONGEST_SECONDS, SHORTEST_SECONDS = 600, 0.5
Samples = NDArray[np.float64]


class NotASound(ValueError):
    """What is wrong with the file, in words."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One second: where it begins, and its voice if there was one."""

    at: int
    pitch_hz: float | None
    intensity_db: float | None


@dataclass(frozen=True, slots=True)
class Voice:
    seconds: float
    pitch_hz: float | None
    intensity_db: float | None
    moments: tuple[Moment, ...]


def heard(content: bytes) -> Voice:
    samples, rate = _read(content)
    frames = _frames(samples, rate)
    db, pitch = _loudness(frames), _pitch(frames, rate)
    pitch[db < QUIET_DB] = np.nan
    per = round(1 / HOP_SECONDS)
    moments = tuple(
        Moment(start // per, _middle(pitch[start : start + per]), _mean(db[start : start + per]))
        for start in range(0, len(db), per)
    )
    return Voice(len(samples) / rate, _middle(pitch), _mean(db), moments)


def _read(content: bytes) -> tuple[Samples, int]:
    """Mono, −1 to 1, thinned to about 8 kHz: a voice's pitch needs no more."""
    try:
        with wave.open(io.BytesIO(content)) as file:
            rate, width, channels = file.getframerate(), file.getsampwidth(), file.getnchannels()
            count = file.getnframes()
            if not SHORTEST_SECONDS <= count / max(rate, 1) <= LONGEST_SECONDS:
                raise NotASound(f"it lasts {count / max(rate, 1):.1f} s; half a second to ten minutes are read")
            body = file.readframes(count)
    except (wave.Error, EOFError, OSError) as broken:
        raise NotASound("it is no WAV file of plain PCM") from broken
    if rate < 2 * HIGH_HZ * 4 or width not in (1, 2, 3, 4) or channels not in (1, 2):
        raise NotASound("one or two channels of 8 to 32 bits at 3.2 kHz or more are read")
    whole = len(body) // (width * channels) * channels
    samples = _numbers(body, width)[:whole].reshape(-1, channels).mean(axis=1)
    thin = max(1, rate // WORK_HZ)
    samples = samples[: len(samples) // thin * thin].reshape(-1, thin).mean(axis=1)
    if len(samples) < rate // thin * SHORTEST_SECONDS:
        raise NotASound("it is shorter than its head says")
    return samples, rate // thin


def _numbers(body: bytes, width: int) -> Samples:
    if width == 1:
        return (np.frombuffer(body, np.uint8).astype(float) - 128) / 128
    if width == 3:
        triples = np.frombuffer(body[: len(body) // 3 * 3], np.uint8).reshape(-1, 3)
        wide = np.zeros((len(triples), 4), np.uint8)
        wide[:, 1:] = triples
        return wide.view("<i4").ravel() / 2.0**31
    return np.frombuffer(body[: len(body) // width * width], f"<i{width}") / 2.0 ** (8 * width - 1)


def _frames(samples: Samples, rate: int) -> Samples:
    long, hop = int(rate * FRAME_SECONDS), int(rate * HOP_SECONDS)
    return np.lib.stride_tricks.sliding_window_view(samples, long)[::hop]


def _loudness(frames: Samples) -> Samples:
    power = np.maximum((frames**2).mean(axis=1), 1e-12)
    return np.asarray(10 * np.log10(power))


def _pitch(frames: Samples, rate: int) -> Samples:
    """NaN where there is none; a thousand frames at once keep memory small."""
    parts = [_pitch_of(frames[start : start + 1000], rate) for start in range(0, len(frames), 1000)]
    return np.concatenate(parts)


def _pitch_of(frames: Samples, rate: int) -> Samples:
    spectrum = np.fft.rfft(frames - frames.mean(axis=1, keepdims=True), 2 * frames.shape[1])
    power = np.fft.irfft(np.abs(spectrum) ** 2)
    first, last = rate // HIGH_HZ, min(rate // LOW_HZ, frames.shape[1] - 2)
    like = power[:, first - 1 : last + 2] / np.maximum(power[:, :1], 1e-12)
    left, here, right = like[:, :-2], like[:, 1:-1], like[:, 2:]
    peak = (here >= left) & (here > right) & (here >= np.maximum(CLEAR, 0.9 * here.max(axis=1, keepdims=True)))
    lag, row = peak.argmax(axis=1), np.arange(len(frames))
    a, b, c = left[row, lag], here[row, lag], right[row, lag]
    bend = np.where(np.abs(a - 2 * b + c) > 1e-12, (a - c) / np.where(a - 2 * b + c == 0, 1, 2 * (a - 2 * b + c)), 0.0)
    return np.where(peak.any(axis=1), rate / (first + lag + bend), np.nan)


def _middle(values: Samples) -> float | None:
    found = values[~np.isnan(values)]
    return float(np.median(found)) if len(found) >= 3 else None


def _mean(db: Samples) -> float | None:
    sounding = db[db >= QUIET_DB]
    return float(10 * np.log10((10 ** (sounding / 10)).mean())) if len(sounding) >= 3 else None
