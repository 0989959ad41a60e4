"""I write an account's KPIs as a file: CSV with one line for each, or JSON."""

import csv
import json
from io import StringIO

from analytics.kpis import kpis
from analytics.report import Report

HEAD = ("key", "name", "category", "family", "unit", "value", "reason")


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
