"""I read numbers the way brokers print them, into Decimal, or say why not."""

import re
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

Mark = Literal[".", ","]

LONGEST = 40
LARGEST = Decimal(10) ** 16  # what a price or quantity column holds
NOTHING = {"", "-", "—", "–", "\u2212", "n/a", "N/A"}
BLANKS = re.compile("[\u00a0\u2007\u2009\u202f]")
MINUS = re.compile("[\u2212\u2013\u2012]")
MONEY_SIGNS = re.compile("[$€£¥]")
NUMERIC = re.compile(r"[-+($€£ ]*[0-9][0-9.,' ]*\)?")
PROOF = {
    ".": re.compile(r"(?:0|[0-9]{4,}|[0-9]{1,3}(?:[ ,'][0-9]{3})+)\.[0-9]+|[0-9]{1,3}\.(?:[0-9]{1,2}|[0-9]{4,})"),
    ",": re.compile(r"(?:0|[0-9]{4,}|[0-9]{1,3}(?:[ .'][0-9]{3})+),[0-9]+|[0-9]{1,3},(?:[0-9]{1,2}|[0-9]{4,})"),
}
THREE_AFTER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")  # 0,039 can only be a decimal


def _shape(mark: str, groups: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<whole>[0-9]{{1,3}}(?P<gap>[{groups}])[0-9]{{3}}(?:(?P=gap)[0-9]{{3}})*|[0-9]+|)"
        rf"(?:{re.escape(mark)}(?P<part>[0-9]*))?(?P<power>[eE][-+]?[0-9]{{1,2}})?"
    )


SHAPES = {".": _shape(".", " ,'’"), ",": _shape(",", " .'’")}


class NotANumber(ValueError):
    """The text is no number; my message says how so, to be read after the text itself."""


@lru_cache(maxsize=4096)
def number(text: str, mark: Mark | None = ".") -> Decimal:
    """The Decimal a text stands for. `mark` is the file's decimal mark; None means the file left it open.

    >>> number("1 635.24"), number("(20.00)"), number("-$5"), number("4 577,86", ",")
    (Decimal('1635.24'), Decimal('-20.00'), Decimal('-5'), Decimal('4577.86'))
    """
    body, negative = _unsigned(text)
    if mark is None:
        if THREE_AFTER.fullmatch(body):
            raise NotANumber("may be thousands or decimals; write all decimals with a point and upload the file again")
        mark = "." if "." in body else ","
    found = SHAPES[mark].fullmatch(body) if len(body) <= LONGEST else None
    if not found or not (found["whole"] or found["part"]):
        raise NotANumber("is no number; write it as 1234.56")
    whole = re.sub(r"[^0-9]", "", found["whole"])
    value = Decimal(f"{'-' if negative else ''}{whole or 0}.{found['part'] or 0}{found['power'] or ''}")
    value = value if found["part"] else Decimal(f"{'-' if negative else ''}{whole or 0}{found['power'] or ''}")
    if abs(value) >= LARGEST:
        raise NotANumber("is larger than any trade; check the column")
    return Decimal(format(value, "f")) if found["power"] else value


def _unsigned(text: str) -> tuple[str, bool]:
    """The bare digits with their separators, and whether a minus or parentheses stood around them."""
    body = MONEY_SIGNS.sub("", MINUS.sub("-", BLANKS.sub(" ", text))).strip()
    negative = False
    if body.startswith("(") and body.endswith(")"):
        body, negative = body[1:-1].strip(), True
    if body[:1] in {"-", "+"}:
        body, negative = body[1:].strip(), negative or body[0] == "-"
    return body, negative


def decimal_mark(texts: Iterable[str]) -> Mark | None:
    """Which decimal mark a whole file uses, from cells that leave no doubt; None if the doubt remains.

    A file in which no comma appears writes points. Points and commas both proven cannot be: then it is in doubt too.
    """
    proven: set[Mark] = set()
    doubtful = False
    for text in texts:
        if not NUMERIC.fullmatch(text):
            continue
        body = _unsigned(BLANKS.sub(" ", text))[0]
        if PROOF["."].fullmatch(body):
            proven.add(".")
        elif PROOF[","].fullmatch(body):
            proven.add(",")
        elif "," in body:
            doubtful = True
    if len(proven) == 1:
        return proven.pop()
    return None if proven or doubtful else "."
