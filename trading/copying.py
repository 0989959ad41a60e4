"""I write rows as the text COPY reads; four times as fast as having each value adapted for itself."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from operator import attrgetter
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
MONEY_TAIL = len(".00000000")


_plain, _exact, _money_of = attrgetter("broker", "broker_trade_id"), attrgetter(*EXACT), attrgetter(*MONEY)


def copied(rows: Iterable[TradeRow]) -> str:
    return "".join([_line(row) for row in rows])


def _line(row: TradeRow) -> str:
    broker, id = _plain(row)
    cells = [
        str(uuid_utils.uuid7()), _text(broker), _text(id), str(row.row) if row.row else NULL,
        *[NULL if value is None else WRITERS.get(type(value), _told)(value) for value in _exact(row)],
        *[NULL if value is None else _money(value) for value in _money_of(row)],
        _text(json.dumps(dict(row.raw))) if row.raw else "{}",
        NULL if row.setup is None else _text(row.setup), _tags(row), _text(row.trade_notes),
    ]  # fmt: skip
    return "\t".join(cells) + "\n"


def _money(value: Decimal) -> str:
    """What has eight decimals or fewer needs no rounding, which costs more than writing it down."""
    text = str(value)
    if len(text) - text.rfind(".") <= MONEY_TAIL and "E" not in text:
        return text
    return str(to_stored(value))


def _text(value: str) -> str:
    if value.isalnum() or not SPECIAL.search(value):
        return value
    return SPECIAL.sub(lambda found: ESCAPES[found[0]], value)


def _tags(row: TradeRow) -> str:
    if not row.tags and not row.emotions:
        return "{}"
    quoted = (tag.replace("\\", "\\\\").replace('"', '\\"')
              for tag in [*row.tags, *(f"emotion:{emotion}" for emotion in row.emotions)])  # fmt: skip
    return _text("{" + ",".join(f'"{tag}"' for tag in quoted) + "}")


def _told(value: Any) -> str:
    """What is none of the three exactly, but a kind of one."""
    return value.isoformat() if isinstance(value, datetime) else _text(str(value))


WRITERS: Mapping[type, Callable[[Any], str]] = {str: _text, Decimal: str, datetime: datetime.isoformat}
