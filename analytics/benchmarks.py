"""I hold a trader's benchmarks: the house's defaults, each replaced by their own where they set one."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from aetheris.errors import AetherisError
from analytics.kpis import kpis
from analytics.models import KpiTarget
from analytics.report import KpiUnknown
from analytics.targets import TARGETS

HOUSE = "House default for an active day trader; no outside source."


class TargetNotANumber(AetherisError):
    """A benchmark for {key} is a number in its own unit ({unit}), not {shown}. Leave it empty for the default."""

    code = "target_not_a_number"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """`value` in the KPI's own unit; "least" is met at or above it, "most" at or below."""

    key: str
    value: float
    kind: Literal["least", "most"]
    source: str
    own: bool = False

    def met(self, figure: float | None) -> bool | None:
        if figure is None:
            return None
        return figure >= self.value if self.kind == "least" else figure <= self.value


# Beside the dashboard's ten. Sources are named where there is one.
MORE = (
    Benchmark("payoff_ratio", 1.5, "least", HOUSE),
    Benchmark("recovery_factor", 2.0, "least", HOUSE),
    Benchmark("sortino_ratio", 2.0, "least", HOUSE),
    Benchmark("calmar_ratio", 1.0, "least", HOUSE),
    Benchmark("sqn", 2.0, "least", "Van Tharp's scale: 1.6 to 1.9 below average, 2.0 to 2.4 average"),
    Benchmark("gain_to_pain_ratio", 1.0, "least", "Schwager, Market Wizards: above 1.0 is very good"),
    Benchmark("avg_risk_per_trade", 0.01, "most", "The one-per-cent rule of thumb"),
    Benchmark("stop_usage_rate", 0.95, "least", HOUSE),
    Benchmark("revenge_trade_rate", 0.02, "most", HOUSE),
    Benchmark("heavy_day_rate", 0.10, "most", HOUSE),
    Benchmark("tilt_score", 10.0, "most", HOUSE),
    Benchmark(
        "best_day_share", 0.5, "most", "The consistency rule of several prop firms: no day above half the profit"
    ),
    Benchmark("p_value_mean_pnl", 0.05, "most", "The usual level of significance"),
)
DEFAULTS = {one.key: one for one in (*(Benchmark(t.key, t.at, t.kind, HOUSE) for t in TARGETS), *MORE)}


def benchmarks() -> dict[str, Benchmark]:
    """Every KPI with a benchmark, for whoever the database is asked as."""
    known = dict(DEFAULTS)
    for target in KpiTarget.objects.order_by("kpi"):
        kind: Literal["least", "most"] = "most" if target.kind == "most" else "least"
        known[target.kpi] = Benchmark(target.kpi, target.value, kind, "Your own", own=True)
    return known


def set_benchmark(*, user_id: UUID, key: str, shown: str) -> None:
    """Keep a trader's own benchmark; nothing to show means the default again, or none."""
    if key not in kpis:
        raise KpiUnknown(key=key)
    if not shown.strip():
        KpiTarget.objects.filter(user_id=user_id, kpi=key).delete()
        return
    value = _number(key, shown)
    KpiTarget.objects.update_or_create(user_id=user_id, kpi=key, defaults={"value": value, "kind": _kind(key)})


def _number(key: str, shown: str) -> float:
    try:
        value = float(shown.strip().replace("\u2212", "-"))
    except ValueError:
        value = float("nan")
    if not -1e300 < value < 1e300:
        raise TargetNotANumber(key=key, unit=kpis[key].unit, shown=repr(shown[:40]))
    return value


def _kind(key: str) -> str:
    if key in DEFAULTS:
        return DEFAULTS[key].kind
    return "most" if kpis[key].better == "lower" else "least"
