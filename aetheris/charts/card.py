"""I am one key figure as the dashboard shows it."""

from dataclasses import dataclass

from aetheris.charts.scale import share
from aetheris.charts.spark import Spark, draw_spark


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Texts come finished; `value_label` is None when the figure has no value, and `reason` then says why.

    `icon` is a symbol of the sprite without its “kpi-”. `trend_label` compares with the previous equal period
    (“0.6 pts”); colour follows `trend_good`, the arrow follows `trend_up`. `fill` and `tick` are shares 0..1 of the
    bar; `met` is None without a benchmark.
    """

    key: str
    name: str
    icon: str
    value_label: str | None = None
    unit: str = ""
    reason: str = ""
    trend_label: str = ""
    trend_good: bool | None = None
    trend_up: bool = True
    spark: tuple[float | None, ...] = ()
    fill: float | None = None
    tick: float | None = None
    target_label: str = ""
    met: bool | None = None
    url: str = ""

    @property
    def line(self) -> Spark | None:
        return draw_spark(self.spark)

    @property
    def fill_x(self) -> str:
        return share(self.fill or 0.0)

    @property
    def tick_x(self) -> str | None:
        return None if self.tick is None else share(min(self.tick, 0.99))

    @property
    def tone(self) -> str:
        """Good and bad as the benchmark sees it; without one the bar stays neutral."""
        return {True: "good", False: "bad", None: "even"}[self.met]

    @property
    def trend_tone(self) -> str:
        return {True: "pos", False: "neg", None: "flat"}[self.trend_good]

    @property
    def line_tone(self) -> str:
        return {True: "good", False: "bad", None: "even"}[self.trend_good]
