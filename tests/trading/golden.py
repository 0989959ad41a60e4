"""I write a Statement down as plain JSON, the form in which expected results lie beside the samples."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from trading.rows import Statement, TradeRow

SAMPLES = Path(__file__).parent.parent / "samples"
SHARED = Path(__file__).parent.parent.parent.parent / "shared" / "samples"


def samples() -> list[Path]:
    return sorted(path for path in SAMPLES.glob("*/*.*") if path.suffix != ".json" and expected_path(path).exists())


def expected_path(sample: Path) -> Path:
    return sample.with_name(f"{sample.name}.json")


def as_plain(statement: Statement) -> dict[str, Any]:
    return {
        "format": statement.format,
        "broker": statement.broker,
        "account": statement.account,
        "currency": statement.currency,
        "rows_read": statement.rows_read,
        "trades": [_trade(trade) for trade in statement.trades],
        "errors": [[error.row, error.field, error.reason] for error in statement.errors],
        "reconciliation": [[r.name, str(r.statement), str(r.ours), r.equal] for r in statement.reconciliation],
        "notes": list(statement.notes),
    }


def _trade(trade: TradeRow) -> dict[str, Any]:
    """Only what differs from a field's default, so that a golden file stays readable."""
    written = {}
    for field in fields(trade):
        value = getattr(trade, field.name)
        if value not in (None, "", (), field.default) and not (isinstance(value, Decimal) and value == 0):
            written[field.name] = _value(value)
    return written


def _value(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value
