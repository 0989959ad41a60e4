"""I hand out what a chart was drawn from, as CSV: days, trades or cells, with bare figures and moments in UTC."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from accounts.models import TradingAccount
from accounts.selectors import reader
from aetheris.api.export import table
from analytics.aggregate import Joined
from analytics.cuts import WEEKDAYS
from analytics.insight import by_hour, excursions
from analytics.pages import Asked, asked_for
from analytics.sample import Sample
from analytics.selectors import lines
from analytics.together import together
from analytics.units import Measure, measured

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

type Rows = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page's address asked for, and the trades found for it."""

    asked: Asked
    found: Joined
    accounts: list[TradingAccount]

    @property
    def sample(self) -> Sample:
        return self.found.sample

    @property
    def measure(self) -> Measure:
        return measured(self.sample, self.asked.unit)


def _equity(drawn: Drawn) -> Rows:
    days = together(drawn.accounts, drawn.found.base).days
    return [
        {"day": day.date, "equity": day.equity, "drawdown": day.drawdown, "net_pnl": day.net_pnl, "trades": day.trades,
         "currency": drawn.found.base}
        for day in days
    ]  # fmt: skip


def _results(drawn: Drawn) -> Rows:
    return _by_trade(drawn.sample, drawn.measure)


def _multiples(drawn: Drawn) -> Rows:
    return _by_trade(drawn.sample, measured(drawn.sample, "r"))


def _by_trade(sample: Sample, measure: Measure) -> Rows:
    """A percentage is written as a rate: 0.01 is one percent."""
    unit = "rate" if measure.key == "percent" else measure.name
    return [
        _named(sample, place) | {"result": measure.values[place].item(), "unit": unit}
        for place in np.flatnonzero(measure.known).tolist()
    ]


def _named(sample: Sample, place: int) -> dict[str, Any]:
    closed = EPOCH + timedelta(microseconds=int(sample.columns.exited[place]))
    return {"closed_at": f"{closed:%Y-%m-%dT%H:%M:%SZ}", "symbol": sample.columns.symbols[sample.columns.symbol[place]]}


def _excursion(drawn: Drawn) -> Rows:
    known, in_r = excursions(drawn.sample)
    return [
        _named(drawn.sample, place) | {"mae_r": mae, "mfe_r": mfe, "result_r": result}
        for place, (mae, mfe, result) in zip(known.tolist(), in_r.tolist(), strict=True)
    ]


def _hours(drawn: Drawn) -> Rows:
    if not drawn.measure.known.any():
        return []
    return list(_cells(drawn.sample, drawn.measure))


def _cells(sample: Sample, measure: Measure) -> Iterator[dict[str, Any]]:
    days, traded, counts, sums = by_hour(sample, measure)
    unit = "rate" if measure.key == "percent" else measure.name
    for day in range(days):
        for hour in traded:
            many = int(counts[day, hour])
            mean = float(sums[day, hour]) / many if many else None
            yield {"weekday": WEEKDAYS[day], "hour": hour, "trades": many, "mean": mean, "unit": unit}


def _months(drawn: Drawn) -> Rows:
    sample = drawn.sample
    if not sample.n or sample.ruined:
        return []
    months = np.unique(sample.daily.days.astype("datetime64[D]").astype("datetime64[M]")).astype(str).tolist()
    return [{"month": month, "return_rate": grown}
            for month, grown in zip(months, sample.daily.months.returns.tolist(), strict=True)]  # fmt: skip


def _cut(drawn: Drawn) -> Rows:
    by = drawn.asked.by or "setup"
    return [
        {by: line["key"], "trades": line["trades"], "wins": line["wins"], "net_pnl": line["net_pnl"],
         "expectancy": line["expectancy"], "profit_factor": line["profit_factor"], "currency": drawn.found.base}
        for line in lines(drawn.sample, by, drawn.found.told)
    ]  # fmt: skip


FILES: dict[str, Callable[[Drawn], Rows]] = {
    "equity": _equity, "results": _results, "multiples": _multiples, "excursion": _excursion, "hours": _hours,
    "months": _months, "cut": _cut,
}  # fmt: skip


@login_required
def chart_file(request: HttpRequest, name: str) -> HttpResponse:
    if name not in FILES:
        raise Http404
    asked = asked_for(request)
    accounts = asked.accounts()
    drawn = Drawn(asked, asked.joined(reader(request), accounts), accounts)
    reply = HttpResponse(table(FILES[name](drawn)), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return reply
