"""I clean words from a broker's file, so that no spreadsheet and no database trips over them later."""

import re
import unicodedata

FORMULA_STARTS = "=+-@\t\r"
CONTROLS = {"Cc", "Cs", "Cf"}
NUMBER = re.compile(r"[-+]?[$€£]?[\d (][\d\s.,'()%/$€£eE+-]*")
NUL_REASON = "it holds NUL bytes, as text never does"
SPACES = re.compile(r"\s+")
LONGEST = 2_000
PLAIN = re.compile(r"[0-9A-Za-z][ -~]*")


def squeezed(text: str) -> str:
    """One line, single spaces, no space at the ends, also for the no-break and narrow spaces."""
    return SPACES.sub(" ", text).strip()


def plain(text: str) -> str:
    """A word that no spreadsheet takes for a formula: leading = + - @ and control characters are dropped.

    A number keeps its sign, as does a lone dash, by which brokers mean "nothing".

    >>> plain("=cmd()"), plain("-1.50"), plain("@SUM"), plain("EURUSD")
    ('cmd()', '-1.50', 'SUM', 'EURUSD')
    """
    if PLAIN.fullmatch(text) and len(text) <= LONGEST and "  " not in text and text[-1] != " ":
        return text
    kept = "".join(
        " " if c in "\t\r\n" else c for c in text if c in "\t\r\n" or unicodedata.category(c) not in CONTROLS
    )
    kept = squeezed(kept)[:LONGEST]
    if NUMBER.fullmatch(kept) or kept in {"-", "—", "–"}:
        return kept
    return kept.lstrip(FORMULA_STARTS + " ")


def word(text: str) -> str:
    """A header or a keyword in the form in which it is compared: lower case, no colon, no inner blanks around slashes.

    >>> word("S / L"), word(" Total Net Profit: "), word("in / out")
    ('s/l', 'total net profit', 'in/out')
    """
    return re.sub(r"\s*/\s*", "/", squeezed(text).rstrip(":").strip().lower())
