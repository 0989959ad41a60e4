"""I make sounds whose pitch and loudness are known, as WAV files."""

import io
import wave

import numpy as np


def tone(seconds: float, hertz: float = 150.0, share: float = 0.1, rate: int = 16_000) -> np.ndarray:
    """A voice-like tone, three overtones above it; its loudest sine reaches `share` of full scale."""
    at = np.arange(int(seconds * rate)) / rate
    return share * sum(np.sin(2 * np.pi * hertz * times * at) / times for times in (1, 2, 3))


def wav(samples: np.ndarray, rate: int = 16_000, width: int = 2, channels: int = 1) -> bytes:
    whole = (np.clip(samples, -1, 1) * (2 ** (8 * width - 1) - 1)).astype(np.int64)
    if width == 1:
        body = (whole + 128).astype(np.uint8).repeat(channels).tobytes()
    else:
        body = b"".join(int(one).to_bytes(width, "little", signed=True) * channels for one in whole)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(width)
        out.setframerate(rate)
        out.writeframes(body)
    return file.getvalue()
