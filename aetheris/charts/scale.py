"""I choose round axis values, then place figures between them."""

import math
from dataclasses import dataclass

from aetheris.charts import words

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


def px(value: float) -> str:
    """A coordinate as text, so that no locale can print its point as a comma."""
    return f"{value:.1f}"


def share(rate: float) -> str:
    """A rate 0..1 as an SVG percentage, held inside the picture."""
    return f"{100 * min(max(rate, 0.0), 1.0):.2f}%"


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures from `low` to `high` laid on pixels from `bottom` up to `top`; `ticks` are round, rising."""

    low: float
    high: float
    step: float
    top: float
    bottom: float

    @property
    def ticks(self) -> tuple[float, ...]:
        return tuple(self.low + n * self.step for n in range(round((self.high - self.low) / self.step) + 1))

    @property
    def inner_ticks(self) -> tuple[float, ...]:
        """Round values inside low..high, for a scale whose ends are not round."""
        first, last = math.ceil(self.low / self.step), math.floor(self.high / self.step)
        return tuple(n * self.step for n in range(first, last + 1))

    def y(self, value: float) -> float:
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)


def nice_scale(low: float, high: float, *, top: float, bottom: float, steps: int = 4) -> Scale:
    """The smallest round scale that holds low..high in about `steps` steps; a flat line gets room on both sides."""
    if high - low <= 1e-9 * max(abs(low), abs(high), 1e-9):  # closer than a figure can tell apart
        margin = abs(low) * 0.05 or 1.0
        low, high = low - margin, high + margin
    step = nice_step((high - low) / steps)
    return Scale(math.floor(low / step) * step, math.ceil(high / step) * step, step, top, bottom)


def nice_step(rough: float) -> float:
    """The round number (1, 2, 2.5, 5 times a power of ten) at or just above `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(nice * power for nice in _NICE if nice * power >= rough * 0.999)


def axis_money(value: float, step: float, currency: str = "USD") -> str:
    """An axis value with just the decimals its step needs: “$280k”, “$1.5k”, “$200”."""
    for size, unit in ((1_000_000, "M"), (1_000, "k")):
        if abs(value) >= size and step * 10 >= size:
            places = 0 if step % size == 0 else 1
            return _priced(words.number(value / size, places) + unit, currency)
    return _priced(words.number(value, 0 if step >= 1 else 2), currency)


def _priced(text: str, currency: str) -> str:
    if currency != "USD":
        return text
    if words.tongue.get() == "fr":
        return f"{text}{words.NARROW}$"
    return f"{words.MINUS}${text[1:]}" if text.startswith(words.MINUS) else f"${text}"
