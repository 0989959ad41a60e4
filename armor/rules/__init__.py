"""The dangers that are measured: one file each, found by its name."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from aetheris.registry import Registry
from armor.ask import Ask
from armor.limit import Limit
from armor.measure import Measure
from armor.state import State

Measuring = Callable[[State, Limit], Measure]
Kind = Literal["floor", "conduct", "objective"]

MONEY_MOMENTS = frozenset({"reset", "close", "reading"})
ENTRIES = frozenset({"open"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`measure` is pure. `title` names the danger, `headline` is said when its limit is reached.

    kind: a "floor" of money, of which the highest is blamed when several break at one moment; "conduct", what a trader
    does; an "objective" is progress towards a goal and never a breach. moments: the events after which it is measured.
    levels: those it can reach. asks: what a limit of this rule must or may say. timers: moments at which it wants to be
    measured although nothing happens. version: rises when the same numbers would be judged otherwise.
    """

    key: str
    title: str
    headline: str
    measure: Measuring
    kind: Kind = "conduct"
    unit: str = "money"
    moments: frozenset[str] = MONEY_MOMENTS
    levels: tuple[int, ...] = (1, 2, 3)
    asks: Mapping[str, Ask] = field(default_factory=dict)
    timers: Callable[[Limit, State], Iterable[datetime]] | None = None
    version: int = 2


rules: Registry[Rule] = Registry("armor rule", "armor.rules")


def rule(key: str, *, title: str, headline: str, own: str = "", **told: object) -> Callable[[Measuring], Measuring]:
    """`own` names the same danger once more, for a trader's own limit beside a firm's."""

    def take(measure: Measuring) -> Measuring:
        rules.register(key, Rule(key=key, title=title, headline=headline, measure=measure, **told))  # type: ignore[arg-type]
        if own:
            mine = {"title": f"Own {title.lower()}", "headline": f"Own limit: {headline[0].lower()}{headline[1:]}"}
            rules.register(own, Rule(key=own, measure=measure, **mine, **told))  # type: ignore[arg-type]
        return measure

    return take
