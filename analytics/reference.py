"""I write the reference of all KPIs from their own definitions, as Markdown."""

from itertools import groupby

from analytics.kpis import CATEGORIES, Kpi, kpis

HEAD = """# All KPIs

Written by `manage.py kpi_reference --write`; do not edit by hand. {count} figures in {categories} categories. Each is a
number or no value with its reason, never NaN or infinity. Better: ↑ higher, ↓ lower, – neither.
"""
ARROWS = {"higher": "↑", "lower": "↓", "neutral": "–"}
COLUMNS = ("key", "meaning", "unit", "better", "formula", "no value when", "source")


def families(category: str) -> list[tuple[str, list[Kpi]]]:
    """The families of a category with their KPIs, as the catalogue orders them."""
    chosen = sorted((kpi for kpi in kpis.values() if kpi.category == category), key=lambda kpi: kpi.family)
    return [(name, list(group)) for name, group in groupby(chosen, key=lambda kpi: kpi.family)]


def markdown() -> str:
    lines = [HEAD.format(count=len(list(kpis.values())), categories=len(CATEGORIES))]
    for category in CATEGORIES:
        lines.append(f"## {category}\n")
        for name, group in families(category):
            lines += [f"### {name}\n", _row(COLUMNS), _row(["---"] * len(COLUMNS)), *map(_line, group), ""]
    return "\n".join(lines)


def _line(kpi: Kpi) -> str:
    named = f"`{kpi.key}`<br>{kpi.name}"
    told = (kpi.meaning, kpi.unit, ARROWS[kpi.better], kpi.formula, kpi.rule, kpi.source)
    return _row([named, *(cell.replace("|", "\\|") for cell in told)])


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"
