"""I hand the importers files that no broker would write, and expect a clear refusal, in bounded time and memory."""

import contextlib
import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aetheris.errors import AetherisError
from tests.trading.golden import SAMPLES
from trading.importers import FormatUnknown, StatementEmpty, StatementNotRecognised, TimeZoneUnknown, read_statement
from trading.reading.errors import (
    StatementDamaged,
    StatementIncomplete,
    StatementKindUnread,
    StatementRefused,
    StatementTooLarge,
    StatementUnsafe,
    TimeZoneNeeded,
)

NAME = "my report.bin"
HEADER = "symbol,side,quantity,entry_price,exit_price,entry_time,exit_time,pnl"
ROW = "EURUSD,long,1,1.1,1.2,2025-01-01 10:00:00,2025-01-01 11:00:00,100"
WORKBOOK = (SAMPLES / "mt5" / "history.xlsx").read_bytes()
REPORT = (SAMPLES / "mt5" / "hedging_fees.html").read_bytes()
FLEX = (SAMPLES / "ibkr_flex" / "executions.xml").read_bytes()
SECONDS = 20
PEAK_BYTES = 300_000_000


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < SECONDS


def refused(content: bytes, error: type[StatementRefused], **wishes: str) -> str:
    with pytest.raises(error) as caught:
        read_statement(content, name=NAME, **wishes)  # type: ignore[arg-type]
    assert NAME in caught.value.message
    assert "?" not in caught.value.message
    return caught.value.message


@pytest.mark.parametrize("content", [b"", b"   \r\n\t ", b"\xef\xbb\xbf", b"\xff\xfe \0\n\0"])
def test_empty_file_is_called_empty(content: bytes) -> None:
    refused(content, StatementEmpty)


def test_file_of_30_mb_is_refused_before_it_is_read() -> None:
    assert "30.0 MB" in refused(b"a" * 30_000_000, StatementTooLarge)


def test_unrecognised_text_names_the_known_formats() -> None:
    message = refused(b"dear diary,\ntoday I lost money\n", StatementNotRecognised)
    assert "MetaTrader 5 report" in message and "dear diary" in message


def test_table_that_lacks_a_column_or_two_is_told_which_of_what_format() -> None:
    message = refused(b"Id,ContractName,EnteredAt,ExitedAt,EntryPrice,Fees,Size,Type\n1,MNQ,2,3,4,5,6,7\n",
                      StatementNotRecognised)  # fmt: skip
    assert "TopstepX trades (CSV) (lacking exitprice, pnl)" in message
    assert "MetaTrader" not in message and len(message) < 500


def test_workbook_of_which_nothing_could_be_read_does_not_speak_of_row_zero() -> None:
    message = refused(WORKBOOK[: len(WORKBOOK) // 2], StatementDamaged)
    assert "no row of it could be read" in message and "Export it again" in message


@pytest.mark.parametrize("start", [b"%PDF-1.7 x", b"\xd0\xcf\x11\xe0 old", b"\x1f\x8b\x08 gz"])
def test_foreign_file_is_called_by_its_kind(start: bytes) -> None:
    refused(start, StatementKindUnread)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_truncated_workbook_is_called_damaged(share: float) -> None:
    refused(WORKBOOK[: int(len(WORKBOOK) * share)], StatementDamaged)


def test_workbook_with_flipped_bytes_gives_only_our_errors() -> None:
    for place in range(0, len(WORKBOOK), 7):
        with contextlib.suppress(AetherisError):
            read_statement(WORKBOOK[:place] + bytes([WORKBOOK[place] ^ 0xFF]) + WORKBOOK[place + 1 :], name=NAME)


def test_worksheet_that_breaks_off_names_the_row_reached() -> None:
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(WORKBOOK)) as old, zipfile.ZipFile(broken, "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, part[: len(part) // 2] if "sheet1" in entry.filename else part)
    assert "row 1" in refused(broken.getvalue(), StatementDamaged)


@pytest.mark.parametrize("share", [0.55, 0.7, 0.9, 0.98])
def test_report_cut_in_the_table_names_the_row_reached(share: float) -> None:
    message = refused(REPORT[: int(len(REPORT) * share)], StatementDamaged)
    assert "up to row" in message and "up to row 0" not in message


@pytest.mark.parametrize("share", [0.3, 0.6, 0.99])
def test_flex_file_cut_off_is_called_damaged(share: float) -> None:
    refused(FLEX[: int(len(FLEX) * share)], StatementDamaged)


def zipped(parts: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return packed.getvalue()


def test_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 50_000_000})
    tracemalloc.start()
    refused(bomb, StatementUnsafe)
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_zip_that_lies_about_its_size_is_refused() -> None:
    bomb = bytearray(zipped({"xl/worksheets/sheet1.xml": b"<worksheet>" + b" " * 9_000_000}))
    entry = bomb.index(b"PK\x01\x02")
    bomb[entry + 24 : entry + 28] = (1_000).to_bytes(4, "little")
    refused(bytes(bomb), StatementDamaged)


def test_zip_without_a_workbook_is_refused() -> None:
    refused(zipped({"photo.txt": b"hello"}), StatementIncomplete)


def test_workbook_with_a_document_type_is_refused() -> None:
    sheet = b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet><sheetData/></worksheet>'
    refused(zipped({"xl/worksheets/sheet1.xml": sheet}), StatementUnsafe)


@pytest.mark.parametrize(
    "prolog",
    [
        b'<?xml version="1.0"?><!DOCTYPE FlexQueryResponse [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        b'<!DOCTYPE FlexQueryResponse SYSTEM "file:///etc/passwd">',
        b'<!DOCTYPE FlexQueryResponse [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    ],
)
def test_flex_file_with_a_document_type_is_refused(prolog: bytes) -> None:
    refused(prolog + b"<FlexQueryResponse>&a;</FlexQueryResponse>", StatementUnsafe)


def test_deeply_nested_flex_file_is_refused() -> None:
    refused(b"<FlexQueryResponse>" + b"<a>" * 100_000, StatementUnsafe)


def test_deeply_nested_html_gives_only_our_errors() -> None:
    refused(b"<html><body>" + b"<table><tr><td>" * 200_000, StatementRefused)


def test_giant_quoted_field_is_called_damaged() -> None:
    assert "row 2" in refused(f'{HEADER}\n"{"x" * 5_000_000}'.encode(), StatementDamaged)


def test_quote_that_never_ends_is_called_damaged() -> None:
    refused(f'{HEADER}\n{ROW}\n"EURUSD,long,1\n{ROW}\n'.encode(), StatementDamaged)


def test_nul_bytes_are_called_damage_with_their_row() -> None:
    assert "row 3" in refused(f"{HEADER}\n{ROW}\n{ROW}\0".encode() + b"x" * 900, StatementDamaged)


def test_more_rows_than_allowed_are_refused() -> None:
    refused(f"{HEADER}\n".encode() + b"a,b\n" * 200_001, StatementTooLarge)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_encoding_and_delimiter_reads_the_same(codec: str, delimiter: str) -> None:
    content = f"{HEADER}\n{ROW}\n".replace(",", delimiter).encode(codec)
    (trade,) = read_statement(content, name=NAME).trades
    assert str(trade.pnl) == "100"


def test_unknown_format_and_zone_are_named() -> None:
    with pytest.raises(FormatUnknown, match="generic_csv"):
        read_statement(b"x", name=NAME, format="excel")
    with pytest.raises(TimeZoneUnknown, match="Mars/Olympus"):
        read_statement(b"x", name=NAME, timezone="Mars/Olympus")
    with pytest.raises(TimeZoneUnknown):
        read_statement(b"x", name=NAME, timezone="../../etc/passwd")


def test_missing_zone_is_asked_for_when_it_is_needed() -> None:
    assert "row 2" in refused(f"{HEADER}\n{ROW}\n".encode(), TimeZoneNeeded, timezone="")


@pytest.mark.parametrize("content", [WORKBOOK, REPORT, FLEX, f"{HEADER}\n{ROW}\n".encode()])
@pytest.mark.parametrize("format", ["mt5", "mt4_html", "mt4_csv", "ibkr_flex", "generic_csv"])
def test_wrong_format_by_hand_gives_only_our_errors(content: bytes, format: str) -> None:
    try:
        read_statement(content, name=NAME, format=format)
    except AetherisError as error:
        assert NAME in error.message


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=3_000))
def test_random_bytes_give_only_our_errors(content: bytes) -> None:
    with pytest.raises(AetherisError):
        read_statement(content, name=NAME)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([WORKBOOK, REPORT, FLEX, *(p.read_bytes() for p in SAMPLES.glob("*/*.csv"))]), st.randoms())
def test_damaged_samples_give_only_our_errors(content: bytes, chance: random.Random) -> None:
    broken = bytearray(content)
    for _ in range(chance.randrange(1, 40)):
        if not broken:
            break
        place = chance.randrange(len(broken))
        if chance.random() < 0.5:
            broken[place] = chance.randrange(256)
        else:
            del broken[place : place + chance.randrange(1, 50)]
    try:
        statement = read_statement(bytes(broken), name=NAME)
    except AetherisError:
        return
    assert statement.rows_read == len(statement.trades) + len(statement.errors)
    assert all(trade.problem() is None for trade in statement.trades)


@pytest.mark.parametrize("hostile", ["NaN", "Infinity", "1e999", "１２", "1_000", "0x10", "1,2,3", "--1", "9" * 60])
def test_hostile_number_refuses_its_row_alone(hostile: str) -> None:
    row = ROW.replace(",1,1.1", f',"{hostile}",1.1')
    statement = read_statement(f"{HEADER}\n{row}\n{ROW}\n".encode(), name=NAME)
    assert [error.row for error in statement.errors] == [2]
    assert len(statement.trades) == 1


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "=-@"])
def test_formula_prefix_is_stripped_from_words_and_kept_on_numbers(start: str) -> None:
    row = f"{start}CMD|'/c calc'!A1,long,1,1.1,1.2,2025-01-01 10:00:00,2025-01-01 11:00:00,-100"
    (trade,) = read_statement(f"{HEADER}\n{row}\n".encode(), name=NAME).trades
    assert trade.symbol == "CMD|'/c calc'!A1"
    assert trade.raw["symbol"] == trade.symbol
    assert trade.raw["pnl"] == "-100"
    assert str(trade.pnl) == "-100"


def test_hundred_thousand_rows_are_read_in_bounded_memory() -> None:
    content = f"{HEADER}\n".encode() + b"".join(ROW.replace(",100", f",{i}").encode() + b"\n" for i in range(100_000))
    tracemalloc.start()
    statement = read_statement(content[:2_000_000].rpartition(b"\n")[0], name=NAME)
    assert tracemalloc.get_traced_memory()[1] < PEAK_BYTES
    tracemalloc.stop()
    assert len(statement.trades) > 20_000
