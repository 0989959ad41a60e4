"""I read the reference rates of the European Central Bank, from the table it publishes as CSV; pure.

Layout of eurofxref-hist.csv (https://www.ecb.europa.eu/stats/eurofxref): a column `Date`, then one for each currency
with how much of it one euro is; N/A or nothing where there was no rate. The file of a single day writes its date in
words and blanks after the commas; both are read.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TextIO

from aetheris.errors import AetherisError

BASE, SOURCE = "EUR", "ECB"
UNKNOWN = ("", "N/A")
DATES = ("%Y-%m-%d", "%d %B %Y")


class RatesNotRecognised(AetherisError):
    """This is not a table of reference rates: the first row is {head}. It starts with Date and currency codes, as in
    eurofxref-hist.csv of the European Central Bank; unpack the zip first."""

    code = "rates_not_recognised"


class RateUnreadable(AetherisError):
    """Row {row}, column {column}: {shown} is no {what}. Nothing was read; mend the row or take the file anew."""

    code = "rate_unreadable"


@dataclass(frozen=True, slots=True)
class Quoted:
    """One euro was `rate` of `quote` on a day."""

    day: date
    quote: str
    rate: Decimal


def read(file: TextIO, *, since: date = date.min) -> Iterator[Quoted]:
    rows = csv.reader(file, skipinitialspace=True)
    head = [cell.strip() for cell in next(rows, [])]
    currencies = head[1:-1] if head[-1:] == [""] else head[1:]
    if head[:1] != ["Date"] or not currencies or not all(re.fullmatch("[A-Z]{3}", code) for code in currencies):
        raise RatesNotRecognised(head=repr(",".join(head)[:60]))
    for number, row in enumerate(rows, start=2):
        if any(cell.strip() for cell in row):
            yield from _of_row(number, row, currencies, since)


def _of_row(number: int, row: Sequence[str], currencies: Sequence[str], since: date) -> Iterator[Quoted]:
    day = _day(number, row[0].strip())
    if day < since:
        return
    if len(row) - 1 < len(currencies):
        raise RateUnreadable(row=number, column=currencies[len(row) - 1], shown="a missing cell", what="rate")
    for code, cell in zip(currencies, row[1:], strict=False):
        if cell.strip() not in UNKNOWN:
            yield Quoted(day, code, _rate(number, code, cell.strip()))


def _day(number: int, shown: str) -> date:
    for form in DATES:
        try:
            return datetime.strptime(shown, form).date()
        except ValueError:
            continue
    raise RateUnreadable(row=number, column="Date", shown=repr(shown[:40]), what="date like 2026-11-20")


def _rate(number: int, code: str, shown: str) -> Decimal:
    try:
        rate = Decimal(shown)
    except InvalidOperation:
        rate = Decimal("nan")
    if not (rate.is_finite() and Decimal("1e-12") <= rate < Decimal("1e15")):
        raise RateUnreadable(row=number, column=code, shown=repr(shown[:40]), what="rate above zero")
    return rate
