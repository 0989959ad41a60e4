"""I answer every KPI of a sample at once: value or reason, never NaN or infinity."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from aetheris.errors import AetherisError
from analytics.kpis import Kpi, Number, Undefined, kpis
from analytics.sample import Sample

ENGINE_VERSION = "1.0.2"


class KpiUnknown(AetherisError):
    """There is no KPI named {key}; the catalogue lists all of them."""

    code = "kpi_unknown"
    status = 404


class Value(NamedTuple):
    """One answer; `reason` says why `value` is None, `note` how far to trust one that is not."""

    value: Number | None
    unit: str
    reason: str | None = None
    note: str | None = None

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"value": self.value, "unit": self.unit}
        return shown if self.reason is None else shown | {"reason": self.reason}


@dataclass(frozen=True, slots=True)
class Report:
    values: dict[str, Value]
    trades: int
    currency: str
    calendar: str
    timezone: str
    starting_balance: str
    risk_free: float
    engine_version: str = ENGINE_VERSION

    def as_json(self) -> dict[str, Any]:
        return {
            "engine_version": self.engine_version,
            "trades": self.trades,
            "currency": self.currency,
            "calendar": self.calendar,
            "timezone": self.timezone,
            "starting_balance": self.starting_balance,
            "risk_free": self.risk_free,
            "kpis": {key: value.as_json() for key, value in self.values.items()},
        }


def scalar_keys() -> list[str]:
    """Every KPI but the resampled ones, which cost a thousand times as much."""
    return [kpi.key for kpi in kpis.values() if not kpi.resampled]


def report(sample: Sample, keys: Iterable[str] | None = None) -> Report:
    """Answer the named KPIs (all of them by default); what they share is computed once per sample."""
    with np.errstate(all="ignore"):
        values = {kpi.key: _valued(kpi, sample) for kpi in _named(keys)}
    return Report(
        values,
        sample.n,
        sample.currency,
        sample.calendar,
        sample.timezone,
        str(sample.starting_balance),
        sample.risk_free,
    )


def _named(keys: Iterable[str] | None) -> list[Kpi]:
    known = dict(kpis.items())
    try:
        return list(known.values()) if keys is None else [known[key] for key in keys]
    except KeyError as unknown:
        raise KpiUnknown(key=unknown.args[0]) from None


def _valued(kpi: Kpi, sample: Sample) -> Value:
    answer = kpi.answer(sample)
    if isinstance(answer, Undefined):
        return Value(None, kpi.unit, answer.reason)
    return Value(answer, kpi.unit, None, kpi.caution(sample) if kpi.caution else None)
