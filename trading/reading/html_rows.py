"""I read the table rows of an HTML report without ever building the page in memory."""

import re
from collections.abc import Iterator

from lxml import etree

from trading.reading.errors import StatementDamaged, StatementTooLarge
from trading.reading.limits import BARREN_EVENTS, CELL_CHARACTERS, CELLS_PER_ROW
from trading.reading.rows import Row
from trading.reading.texts import squeezed

CHUNK = 65_536
TITLED = {"td", "th"}


def html_rows(name: str, text: str) -> Iterator[Row]:
    """Each <tr> as a row: hidden cells left out, spanned columns filled with blanks so that columns line up."""
    sink = _Rows(name)
    parser = etree.HTMLParser(target=sink, no_network=True, remove_comments=True, remove_pis=True)
    try:
        for start in range(0, len(text), CHUNK):
            parser.feed(text[start : start + CHUNK])
            yield from sink.taken()
        parser.close()
    except etree.LxmlError as error:
        raise StatementDamaged(name=name, reason="its HTML cannot be followed", row=sink.number) from error
    yield from sink.taken()
    _check_whole(name, text, sink.number)


def _check_whole(name: str, text: str, row: int) -> None:
    """A report that opens what it never closes was cut off on its way."""
    for tag in ("table", "html"):
        opened = len(re.findall(rf"<{tag}[\s>]", text, re.IGNORECASE))
        closed = len(re.findall(rf"</{tag}\s*>", text, re.IGNORECASE))
        if opened > closed:
            raise StatementDamaged(name=name, reason=f"its <{tag}> never ends", row=row)


class _Rows:
    """What lxml calls while it reads: collects cells until their row ends."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.number = 0
        self._done: list[Row] = []
        self._cells: list[str] | None = None
        self._text: list[str] | None = None
        self._length = 0
        self._span = 1
        self._hidden = False
        self._hint = ""
        self._barren = 0

    def taken(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._barren += 1
        if self._barren > BARREN_EVENTS:
            raise StatementTooLarge(name=self.name, found="millions of tags without a row", limit="a plain report")
        if tag == "tr":
            self._end_row()
            self._cells, self._hint = [], ""
        elif tag in TITLED and self._cells is not None:
            self._end_cell()
            self._text, self._length = [], 0
            self._hidden = "hidden" in attributes.get("class", "").split()
            span = attributes.get("colspan", "1").strip()
            self._span = min(int(span), 100) if span.isascii() and span.isdigit() and len(span) < 4 else 1
            self._hint = self._hint or attributes.get("title", "")

    def data(self, text: str) -> None:
        if self._text is not None and self._length < CELL_CHARACTERS:
            self._text.append(text)
            self._length += len(text)

    def end(self, tag: str) -> None:
        if tag in TITLED:
            self._end_cell()
        elif tag in {"tr", "table"}:
            self._end_row()

    def close(self) -> None:
        self._end_row()

    def _end_cell(self) -> None:
        if self._text is None or self._cells is None:
            return
        if not self._hidden and len(self._cells) < CELLS_PER_ROW:
            self._cells.append(squeezed("".join(self._text)[:CELL_CHARACTERS]))
            self._cells.extend([""] * (self._span - 1))
        self._text = None

    def _end_row(self) -> None:
        self._end_cell()
        if self._cells is None:
            return
        self.number += 1
        self._barren = 0
        if any(self._cells):
            self._done.append(Row(self.number, self._cells, squeezed(self._hint)))
        self._cells = None
