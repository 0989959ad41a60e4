"""The dangers that are measured: one file each, found by its name."""

from collections.abc import Callable
from dataclasses import dataclass

from aetheris.registry import Registry
from armor.state import Limit, Measure, State


@dataclass(frozen=True, slots=True)
class Rule:
    """`measure` is pure. `title` names the danger, `headline` is said when its limit is reached."""

    key: str
    title: str
    headline: str
    measure: Callable[[State, Limit], Measure]


rules: Registry[Rule] = Registry("armor rule", "armor.rules")


def rule(
    key: str, *, title: str, headline: str
) -> Callable[[Callable[[State, Limit], Measure]], Callable[[State, Limit], Measure]]:
    def take(measure: Callable[[State, Limit], Measure]) -> Callable[[State, Limit], Measure]:
        rules.register(key, Rule(key, title, headline, measure))
        return measure

    return take
