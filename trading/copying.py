"""I write rows as the text COPY reads; four times as fast as having each value adapted for itself."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import uuid_utils

from aetheris.money import to_stored
from trading.rows import TradeRow

MONEY = (
    "gross_pnl", "pnl", "pnl_percent", "commissions", "swap", "slippage", "mfe", "mae", "initial_risk",
)  # fmt: skip
EXACT = (
    "symbol", "asset_class", "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "stop_loss",
    "take_profit",
)  # fmt: skip
TOLD = (*EXACT, *MONEY, "raw")  # what the broker says of a trade
NOTED = {"stop_loss", "take_profit", "initial_risk"}  # a trader may note these; a broker's silence takes none away
COLUMNS = ("id", "broker", "broker_trade_id", "import_row", *TOLD, "setup", "tags", "trade_notes")

SPECIAL = re.compile(r"[\\\t\n\r\x00]")
ESCAPES = {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\x00": ""}
NULL = r"\N"


def copied(rows: Iterable[TradeRow]) -> str:
    return "".join([_line(row) for row in rows])


def _line(row: TradeRow) -> str:
    cells = [
        str(uuid_utils.uuid7()), _text(row.broker), _text(row.broker_trade_id), str(row.row) if row.row else NULL,
        *[_told(getattr(row, name)) for name in EXACT],
        *[_money(getattr(row, name)) for name in MONEY],
        _text(json.dumps(dict(row.raw))) if row.raw else "{}",
        _told(row.setup), _tags(row), _text(row.trade_notes),
    ]  # fmt: skip
    return "\t".join(cells) + "\n"


def _told(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, datetime) else _text(value)


def _money(value: Decimal | None) -> str:
    return NULL if value is None else str(to_stored(value))


def _text(value: str) -> str:
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], value) if SPECIAL.search(value) else value


def _tags(row: TradeRow) -> str:
    if not row.tags and not row.emotions:
        return "{}"
    quoted = (tag.replace("\\", "\\\\").replace('"', '\\"')
              for tag in [*row.tags, *(f"emotion:{emotion}" for emotion in row.emotions)])  # fmt: skip
    return _text("{" + ",".join(f'"{tag}"' for tag in quoted) + "}")
