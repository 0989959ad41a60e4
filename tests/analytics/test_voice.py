"""A voice is measured rightly, and compared with its speaker's own alone."""

from math import log10

import numpy as np
import pytest

from analytics import stress, voice
from analytics.stress import Spoken
from tests.sounds import tone, wav


@pytest.mark.parametrize("hertz", [80, 120, 150, 220, 333])
@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_pitch_is_found_within_a_hundredth(hertz: int, rate: int) -> None:
    found = voice.heard(wav(tone(1, hertz, rate=rate), rate)).pitch_hz
    assert found == pytest.approx(hertz, rel=0.01)


@pytest.mark.parametrize("width", [1, 2, 3, 4])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_width_tells_the_same(width: int, channels: int) -> None:
    found = voice.heard(wav(tone(1, 150, 0.5, 8_000), 8_000, width, channels))
    assert found.pitch_hz == pytest.approx(150, rel=0.01)
    assert found.intensity_db == pytest.approx(10 * log10(0.5**2 / 2 * (1 + 1 / 4 + 1 / 9)), abs=0.2)


def test_half_as_loud_is_six_decibels_less() -> None:
    loud, soft = (voice.heard(wav(tone(1, 150, share))).intensity_db for share in (0.4, 0.2))
    assert loud is not None
    assert soft is not None
    assert loud - soft == pytest.approx(20 * log10(2), abs=0.01)


def test_silence_and_noise_have_no_pitch() -> None:
    silence = voice.heard(wav(np.zeros(16_000)))
    assert (silence.pitch_hz, silence.intensity_db) == (None, None)
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, 16_000)
    assert voice.heard(wav(noise)).pitch_hz is None


def test_each_second_tells_its_own() -> None:
    low_then_high = np.concatenate([tone(2, 120), tone(1, 240)])
    told = [moment.pitch_hz for moment in voice.heard(wav(low_then_high)).moments]
    assert told == [pytest.approx(hertz, rel=0.02) for hertz in (120, 120, 240)]


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"x" * 1000, wav(tone(0.1)), wav(tone(1))[:60], wav(tone(1), rate=2_000)]
)
def test_what_is_no_recording_is_refused(content: bytes) -> None:
    with pytest.raises(voice.NotASound):
        voice.heard(content)


FIVE = [Spoken(150 + n, -20, 100) for n in (-2, -1, 0, 1, 2)]


def test_as_usual_is_fifty_and_four_notes_know_no_usual() -> None:
    assert stress.usual(FIVE[:4]) is None
    assert stress.score(Spoken(150, -20, 100), stress.usual(FIVE)) == 50
    assert stress.score(Spoken(150, -20, 100), None) is None
    assert stress.score(Spoken(None, None), stress.usual(FIVE)) is None


def test_a_step_of_each_is_fifteen_points() -> None:
    """Two semitones up is 150 × 2^(2/12); with 6 dB more and a fifth faster, each is one step: 50 + 15."""
    one_step = Spoken(150 * 2 ** (2 / 12), -14, 120)
    assert stress.score(one_step, stress.usual(FIVE)) == pytest.approx(65)
    assert stress.score(Spoken(150, -14, 100), stress.usual(FIVE)) == pytest.approx(55)  # a third of a step
    assert stress.score(Spoken(600, 40, 1000), stress.usual(FIVE)) == 100
