"""I hold every importer of rows to the same laws: order, repetition and overlap of exports change no trade."""

import csv
import io
import random
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.trading.golden import samples
from trading.importers import read_statement
from trading.reading.errors import StatementRefused
from trading.rows import Statement, TradeRow

IN_ORDER = {  # lines of these belong together, or follow one another for a reason
    *("degiro_account", "fix44", "ibkr_activity", "ibkr_transactions", "mt4_html", "mt4_csv", "mt5", "ibkr_flex"),
    *("rithmic_performance", "ftmo_metrix", "ctrader", "ninjatrader_trades", "thinkorswim", "generic_csv"),
}
TABLES = [path for path in samples() if path.parent.name not in IN_ORDER and path.suffix == ".csv"]
PLAIN = [
    path for path in TABLES if not any(mark in path.read_text("utf-8-sig") for mark in ('"', ";", "\t"))
]  # their delimiter can be exchanged without more ado
START = datetime(2025, 3, 3, 9, 30)


def header_line(lines: list[str]) -> int:
    """The first line with which the file is recognised."""
    for index in range(len(lines)):
        try:
            read_statement("\n".join(lines[: index + 1]).encode(), name="head")
        except StatementRefused:
            continue
        return index
    raise AssertionError("no header found")


def told(statement: Statement) -> dict[str, tuple[object, ...]]:
    return {
        trade.broker_trade_id: (trade.symbol, trade.side, trade.quantity, trade.entry_time, trade.exit_time, trade.pnl)
        for trade in statement.trades
    }


@pytest.mark.parametrize("sample", TABLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_order_of_rows_changes_no_trade(sample: Path) -> None:
    lines = sample.read_text("utf-8-sig").rstrip("\n").split("\n")
    head = header_line(lines) + 1
    whole = told(read_statement("\n".join(lines).encode(), name="whole"))
    for seed in range(3):
        rows = random.Random(seed).sample(lines[head:], len(lines) - head)
        assert told(read_statement("\n".join([*lines[:head], *rows]).encode(), name="shuffled")) == whole


@pytest.mark.parametrize("sample", PLAIN, ids=lambda path: f"{path.parent.name}/{path.name}")
@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_delimiters_and_a_byte_order_mark_change_no_trade(sample: Path, delimiter: str) -> None:
    text = sample.read_text("utf-8-sig")
    whole = told(read_statement(text.encode(), name="whole"))
    other = text.replace(",", delimiter).encode("utf-8-sig")
    assert told(read_statement(other, name="other")) == whole


@pytest.mark.parametrize("sample", TABLES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_other_columns_order_quotes_and_encoding_change_no_trade(sample: Path) -> None:
    """Every line a row of the same columns: these shuffled, one more added, all quoted, in UTF-16 with CR LF."""
    text = sample.read_text("utf-8-sig")
    mark = max(",;\t", key=text.count)
    rows = list(csv.reader(io.StringIO(text), delimiter=mark))
    whole = told(read_statement(text.encode(), name="whole"))
    width = max(map(len, rows))
    order = list(range(width))
    if len({len(cells) for cells in rows}) == 1 and len(set(rows[0])) == width:
        random.Random(1).shuffle(order)
    written = io.StringIO()
    writer = csv.writer(written, delimiter=mark, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    for number, cells in enumerate(rows):
        padded = [*cells, *[""] * (width - len(cells))]
        writer.writerow([padded[index] for index in order] + ["Remark" if number == 0 else ""])
    assert told(read_statement(written.getvalue().encode("utf-16"), name="other")) == whole


row = st.tuples(
    st.sampled_from(["MESU5", "MNQU5"]), st.booleans(), st.integers(1, 6), st.integers(5_000, 5_100), st.integers(0, 3)
)


def orders(rows: list[tuple[str, bool, int, int, int]]) -> list[str]:
    """Tradovate orders, some within one second of the one before."""
    at, lines = START, []
    for number, (symbol, buys, quantity, price, later) in enumerate(rows, 1000):
        at += timedelta(seconds=later)
        side = "Buy" if buys else "Sell"
        lines.append(f"{number},A1,{side},{symbol},{price}.25,{quantity},{at:%m/%d/%Y %H:%M:%S},Filled")
    return lines


HEADER = "orderId,Account,B/S,Contract,avgPrice,filledQty,Fill Time,Status"
SIZES = {"MESU5": 5, "MNQU5": 2}


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(row, min_size=1, max_size=30))
def test_any_orders_keep_their_cash_and_position(rows: list[tuple[str, bool, int, int, int]]) -> None:
    """Results of the closed trades, less what the open ones paid, is the cash of all orders."""
    statement = read_statement("\n".join([HEADER, *orders(rows)]).encode(), name="orders.csv")
    assert statement.errors == ()
    cash = sum((-1 if buys else 1) * n * (price + Decimal("0.25")) * SIZES[s] for s, buys, n, price, _ in rows)
    assert sum(map(_cash, statement.trades)) == cash
    for symbol in SIZES:
        held = sum(n if buys else -n for s, buys, n, _, _ in rows if s == symbol)
        assert sum(_held(trade) for trade in statement.trades if trade.symbol == symbol) == held


def _held(trade: TradeRow) -> Decimal:
    return (trade.quantity if trade.side == "long" else -trade.quantity) if trade.is_open else Decimal(0)


def _cash(trade: TradeRow) -> Decimal:
    return trade.pnl if trade.pnl is not None else -_held(trade) * trade.entry_price * SIZES[trade.symbol]


@settings(deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(row, min_size=2, max_size=30), st.integers(1, 29))
def test_longer_export_keeps_every_trade_of_a_shorter_one(
    rows: list[tuple[str, bool, int, int, int]], known: int
) -> None:
    lines = orders(rows)
    before = read_statement("\n".join([HEADER, *lines[:known]]).encode(), name="march.csv")
    after = told(read_statement("\n".join([HEADER, *lines]).encode(), name="to-date.csv"))
    for name, trade in told(before).items():
        assert name in after
        assert trade[5] is None or after[name] == trade
