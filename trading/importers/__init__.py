"""I read a broker's file into a Statement, whichever of the known formats it is."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from aetheris.registry import Registry
from trading.reading.archive import unpacked
from trading.reading.document import Document
from trading.reading.errors import (
    FormatUnknown,
    StatementAmbiguous,
    StatementEmpty,
    StatementIncomplete,
    StatementNotRecognised,
    StatementRefused,
    TimeZoneNeeded,
    TimeZoneUnknown,
    WishUnknown,
)
from trading.reading.importing import Importer, Wishes
from trading.reading.limits import FILE_BYTES, check_size
from trading.reading.nearest import nearest
from trading.reading.numbers import Mark, NotANumber, number
from trading.reading.texts import plain
from trading.reading.times import DateOrder, zone_named
from trading.rows import Statement, TradeRow
from trading.trips import Method

__all__ = [
    "FormatUnknown",
    "Importer",
    "StatementAmbiguous",
    "StatementEmpty",
    "StatementNotRecognised",
    "StatementRefused",
    "TimeZoneNeeded",
    "TimeZoneUnknown",
    "Wishes",
    "formats",
    "read_statement",
    "wished",
]

HEAD_SHOWN = 120
SHEETS_TRIED = 20
OFTEN = ("mt4_html", "mt5", "ibkr_flex", "tradovate_orders", "binance_futures")

formats: Registry[Importer] = Registry("statement format", "trading.importers")


def read_statement(
    content: bytes,
    *,
    name: str,
    format: str = "auto",
    timezone: str = "UTC",
    currency: str | None = None,
    mapping: Mapping[str, str] | None = None,
    date_order: DateOrder | None = None,
    decimal: Mark | None = None,
    method: Method | str = Method.FIFO,
    multipliers: Mapping[str, Decimal | str] | None = None,
    symbol: str = "",
    known: Iterable[TradeRow] = (),
    byte_limit: int = FILE_BYTES,
) -> Statement:
    """All that one broker file says; the same bytes and wishes always give an equal Statement.

    `name` is used in messages only. `timezone` (IANA name) holds where the file names no zone; "" means unknown and
    raises TimeZoneNeeded when it would be needed. `currency` is the account's, used where the file does not name it.
    `mapping` gives {our column: the file's column} for the generic CSV, `date_order` says dmy or mdy where the file
    leaves it open, `decimal` which mark its numbers use. `method` says which open lot a fill closes first.
    `multipliers` gives {symbol or contract root: money per point} for contracts not known here, `symbol` names the
    market of a file that does not. `known` are the trades that this account has of earlier files of fills: what they
    left open is closed by this file, what they closed stays as it is. Raises a StatementRefused when the file as a
    whole cannot be taken; a single bad row becomes a RowError of the statement.
    """
    check_size(name, content, byte_limit)
    if not content.strip(b" \t\r\n\0\xef\xbb\xbf\xff\xfe"):
        raise StatementEmpty(name=name)
    wishes = wished(
        timezone=timezone, currency=currency, mapping=mapping, date_order=date_order, decimal=decimal, method=method,
        multipliers=multipliers, symbol=symbol, known=known,
    )  # fmt: skip
    document = Document(name, unpacked(name, content, byte_limit))
    if document.content is not content and not _known_at_all(document, wishes):
        missing = "a statement: what lies in this archive is none of those known here"
        raise StatementIncomplete(name=name, missing=missing, cure="Unpack it and choose the statement itself.")
    readers = dict(formats.items()) if format == "auto" else {format: _chosen(format)}
    document, importer = _recognised(document, wishes, readers)
    return _told_sheet(importer.read(document, wishes), document)


def wished(
    *,
    timezone: str,
    currency: str | None = None,
    mapping: Mapping[str, str] | None = None,
    date_order: DateOrder | None = None,
    decimal: Mark | None = None,
    method: Method | str = Method.FIFO,
    multipliers: Mapping[str, Decimal | str] | None = None,
    symbol: str = "",
    known: Iterable[TradeRow] = (),
) -> Wishes:
    """What a person adds to a file, checked; as `read_statement` tells them."""
    return Wishes(
        zone=zone_named(timezone) if timezone else None,
        timezone=timezone,
        currency=currency.upper() if currency else None,
        mapping=dict(mapping or {}),
        date_order=date_order,
        decimal=decimal,
        method=method if isinstance(method, Method) else _method(method),
        multipliers=_sizes(multipliers or {}),
        symbol=plain(symbol),
        known=known,
    )


def _method(name: str) -> Method:
    if name.upper() not in Method.__members__:
        raise WishUnknown(wish="method", value=name[:40], known=", ".join(Method.__members__).lower())
    return Method[name.upper()]


def _sizes(told: Mapping[str, Decimal | str]) -> dict[str, Decimal]:
    sizes: dict[str, Decimal] = {}
    for name, size in told.items():
        try:
            sizes[name.upper()] = number(str(size))
        except NotANumber as error:
            wish = f"point value of {name[:20]}"
            raise WishUnknown(wish=wish, value=str(size)[:20], known="numbers such as 50") from error
    return sizes


def _chosen(format: str) -> Importer:
    if format not in formats:
        raise FormatUnknown(format=format[:40], known=", ".join(sorted(formats)))
    return formats[format]


def _recognised(document: Document, wishes: Wishes, readers: Mapping[str, Importer]) -> tuple[Document, Importer]:
    """The one importer that knows this file; none or several is an error that says so. A statement that is not on a
    workbook's first sheet is looked for on the others. A format chosen by hand needs no recognition."""
    for page in _pages(document):
        claims = [name for name, importer in readers.items() if importer.recognises(page, wishes)]
        if len(claims) == 1:
            return page, readers[claims[0]]
        if claims:
            raise StatementAmbiguous(name=document.name, claimed=", ".join(claims))
    if len(readers) == 1:
        return document, next(iter(readers.values()))
    near = nearest(document, readers.values()) or f"Among them: {', '.join(readers[key].title for key in OFTEN)}."
    raise StatementNotRecognised(name=document.name, count=len(readers), near=near, head=_first_line(document))


def _known_at_all(document: Document, wishes: Wishes) -> bool:
    return any(importer.recognises(page, wishes) for page in _pages(document) for importer in formats.values())


def _pages(document: Document) -> Iterable[Document]:
    yield document
    for sheet in range(1, min(len(document.sheets), SHEETS_TRIED)):
        yield replace(document, sheet=sheet)


def _told_sheet(statement: Statement, document: Document) -> Statement:
    if not document.sheet:
        return statement
    note = f"read from the sheet {plain(document.sheets[document.sheet])}, the first one that is a statement"
    return replace(statement, notes=(*statement.notes, note))


def _first_line(document: Document) -> str:
    """What stands first in the file, so that its owner recognises it."""
    if document.kind == "xml":
        return document.text[:HEAD_SHOWN]
    return ", ".join(document.head[0].filled)[:HEAD_SHOWN] if document.head else "nothing that looks like a table"
