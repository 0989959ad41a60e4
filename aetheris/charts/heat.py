"""I colour the cells of a table by quintile: p1 to p5 for gains, n1 to n5 for losses, z for nothing."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from aetheris.charts import words

LEAST = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """`step` is its class, empty without enough to go by; `text` stands in it, `spoken` says all of it."""

    step: str = ""
    text: str = ""
    spoken: str = ""


SPOKEN = {
    "en": ("no trades", "{} trade, too few", "{} trades, too few", "{}, {} trades"),
    "fr": ("aucun trade", "{} trade, trop peu", "{} trades, trop peu", "{}, {} trades"),
}


def draw_heat(
    values: Sequence[Sequence[float | None]], counts: Sequence[Sequence[int]] | None, said: Callable[[float], str]
) -> tuple[tuple[Cell, ...], ...]:
    """Rows of means beside how many trades each holds; fewer than three show a dot.

    Without counts every value stands, and nothing is said of trades.
    """
    if counts is None:
        return _whole(values, said)
    known = [
        abs(value) for row, many in zip(values, counts, strict=True)
        for value, count in zip(row, many, strict=True) if value and count >= LEAST
    ]  # fmt: skip
    edges = _quintiles(sorted(known))
    return tuple(
        tuple(_cell(value, count, edges, said) for value, count in zip(row, many, strict=True))
        for row, many in zip(values, counts, strict=True)
    )


def _whole(values: Sequence[Sequence[float | None]], said: Callable[[float], str]) -> tuple[tuple[Cell, ...], ...]:
    edges = _quintiles(sorted(abs(value) for row in values for value in row if value))
    return tuple(tuple(_shaded(value, edges, said) for value in row) for row in values)


def _shaded(value: float | None, edges: Sequence[float], said: Callable[[float], str]) -> Cell:
    if value is None:
        return Cell(spoken=SPOKEN[words.tongue.get()][0])
    text = said(value)
    return Cell(_step(value, edges, text), text, text)


def _step(value: float, edges: Sequence[float], text: str) -> str:
    """What reads as zero is coloured as zero."""
    if not set(text) & set("123456789"):
        return "z"
    return f"{'p' if value > 0 else 'n'}{1 + bisect_right(edges, abs(value))}"


def _cell(value: float | None, count: int, edges: Sequence[float], said: Callable[[float], str]) -> Cell:
    if value is None or not count:
        return Cell(spoken=SPOKEN[words.tongue.get()][0])
    if count < LEAST:
        return Cell(text="·", spoken=SPOKEN[words.tongue.get()][1 if count == 1 else 2].format(count))
    text = said(value)
    return Cell(_step(value, edges, text), text, SPOKEN[words.tongue.get()][3].format(text, count))


def _quintiles(ordered: Sequence[float]) -> list[float]:
    return [ordered[min(len(ordered) * n // 5, len(ordered) - 1)] for n in range(1, 5)] if ordered else []
