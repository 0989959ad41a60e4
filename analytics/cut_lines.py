"""I lay out the lines of a cut as they are read: each value's trades and results, and the setup that cost most."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from aetheris.charts import words
from aetheris.charts.scale import share
from analytics.cuts import CUTS, HELD, LEAST_TRADES, LONGEST, NOTHING, SESSIONS, WEEKDAYS
from analytics.sample import Sample
from analytics.selectors import lines
from analytics.units import Measure, measured

ORDERED = {
    "weekday": WEEKDAYS, "session": SESSIONS, "holding": (*(name for _most, name in HELD), LONGEST),
    "hour": tuple(f"{hour:02}" for hour in range(24)),
}  # fmt: skip


SESSION_NAMES = {"asia": "Asia", "london": "London", "new_york": "New York", "off_session": "Off session"}


def said(key: str, by: str) -> str:
    """A value of a cut as it is read: our own words in the reader's language, a trader's as they were typed."""
    if key == NOTHING and by in ("setup", "tag", "emotion"):
        return _("None")
    if by == "session":
        return _(SESSION_NAMES[key])
    return _(key.replace("_", " ").capitalize()) if by in ("side", "weekday", "emotion", "holding") else key


def cut(sample: Sample, by: str, told: dict[str, Any], measure: Measure | None = None) -> list[dict[str, Any]]:
    """Lines of a cut with their texts; `bar` is a share of the largest result, from the middle."""
    measure = measure or measured(sample, "money")
    made = lines(sample, by, told)
    sums = _sums(sample, by, told, measure)
    for line in made:
        line |= _weighed(line, sums, measure)
    most = max((abs(line["net"]) for line in made if line["net"] is not None), default=0) or 1
    if by in ORDERED:  # days and spans are looked for in their own order
        made.sort(key=lambda line: ORDERED[by].index(line["key"]))
    elif measure.key != "money":
        made.sort(key=lambda line: (line["net"] is not None, line["net"] or 0), reverse=True)
    written, places = (measure.summed, 2) if measure.key == "money" else (measure.said, 4)
    for line in made:
        half = float(abs(line["net"] or 0) / most) / 2
        line |= {
            "name": said(line["key"], by), "win_label": words.percent(line["win_rate"], 0),
            "expectancy_label": written(line["mean"]), "net_label": measure.summed(line["net"]),
            "factor_label": words.ratio(line["profit_factor"]), "tone": words.tone(line["net"], places),
            "won": (line["net"] or 0) >= 0, "x": share(0.5 if (line["net"] or 0) >= 0 else 0.5 - half),
            "width": share(half),
        }  # fmt: skip
    return made


def _sums(sample: Sample, by: str, told: dict[str, Any], measure: Measure) -> Mapping[str, tuple[float, int]]:
    """Sum and count of the known results of each value of a cut; money is summed exactly elsewhere."""
    if measure.key == "money":
        return {}
    labels = CUTS[by](sample, told)
    known = measure.known[labels.trade]
    codes, values = labels.codes[known], measure.values[labels.trade][known]
    sums = np.bincount(codes, weights=values, minlength=len(labels.names)).tolist()
    counts = np.bincount(codes, minlength=len(labels.names)).tolist()
    return {name: (sums[n], counts[n]) for n, name in enumerate(labels.names)}


def _weighed(line: dict[str, Any], sums: Mapping[str, tuple[float, int]], measure: Measure) -> dict[str, Any]:
    if measure.key == "money":
        return {"net": line["net_pnl"], "mean": line["expectancy"], "known": line["trades"]}
    net, known = sums.get(line["key"], (0.0, 0))
    return {"net": net if known else None, "mean": net / known if known else None, "known": known}


@dataclass(frozen=True, slots=True)
class Costly:
    """The setup that lost most, and what the profit factor was with it and would have been without."""

    name: str
    cost: str
    trades: int
    each: str
    now: str
    without: str


def costliest(sample: Sample, told: dict[str, Any], setups: Iterable[dict[str, Any]]) -> Costly | None:
    """Of these lines by setup; None where no named one of enough trades lost anything."""
    named = [one for one in setups if one["key"] != NOTHING and one["trades"] >= LEAST_TRADES]
    worst = min(named, key=lambda one: one["net_pnl"], default=None)
    if worst is None or worst["net_pnl"] >= 0:
        return None
    others = np.array([setup != worst["key"] for setup in told["setup"]], bool)
    each = _each(sample, ~others) or words.money(worst["expectancy"], sample.currency, signed=True)
    now, without = (_factor(sample, mask) for mask in (np.ones(sample.n, bool), others))
    return Costly(worst["key"], words.money(-worst["net_pnl"], sample.currency), worst["trades"], each, now, without)


def _each(sample: Sample, mask: np.ndarray) -> str:
    """Its mean in R where every risk is known and R agrees that it lost; large risks lose money on small R."""
    if not sample.risked[mask].all():
        return ""
    mean = float((sample.pnl[mask] / sample.risk[mask]).mean())
    return words.r(mean) if mean < 0 else ""


def _factor(sample: Sample, mask: np.ndarray) -> str:
    lost = -sample.total(sample.lost & mask)
    return words.ratio(sample.total(sample.won & mask) / lost) if lost else ""
