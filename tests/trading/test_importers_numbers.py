"""I check that a number or a date is read as written, or refused."""

from decimal import Decimal

import pytest

from trading.reading.numbers import Mark, NotANumber, decimal_mark, number
from trading.reading.times import NotAMoment, naive_moment


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1 635.24", ".", "1635.24"),
        ("1\u00a0635.24", ".", "1635.24"),
        ("1\u202f635,24", ",", "1635.24"),
        ("1'635.24", ".", "1635.24"),
        ("1,635,240.5", ".", "1635240.5"),
        ("1.635.240,5", ",", "1635240.5"),
        ("(12.50)", ".", "-12.50"),
        ("$(20.00)", ".", "-20.00"),
        ("-$5", ".", "-5"),
        ("($5.97)", ".", "-5.97"),
        ("\u22123.5", ".", "-3.5"),
        ("- 2.50", ".", "-2.50"),
        ("+1", ".", "1"),
        (".5", ".", "0.5"),
        ("-2.637591265E-4", ".", "-0.0002637591265"),
    ],
)
def test_number_is_read_as_brokers_print_it(text: str, mark: Mark, value: str) -> None:
    assert number(text, mark) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["NaN", "Infinity", "-inf", "1e999", "1_000", "１２", "٣", "1,23,4", "12 34", "1.2.3", "", "-", "()", "1 2", "abc"],
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(NotANumber):
        number(text)


@pytest.mark.parametrize(
    ("texts", "mark"),
    [
        (["1.55", "1.6"], "."),
        (["4 577,86", "12"], ","),
        (["158,123", "0,5"], ","),
        (["1,234", "1.5"], "."),
        (["1,234", "12"], None),
        (["1,5", "1.5"], None),
        (["12", "EURUSD"], "."),
    ],
)
def test_decimal_mark_is_proven_by_the_whole_file(texts: list[str], mark: Mark | None) -> None:
    assert decimal_mark(texts) == mark


def test_number_in_doubt_is_refused_with_a_cure() -> None:
    with pytest.raises(NotANumber, match="thousands or decimals"):
        number("1,234", None)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024.09.18 09:57:14", "2024-09-18T09:57:14"),
        ("2024.09.18 09:57", "2024-09-18T09:57:00"),
        ("20260126;115715", "2026-01-26T11:57:15"),
        ("20260126", "2026-01-26T00:00:00"),
        ("2026-01-26;11:57:15", "2026-01-26T11:57:15"),
        ("2026-02-02, 10:00:00", "2026-02-02T10:00:00"),
        ("2026-01-26T11:57:15Z", "2026-01-26T11:57:15+00:00"),
        ("2026-01-26T11:57:15.123456+02:00", "2026-01-26T11:57:15.123456+02:00"),
        ("20260126;115715 EST", "2026-01-26T11:57:15-05:00"),
        ("20 Aug 2026 21:56:13.342", "2026-08-20T21:56:13.342000"),
        ("25/02/2026 09:00:00", "2026-02-25T09:00:00"),
        ("1/22/2026 9:00:00 PM", "2026-01-22T21:00:00"),
        ("10/13/2026 21:13:23 +02:00", "2026-10-13T21:13:23+02:00"),
    ],
)
def test_moment_is_read_as_brokers_write_it(text: str, moment: str) -> None:
    assert naive_moment(text).isoformat() == moment


@pytest.mark.parametrize(
    "text", ["02/03/2026", "2026-13-01", "1/15/2026 13:00:00 PM", "yesterday", "0001-01-01", "2026.02.30"]
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(NotAMoment):
        naive_moment(text)
