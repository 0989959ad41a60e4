"""I draw cost against size, both on logarithmic scales, as an SVG."""

from collections.abc import Sequence
from math import ceil, floor, log10

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 640, 360, 64, 44, 44, 20


def plot(points: Sequence[tuple[int, float]]) -> str:
    """Points are (trades, milliseconds); the dashed line is n log n through the last one."""
    costs = [log10(ms) for _, ms in points]
    lowest, highest = floor(min(costs)), ceil(max(costs))
    first, last = log10(points[0][0]), log10(points[-1][0])

    def place(n: float, ms: float) -> str:
        x = LEFT + (log10(n) - first) / (last - first) * (WIDTH - LEFT - RIGHT)
        y = HEIGHT - BOTTOM - (log10(ms) - lowest) / (highest - lowest) * (HEIGHT - BOTTOM - TOP)
        return f"{x:.1f},{y:.1f}"

    most, cost = points[-1]
    ideal = [(n, max(10.0**lowest, cost * n * log10(n) / (most * log10(most)))) for n, _ in points if n > 1]
    ticks = [_label(place(n, 10.0**lowest), f"{n:,}", 18) for n, _ in points]
    ticks += [_label(place(points[0][0], 10.0**e), f"{10**e:g} ms", 4, -30) for e in range(lowest, highest + 1)]
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif"',
        ' font-size="11">',
        "<title>Milliseconds for all scalar KPIs against the number of trades</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        _line([place(*p) for p in ideal], "#8899aa", 'stroke-dasharray="4 4"'),
        _line([place(*p) for p in points], "#b8862b", 'stroke-width="2"'),
        *ticks, "</svg>", "",
    ])  # fmt: skip


def _line(places: Sequence[str], colour: str, how: str) -> str:
    return f'<polyline fill="none" stroke="{colour}" {how} points="{" ".join(places)}"/>'


def _label(place: str, words: str, down: int, along: int = 0) -> str:
    x, y = (float(number) for number in place.split(","))
    return f'<text x="{x + along:.1f}" y="{y + down:.1f}" text-anchor="middle" fill="#334455">{words}</text>'
