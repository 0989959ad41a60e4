"""I draw how much of a limit is used, with ticks where its rule raises its voice."""

from collections.abc import Sequence
from dataclasses import dataclass

from aetheris.charts import words
from aetheris.charts.scale import share

_ROOM = 1.1  # the bar runs a tenth past the last level, so that an overrun can be seen


@dataclass(frozen=True, slots=True)
class UseBar:
    """`fill` and `ticks` are SVG percentages; `level` is the highest level reached, 0 when all is well."""

    fill: str
    ticks: tuple[str, ...]
    level: int
    label: str

    @property
    def tone(self) -> str:
        return f"l{self.level}" if self.level else "ok"


def draw_use(used: float | None, levels: Sequence[float]) -> UseBar | None:
    """`used` is a share of the limit (1.0 = reached); `levels` the rule's own, rising, as (0.75, 0.9, 1.0).

    None when the rule has no value.
    """
    if used is None:
        return None
    full = (levels[-1] if levels else 1.0) * _ROOM
    return UseBar(
        fill=share(used / full),
        ticks=tuple(share(level / full) for level in levels),
        level=sum(used >= level for level in levels),
        label=words.percent(max(used, 0.0), 0),
    )
