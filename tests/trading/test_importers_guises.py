"""I dress every sample as its owner's computer might have, and expect the same trades of it."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path

import openpyxl
import pytest

from tests.trading.golden import samples
from trading.importers import read_statement
from trading.reading.csv_rows import delimiter
from trading.reading.document import Document
from trading.reading.errors import StatementKindUnread, StatementUnsafe
from trading.reading.gathering import NO_TRADES
from trading.rows import Statement, TradeRow


def text_of(sample: Path) -> str | None:
    """The text of a sample in UTF-8, None for workbooks and the like."""
    try:
        return sample.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def tables() -> list[Path]:
    """The delimited files among the samples."""
    return [path for path in samples() if text_of(path) and Document(path.name, path.read_bytes()).kind == "text"]


@cache
def as_it_is(sample: Path) -> Statement:
    return read_statement((text_of(sample) or "").encode(), name=sample.name)


def redelimited(text: str, mark: str) -> str:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=mark).writerows(csv.reader(io.StringIO(text, newline="")))
    return out.getvalue()


def zipped(*contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("export/", b"")
        archive.writestr("__MACOSX/._statement", b"finder")
        for number, content in enumerate(contents):
            archive.writestr(f"export/statement-{number}", content)
    return out.getvalue()


GUISES: dict[str, Callable[[str], bytes]] = {
    "byte-order mark": lambda text: text.encode("utf-8-sig"),
    "UTF-16 as Excel saves it": lambda text: b"\xff\xfe" + text.encode("utf-16-le"),
    "UTF-16 big-endian without mark": lambda text: text.encode("utf-16-be"),
    "lines of Windows": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n").encode(),
    "lines of an old Mac": lambda text: text.replace("\r\n", "\n").replace("\n", "\r").encode(),
    "blank lines at its end": lambda text: f"{text}\n\n \n".encode(),
    "the line that tells Excel its delimiter": lambda text: f"sep={delimiter(text)}\n{text}".encode(),
    "a zip archive": lambda text: zipped(text.encode()),
}


def told(statement: Statement) -> tuple[str, list[TradeRow], list[str]]:
    """What matters of a reading; line ends may move rows."""
    return statement.format, [replace(trade, row=0) for trade in statement.trades], [e.field for e in statement.errors]


@pytest.mark.parametrize("guise", GUISES)
def test_every_table_in_another_guise_gives_the_same_trades(guise: str) -> None:
    for sample in tables():
        text = text_of(sample) or ""
        dressed = read_statement(GUISES[guise](text), name=sample.name)
        assert told(dressed) == told(as_it_is(sample)), f"{sample.parent.name}/{sample.name} as {guise}"


@pytest.mark.parametrize("mark", [";", "\t"])
def test_a_table_delimited_otherwise_gives_the_same_trades(mark: str) -> None:
    for sample in tables():
        text = text_of(sample) or ""
        if delimiter(text) == "," and mark not in text and "35=" not in text:
            dressed = read_statement(redelimited(text, mark).encode(), name=sample.name)
            assert told(dressed) == told(as_it_is(sample)), sample


def test_a_header_without_rows_is_a_statement_without_trades() -> None:
    met = 0
    for sample in tables():
        header = (text_of(sample) or "").splitlines()[0]
        if header.count(",") < 5 or any(cell.isdigit() for cell in header.split(",")):
            continue
        try:
            statement = read_statement(header.encode(), name=sample.name)
        except Exception as error:
            raise AssertionError(f"{sample}: {error}") from error
        met += 1
        assert (statement.trades, statement.errors) == ((), ()), sample
        assert NO_TRADES in statement.notes, sample
    assert met > 30


def test_an_archive_of_two_statements_or_none_asks_to_be_unpacked() -> None:
    for content, found in ((zipped(b"a", b"b"), "2 files"), (zipped(), "0 files")):
        with pytest.raises(StatementKindUnread, match=f"{found}.*Unpack it"):
            read_statement(content, name="export.zip")


def test_an_archive_that_swells_is_not_unpacked() -> None:
    with pytest.raises(StatementUnsafe, match="zip bomb"):
        read_statement(zipped(b"0" * 30_000_000), name="bomb.zip")


def workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        page = book.create_sheet(title)
        for row in rows:
            page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


LEGS: list[list[object]] = [
    ["Trade number", "Type", "Date and time", "Signal", "Price USD", "Size (qty)", "Net PnL USD", "Cumulative PnL USD"],
    [1, "Exit long", datetime(2026, 4, 8, 11, 45), "Close", 5010.5, 2, 105, 105],
    [1, "Entry long", datetime(2026, 4, 8, 9, 30, 15), "Long", 5000, 2, 105, 105],
]


def test_a_workbook_is_searched_for_its_statement_and_its_dates_are_dates() -> None:
    content = workbook(
        Performance=[["", "All USD"], ["Net profit", 105]], Trades=LEGS, Properties=[["Symbol", "CME_MINI:MES1!"]]
    )
    statement = read_statement(content, name="strategy.xlsx", timezone="UTC")
    (trade,) = statement.trades
    assert (trade.symbol, str(trade.pnl), str(trade.exit_price)) == ("CME_MINI:MES1!", "105", "5010.5")
    assert f"{trade.entry_time:%F %T} {trade.exit_time:%F %T}" == "2026-04-08 09:30:15 2026-04-08 11:45:00"
    assert any("sheet Trades" in note for note in statement.notes)
    assert all(line.equal for line in statement.reconciliation)


def test_dates_counted_from_1904_are_read_as_such() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    for row in LEGS:
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    (trade,) = read_statement(out.getvalue(), name="mac.xlsx").trades
    assert f"{trade.entry_time:%F %T}" == "2026-04-08 09:30:15"


def test_etoros_workbook_is_read_from_its_closed_positions() -> None:
    head = ["Position ID", "Action", "Amount", "Units", "Open Date", "Close Date", "Leverage", "Profit(USD)"]
    head += ["Open Rate", "Close Rate", "Overnight Fees and Dividends", "Type"]
    row = [2401, "Buy Apple", "1000.00", "5.5", "01/02/2024 15:04:05", "13/02/2024 16:00:00", 1, "55.00"]
    row += ["181.82", "191.82", "-1.20", "Stocks"]
    content = workbook(Summary=[["Currency", "USD"]], Closed=[head, row])
    statement = read_statement(content, name="etoro.xlsx")
    (trade,) = statement.trades
    assert (statement.format, str(trade.pnl), f"{trade.entry_time:%F}") == ("etoro", "53.80", "2024-02-01")
