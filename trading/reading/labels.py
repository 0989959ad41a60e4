"""I read figures that stand behind a label, as the summaries of statements print them."""

import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise

from trading.reading.errors import CellRefused
from trading.reading.fields import Manner
from trading.reading.rows import Row
from trading.reading.texts import word

LEADING = re.compile(r"[-+(]?\s*[$€£]?\s*[0-9][0-9 .,'\u00a0]*\)?")
PERCENT = re.compile(r"[-+]?[\d.,]+\s*%")


def labelled_numbers(row: Row, labels: Mapping[str, str], manner: Manner) -> dict[str, Decimal]:
    """{name: number} for each known label that ends in a colon, the number being the next filled cell.

    A number may be followed by more in parentheses ("23.50 (0.78%)"); then the first one counts.
    """
    found: dict[str, Decimal] = {}
    cells = row.filled
    for label, value in pairwise(cells):
        name = labels.get(word(label)) if label.endswith(":") else None
        figure = LEADING.match(value) if name else None
        if name and figure and not PERCENT.match(value):
            try:
                found.setdefault(name, manner.number(name, figure[0].strip()))
            except CellRefused:
                continue
    return found
