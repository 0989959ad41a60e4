"""I write an account's KPIs as a file: CSV with one line for each, JSON, or Parquet."""

import csv
import json
from collections.abc import Sequence
from io import BytesIO, StringIO

from analytics.kpis import kpis
from analytics.report import Report

type Cells = Sequence[str | None] | Sequence[float | None]

HEAD = ("key", "name", "category", "family", "unit", "value", "reason")
TOLD = ("engine_version", "currency", "calendar", "timezone", "trades")


def as_csv(report: Report) -> str:
    """UTF-8 with a header row; a KPI without a value has an empty cell and its reason."""
    written = StringIO()
    writer = csv.writer(written)
    writer.writerow(HEAD)
    for key, value in report.values.items():
        kpi = kpis[key]
        figure = "" if value.value is None else value.value
        writer.writerow([key, kpi.name, kpi.category, kpi.family, value.unit, figure, value.reason or ""])
    return written.getvalue()


def as_json(report: Report) -> str:
    return json.dumps(report.as_json(), allow_nan=False, indent=1)


def as_parquet(report: Report) -> bytes:
    """The columns of the CSV; a number stands in `value`, a word (a session, an emotion) in `label`."""
    import pyarrow  # heavy, and wanted by few: loaded when a file is asked for
    import pyarrow.parquet

    found = report.values.items()
    texts = {name: [getattr(kpis[key], name) for key, _ in found] for name in ("key", "name", "category", "family")}
    columns: dict[str, Cells] = {
        **texts,
        "unit": [one.unit for _, one in found],
        "value": [None if isinstance(one.value, str | None) else float(one.value) for _, one in found],
        "label": [one.value if isinstance(one.value, str) else None for _, one in found],
        "reason": [one.reason for _, one in found],
    }
    kinds = [(name, pyarrow.float64() if name == "value" else pyarrow.string()) for name in columns]
    told = {name: str(getattr(report, name)) for name in TOLD}
    written = BytesIO()
    pyarrow.parquet.write_table(pyarrow.table(columns, schema=pyarrow.schema(kinds, metadata=told)), written)
    return written.getvalue()
