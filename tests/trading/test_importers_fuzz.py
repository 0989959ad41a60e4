"""I damage every sample in a thousand ways, the same ones each time, and allow no error but our own.

A second per format in the suite; AETHERIS_FUZZ_SECONDS=60 gives each a minute.
"""

import os
import random
import resource
import time
from collections import defaultdict
from pathlib import Path

import pytest

from aetheris.errors import AetherisError
from tests.trading.golden import samples
from trading.importers import formats, read_statement

SECONDS = float(os.environ.get("AETHERIS_FUZZ_SECONDS", "1"))
PEAK_KILOBYTES = 1_500_000
HOSTILE = (
    *("", "-", "—", "0", "-0", "0.0", "-1", "1e9", "1e999", "NaN", "Infinity", "1,234", "1.234,56", "1 234.5"),
    *("(5.00)", "$-5", "99999999999999999999", "0.000000000001", "2025-02-30", "31/12/2025", "2025-01-01 00:00:00"),
    *("now", "Open", "buy", "SELL", "=cmd()", "@x", "+1", "é", "🙂", "\u202e", "'", '"', ";;", "a" * 3_000, "٣"),
    *("1/0", "0/0", "B", "S"),
)
BY_FORMAT: dict[str, list[Path]] = defaultdict(list)
for sample in samples():
    BY_FORMAT[sample.parent.name].append(sample)


def damaged(content: bytes, chance: random.Random) -> bytes:
    """One to eight small accidents: to bytes, to lines, to cells."""
    for _ in range(chance.randrange(1, 9)):
        content = chance.choice((_bytes, _lines, _cells, _cells, _cells))(content, chance)
    return content


def _bytes(content: bytes, chance: random.Random) -> bytes:
    if not content:
        return content
    place = chance.randrange(len(content))
    other = bytes([chance.randrange(256)])
    return chance.choice(
        (
            content[:place] + other + content[place + 1 :],
            content[:place] + content[place + chance.randrange(1, 30) :],
            content[:place],
            content[:place] + content[place : place + 40] + content[place:],
        )
    )


def _lines(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    what = chance.randrange(3)
    if what == 0:
        lines[one], lines[other] = lines[other], lines[one]
    elif what == 1:
        lines.insert(one, lines[other])
    else:
        del lines[one]
    return b"\n".join(lines)


def _cells(content: bytes, chance: random.Random) -> bytes:
    lines = content.split(b"\n")
    row = chance.randrange(len(lines))
    mark = max((b",", b";", b"\t", b"|", b"<td>", b'" '), key=lines[row].count)
    cells = lines[row].split(mark)
    cells[chance.randrange(len(cells))] = chance.choice(HOSTILE).encode("utf-8", "surrogatepass")
    lines[row] = mark.join(cells)
    return b"\n".join(lines)


@pytest.mark.parametrize("format", sorted(formats))
def test_damaged_file_gives_trades_or_our_own_error(format: str) -> None:
    chance, ends = random.Random(format), time.monotonic() + SECONDS
    originals = [path.read_bytes() for path in BY_FORMAT[format]]
    while time.monotonic() < ends:
        content = damaged(chance.choice(originals), chance)
        wished = format if chance.random() < 0.8 else "auto"
        try:
            statement = read_statement(
                content, name="damaged", format=wished, timezone=chance.choice(["UTC", "America/New_York", ""]),
                currency=chance.choice([None, "USD", "EUR"]),
            )  # fmt: skip
        except AetherisError:
            continue
        assert statement.rows_read == len(statement.trades) + len(statement.errors)
        assert all(trade.problem() is None for trade in statement.trades)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < PEAK_KILOBYTES
