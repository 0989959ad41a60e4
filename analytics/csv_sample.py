"""I read a CSV of trades into frozen rows, forgiving what spreadsheets do to one."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from io import StringIO
from pathlib import Path
from typing import Any

from aetheris.errors import AetherisError
from analytics.csv_times import NotATime, moment
from trading.rows import Side, TradeRow

REQUIRED = ("symbol", "side", "quantity", "entry_price", "exit_price", "entry_time", "exit_time", "pnl")
_MONEY = ("pnl", "pnl_percent", "gross_pnl", "slippage", "mfe", "mae", "stop_loss", "take_profit", "initial_risk")
_SIDES: dict[str, Side] = {"long": "long", "buy": "long", "b": "long", "1": "long", "+1": "long", "1.0": "long"}
_SIDES |= {"short": "short", "sell": "short", "s": "short", "-1": "short", "-1.0": "short"}
_EMPTY = {"", "-", "na", "n/a", "nan", "null", "none"}
_SWAPPED = str.maketrans(".,", ",.")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
_NOISE = str.maketrans("", "", " \u00a0\u202f'$€£")


class TradesUnreadable(AetherisError):
    """{file} cannot be read: {why}. {cure}"""

    code = "trades_unreadable"


class ColumnMissing(AetherisError):
    """{file} has no column {column}. Name it in the first row; needed are symbol, side, quantity, entry_price,
    exit_price, entry_time, exit_time, pnl."""

    code = "column_missing"


class CellWrong(AetherisError):
    """{file}, row {row}, column {column}: {why}. {cure}"""

    code = "cell_wrong"


def read_trades(path: Path) -> list[TradeRow]:
    """The trades of a CSV file in file order, row numbers as a spreadsheet shows them; see API.md for the columns.

    A time without an offset is UTC. Delimiter (comma, semicolon, tab), a decimal comma beside semicolons, a byte
    order mark, blank rows and the case of the header do not matter. Rows without exit are open trades.
    """
    rows = _rows(_text(path), path.name)
    return [_trade(cells, row, path.name) for row, cells in rows]


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise TradesUnreadable(file=path.name, why=error.strerror or error, cure="Check the path.") from error
    encoding = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        cure = "Save it as CSV UTF-8."
        raise TradesUnreadable(file=path.name, why="it is not UTF-8 text", cure=cure) from error


def _rows(text: str, file: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    if not text.strip():
        raise TradesUnreadable(file=file, why="it is empty", cure="Give it a header row and one row per trade.")
    noted = text[:4].lower() == "sep="  # a spreadsheet's own line about its delimiter
    if noted:
        text = text.partition("\n")[2]
    delimiter = max(",;\t", key=text.partition("\n")[0].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    header = ["_".join(name.strip().lower().split()) for name in next(reader)]
    for column in REQUIRED:
        if column not in header:
            raise ColumnMissing(file=file, column=column)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            padded = [*cells, *[""] * (len(header) - len(cells))]
            named = dict(zip(header, map(str.strip, padded), strict=False))
            yield reader.line_num + noted, named | {"delimiter": delimiter}


def _trade(cells: Mapping[str, str], row: int, file: str) -> TradeRow:
    def number(column: str) -> Decimal | None:
        return _number(cells, column, row, file)

    money: dict[str, Any] = {column: number(column) for column in _MONEY}
    trade = TradeRow(
        broker="csv",
        broker_trade_id=cells.get("id") or str(row),
        symbol=cells["symbol"],
        side=_side(cells["side"], row, file),
        quantity=_needed(number("quantity"), "quantity", row, file),
        entry_price=_needed(number("entry_price"), "entry_price", row, file),
        exit_price=number("exit_price"),
        entry_time=_needed(_moment(cells, "entry_time", row, file), "entry_time", row, file),
        exit_time=_moment(cells, "exit_time", row, file),
        commissions=number("commissions") or Decimal(0),
        swap=number("swap") or Decimal(0),
        tags=_words(cells.get("tags", "")),
        emotions=_words(cells.get("emotions", "")),
        row=row,
        **money,
    )
    _lawful(trade, file)
    return trade


def _lawful(trade: TradeRow, file: str) -> None:
    if problem := trade.problem():
        column, why = problem
        raise CellWrong(file=file, row=trade.row, column=column, why=why, cure="Correct the cell.")
    for column in ("mfe", "mae"):
        if (getattr(trade, column) or 0) < 0:
            why = f"{getattr(trade, column)} is below zero"
            raise CellWrong(file=file, row=trade.row, column=column, why=why, cure="Give the size of the excursion.")


def _needed[T](value: T | None, column: str, row: int, file: str) -> T:
    if value is None:
        raise CellWrong(file=file, row=row, column=column, why="the cell is empty", cure="Every trade needs it.")
    return value


def _number(cells: Mapping[str, str], column: str, row: int, file: str) -> Decimal | None:
    shown = cells.get(column, "")
    if shown.lower() in _EMPTY:
        return None
    plain = shown.translate(_NOISE)
    if plain.startswith("(") and plain.endswith(")"):
        plain = "-" + plain[1:-1]
    if cells["delimiter"] == ";" and "," in plain:
        plain = plain.translate(_SWAPPED)
    try:
        value = Decimal(plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise CellWrong(
            file=file, row=row, column=column, why=f"{shown!r} is not a number", cure="Write it like 12.50."
        )
    return value


def _moment(cells: Mapping[str, str], column: str, row: int, file: str) -> datetime | None:
    shown = cells[column]
    if shown.lower() in _EMPTY:
        return None
    try:
        return moment(shown)
    except NotATime as wrong:
        raise CellWrong(file=file, row=row, column=column, why=wrong.why, cure=wrong.cure) from wrong


def _side(shown: str, row: int, file: str) -> Side:
    side = _SIDES.get(shown.lower())
    if side is None:
        raise CellWrong(file=file, row=row, column="side", why=f"{shown!r} is no side", cure="Write long or short.")
    return side


def _words(shown: str) -> tuple[str, ...]:
    listed = shown.startswith(("[", "{"))
    words: Iterable[str] = shown.strip("[]{}").replace(",", ";" if listed else ",").split(";")
    return tuple(word.strip().strip("\"'") for word in words if word.strip())
