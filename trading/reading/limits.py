"""I say how much of a file is ever read."""

from collections.abc import Iterable, Iterator

from trading.reading.errors import StatementTooLarge

MEGABYTE = 1_000_000
FILE_BYTES = 20 * MEGABYTE
INFLATED_BYTES = 200 * MEGABYTE
INFLATED_RATIO = 200  # a worksheet shrinks 10 to 60 times; a bomb about 1000 times
RATIO_FREE_BYTES = 1 * MEGABYTE  # below this size no ratio is worth a refusal
ZIP_MEMBERS = 2_000
ROWS = 200_000
LINES = 1_000_000  # blank ones too
CELLS_PER_ROW = 512
CELL_CHARACTERS = 32_767  # what one Excel cell can hold
HEAD_ROWS = 200  # what a format may look at to recognise a file
BARREN_EVENTS = 4_000_000  # tags or elements that lead to no row


def check_size(name: str, content: bytes, limit: int = FILE_BYTES) -> None:
    check_length(name, len(content), limit)


def check_length(name: str, length: int, limit: int = FILE_BYTES) -> None:
    """For a file that has not been read yet."""
    if length > limit:
        raise StatementTooLarge(name=name, found=f"{length / MEGABYTE:.1f} MB", limit=f"{limit / MEGABYTE:.0f} MB")


def bounded[T](name: str, rows: Iterable[T], limit: int = ROWS) -> Iterator[T]:
    """Pass rows on until there are more than a statement may have."""
    for count, row in enumerate(rows, 1):
        if count > limit:
            raise StatementTooLarge(name=name, found=f"more than {limit:,} rows", limit=f"{limit:,} rows")
        yield row
