"""I give a whole list at once, as CSV or JSON, instead of page by page."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request

MOST_ROWS = 20_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class CsvRenderer(BaseRenderer):
    """One line for each row; what holds more than one value is written as JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, media_type: str | None = None, told: Any = None) -> bytes:
        answer = (told or {}).get("response")
        if answer is not None and answer.status_code >= 400:
            answer["Content-Type"] = "application/problem+json"
            return bytes(JSONRenderer().render(data))
        if data is None:  # a 204 tells nothing, whatever kind was asked for
            return b""
        return table(data if isinstance(data, list) else [data]).encode()


def wanted(request: Request) -> bool:
    """The whole list: `?format=csv`, `?format=json` or `Accept: text/csv`."""
    return "format" in request.query_params or getattr(request.accepted_renderer, "format", "") == "csv"


def table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Columns in the order the first row tells them."""
    text = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = csv.writer(text, lineterminator="\r\n")
    lines.writerow(names)
    lines.writerows([[_cell(row.get(name)) for name in names] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> str:
    """A spreadsheet takes text that begins like a formula for one: such text gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value, default=str)
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
