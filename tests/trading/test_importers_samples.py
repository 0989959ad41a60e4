"""I walk every sample statement and hold each reader to what its file says."""

import json
from pathlib import Path

import pytest

from tests.trading.golden import SHARED, as_plain, expected_path, samples
from trading.importers import formats, read_statement
from trading.reading.document import Document
from trading.reading.importing import Wishes
from trading.reading.times import zone_named

NO_WISHES = Wishes(zone=zone_named("UTC"), timezone="UTC")
MT5_REAL = SHARED / "mt5" / "tradenote_MetaTrader5.xlsx"


def claims(path: Path) -> list[str]:
    document = Document(path.name, path.read_bytes())
    return [name for name, importer in formats.items() if importer.recognises(document, NO_WISHES)]


def shared(path: str) -> Path:
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"the shared sample {path} is not on this machine")
    return found


@pytest.mark.parametrize("sample", samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_exactly_one_importer_recognises_each_sample(sample: Path) -> None:
    assert claims(sample) == [json.loads(expected_path(sample).read_text())["format"]]


@pytest.mark.parametrize("sample", samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_sample_reads_as_its_expected_json(sample: Path) -> None:
    statement = read_statement(sample.read_bytes(), name=sample.name)
    assert as_plain(statement) == json.loads(expected_path(sample).read_text())


@pytest.mark.parametrize("sample", samples(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_second_read_of_same_file_gives_equal_rows(sample: Path) -> None:
    content = sample.read_bytes()
    assert read_statement(content, name="a") == read_statement(content, name="b")


def test_every_format_has_a_sample() -> None:
    assert {json.loads(expected_path(sample).read_text())["format"] for sample in samples()} == set(formats)


def test_real_mt5_workbook_equals_its_own_results_section() -> None:
    statement = read_statement(shared("mt5/tradenote_MetaTrader5.xlsx").read_bytes(), name="report.xlsx")
    proven = {r.name: str(r.statement) for r in statement.reconciliation}
    assert statement.errors == ()
    assert all(r.equal for r in statement.reconciliation)
    assert proven["net_profit"] == "30.85"
    assert proven["gross_profit"] == "54.35"
    assert proven["gross_loss"] == "-23.50"
    assert proven["total_trades"] == "3"
    assert proven["balance"] == "3030.85"


@pytest.mark.parametrize(
    ("path", "net", "count"),
    [("mt5/luxalgo_mt5-history.html", "153.50", 2), ("mt5/luxalgo_mt5-tester-deals.html", "67.46", 3)],
)
def test_shaped_mt5_report_reads_whole(path: str, net: str, count: int) -> None:
    """104.30 + 49.20 = 153.50; 29.78 + 19.80 + 17.88 = 67.46."""
    statement = read_statement(shared(path).read_bytes(), name=path)
    assert statement.errors == ()
    assert len(statement.trades) == count
    assert f"{sum(trade.pnl or 0 for trade in statement.trades):.2f}" == net


def test_shaped_mt4_csv_leaves_out_pendings_and_balance() -> None:
    statement = read_statement(
        shared("mt4/luxalgo_mt4-statement.csv").read_bytes(), name="s.csv", timezone="Europe/Prague"
    )
    assert [trade.broker_trade_id for trade in statement.trades] == ["1001", "1002", "1003"]
    assert statement.trades[0].entry_time.isoformat() == "2026-02-02T09:15:00+00:00"
    assert statement.notes[0] == "times read as Europe/Prague: the file names no zone"


def test_no_shared_sample_is_claimed_by_two_readers() -> None:
    for path in sorted(shared("SOURCES.md").parent.glob("*/*")):
        if path.suffix in {".csv", ".html", ".xlsx", ".txt"}:
            assert len(claims(path)) <= 1, path
