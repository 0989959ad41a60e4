"""I write one flat table as a Parquet file; pure.

After the format's own description (https://parquet.apache.org/docs/file-format/): one row group, one uncompressed page
for each column, plain encoding, every column optional, the footer in Thrift's compact protocol. pyarrow would bring
150 MB for a table of 449 rows; it reads what is written here in the tests.
"""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MAGIC = b"PAR1"
DOUBLE, TEXT = 5, 6
PLAIN, RLE = 0, 3
OPTIONAL, UTF8, DATA_PAGE, UNCOMPRESSED = 1, 0, 0, 0

type Cell = str | float | None


@dataclass(frozen=True, slots=True)
class I64:
    """A number Thrift shall carry in 64 bits; plain ints are carried in 32."""

    value: int


type Field = int | I64 | str | Sequence["Field"] | Mapping[int, "Field"]


def parquet(columns: Mapping[str, Sequence[Cell]], told: Mapping[str, str] | None = None) -> bytes:
    """The file's bytes. Columns are equally long, each of text or of numbers; `told` is kept beside the table."""
    body, rows = MAGIC, 0
    chunks: list[Field] = []
    for name, cells in columns.items():
        kind, page = _kind(cells), _page(cells)
        rows = len(cells)
        chunks.append(_chunk(name, kind, rows, len(body), len(page)))
        body += page
    groups: list[Field] = [{1: chunks, 2: I64(len(body) - len(MAGIC)), 3: I64(rows)}]
    notes: list[Field] = [{1: key, 2: value} for key, value in (told or {}).items()]
    schema: list[Field] = [
        {4: "table", 5: len(columns)},
        *(_element(name, _kind(cells)) for name, cells in columns.items()),
    ]
    footer = _struct({1: 1, 2: schema, 3: I64(rows), 4: groups, 5: notes, 6: "aetheris"})
    return body + footer + struct.pack("<I", len(footer)) + MAGIC


def _kind(cells: Sequence[Cell]) -> int:
    return TEXT if any(isinstance(cell, str) for cell in cells) else DOUBLE


def _element(name: str, kind: int) -> Mapping[int, Field]:
    element: dict[int, Field] = {1: kind, 3: OPTIONAL, 4: name}
    return element | {6: UTF8} if kind == TEXT else element


def _chunk(name: str, kind: int, rows: int, offset: int, size: int) -> Mapping[int, Field]:
    column: dict[int, Field] = {
        1: kind, 2: [PLAIN, RLE], 3: [name], 4: UNCOMPRESSED, 5: I64(rows), 6: I64(size), 7: I64(size), 9: I64(offset),
    }  # fmt: skip
    return {2: I64(offset), 3: column}


# A page: which cells hold something, then what they hold ---------------------------------------------------


def _page(cells: Sequence[Cell]) -> bytes:
    levels = _levels([cell is not None for cell in cells])
    data = struct.pack("<I", len(levels)) + levels + b"".join(_plain(cell) for cell in cells if cell is not None)
    header: dict[int, Field] = {1: DATA_PAGE, 2: len(data), 3: len(data), 5: {1: len(cells), 2: PLAIN, 3: RLE, 4: RLE}}
    return _struct(header) + data


def _levels(filled: Sequence[bool]) -> bytes:
    """One bit for each cell, eight to a byte, the first one lowest."""
    groups = -(-len(filled) // 8)
    bits = sum(1 << place for place, full in enumerate(filled) if full)
    return _varint(groups << 1 | 1) + bits.to_bytes(groups, "little")


def _plain(cell: str | float) -> bytes:
    if isinstance(cell, str):
        return struct.pack("<I", len(cell.encode())) + cell.encode()
    return struct.pack("<d", cell)


# Thrift's compact protocol ---------------------------------------------------------------------------------


def _struct(fields: Mapping[int, Field]) -> bytes:
    """Fields by rising number, each told as its distance from the one before."""
    written, last = b"", 0
    for number, value in sorted(fields.items()):
        written += bytes([number - last << 4 | _code(value)]) + _value(value)
        last = number
    return written + b"\x00"


def _code(value: Field) -> int:
    if isinstance(value, int):
        return 5
    return 6 if isinstance(value, I64) else 8 if isinstance(value, str) else 12 if isinstance(value, Mapping) else 9


def _value(value: Field) -> bytes:
    if isinstance(value, int | I64):
        number = value if isinstance(value, int) else value.value
        return _varint(number << 1)
    if isinstance(value, str):
        return _varint(len(value.encode())) + value.encode()
    return _struct(value) if isinstance(value, Mapping) else _list(value)


def _list(values: Sequence[Field]) -> bytes:
    code = _code(values[0]) if values else 12
    head = bytes([len(values) << 4 | code]) if len(values) < 15 else bytes([0xF0 | code]) + _varint(len(values))
    return head + b"".join(_value(value) for value in values)


def _varint(number: int) -> bytes:
    written = b""
    while number > 0x7F:
        written += bytes([number & 0x7F | 0x80])
        number >>= 7
    return written + bytes([number])
