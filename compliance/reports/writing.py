"""I write a report as CSV or as XLSX; no cell is taken for a formula."""

import csv
import io
from typing import Any

from compliance.reports.figures import Report


def as_csv(report: Report, rows: list[tuple[Any, ...]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(report.columns)
    writer.writerows([[_safe(value) for value in row] for row in rows])
    return out.getvalue().encode()


def as_xlsx(report: Report, rows: list[tuple[Any, ...]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = report.name
    sheet.append(list(report.columns))
    for row in rows:
        sheet.append([_safe(value) for value in row])
    sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _safe(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value
