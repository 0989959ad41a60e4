"""I measure two ways of doing a thing side by side, in turn, and tell the ratio of their medians."""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pkgutil import iter_modules
from statistics import median
from time import perf_counter
from typing import Any

from django.apps import apps

from aetheris.registry import Registry

RUNS = 5


@dataclass(frozen=True, slots=True)
class Result:
    """One figure. `ratio` is ours ÷ reference; `goal` says what it should be, `met` whether it is; a figure
    without a goal is told for its own sake, and met is None.

    `ours` and `reference` are medians in seconds unless `unit` says otherwise; without a reference the ratio is None.
    """

    name: str
    ours: float
    reference: float | None
    ratio: float | None
    goal: str
    met: bool | None
    runs: int
    load: float
    unit: str = "s"
    note: str = ""

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


Bench = Callable[[], Iterator[Result]]


class Benches(Registry[Bench]):
    """Every app may keep a package `bench`, one file for each benchmark; they register themselves."""

    def load(self) -> None:
        if self._loaded:
            return
        self._loaded = True
        for config in apps.get_app_configs():
            name = f"{config.name}.bench"
            try:
                package = import_module(name)
            except ModuleNotFoundError as missing:
                if missing.name != name:
                    raise
                continue
            for module in iter_modules(package.__path__):
                import_module(f"{name}.{module.name}")


benches: Benches = Benches("benchmark", "")


def timed(work: Callable[[], object]) -> float:
    began = perf_counter()
    work()
    return perf_counter() - began


def side_by_side(
    name: str,
    ours: Callable[[], object],
    reference: Callable[[], object],
    *,
    most: float | None = None,
    least: float | None = None,
    runs: int = RUNS,
    note: str = "",
) -> Result:
    """Run both in turn, after one turn that does not count. `most`: ours may take so many times the reference's time.
    `least`: ours must be so many times as fast; the ratio is then reference ÷ ours.
    """
    ours(), reference()
    pairs = [(timed(ours), timed(reference)) for _ in range(runs)]
    our, their = (median(one) for one in zip(*pairs, strict=True))
    return judged(name, our, their, most=most, least=least, runs=runs, note=note)


def judged(
    name: str,
    ours: float,
    reference: float | None,
    *,
    most: float | None = None,
    least: float | None = None,
    runs: int = RUNS,
    unit: str = "s",
    note: str = "",
) -> Result:
    """A result from figures measured elsewhere. Without a reference the limits hold for `ours` itself."""
    if reference is None:
        ratio, figure = None, ours
    else:
        ratio = figure = reference / ours if least is not None else ours / reference
    sign = "" if reference is None else " ×"
    goal, met = _against(figure, most, least, sign)
    return Result(name, ours, reference, ratio, goal, met, runs, round(os.getloadavg()[0], 2), unit, note)


def _against(figure: float, most: float | None, least: float | None, sign: str) -> tuple[str, bool | None]:
    if most is not None:
        return f"≤ {most:g}{sign}", figure <= most
    if least is not None:
        return f"≥ {least:g}{sign}", figure >= least
    return "none", None
