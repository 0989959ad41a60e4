"""I turn figures into words the way the design says: a true minus, a plus on gains, never a negative zero."""

from collections.abc import Mapping
from contextvars import ContextVar
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Literal

Number = Decimal | float | int | str
Tone = Literal["pos", "neg", "flat"]

MISSING = "\u2013"
MINUS = "\u2212"
SPACE = "\u00a0"
NARROW = "\u202f"
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400

tongue: ContextVar[str] = ContextVar("tongue", default="en")  # the reader's language; whoever serves them says it
_HELD = {"en": ("s", "m", "h", "d"), "fr": (f"{NARROW}s", f"{NARROW}min", f"{NARROW}h", f"{NARROW}j")}
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "fr": ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "fr": ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."),
}


def number(value: Number | None, places: int = 0, *, signed: bool = False) -> str:
    """1240.5 → “1,240”; with `signed`, gains carry a plus. Missing is a dash."""
    sign, digits = _parts(value, places)
    return MISSING if digits is None else _sign(sign, signed) + digits


def money(value: Number | None, currency: str = "USD", places: int = 0, *, signed: bool = False) -> str:
    """836 → “$836”. Any currency but the dollar shows its code: “836 EUR”."""
    sign, digits = _parts(value, places)
    if digits is None:
        return MISSING
    if currency == "USD":
        return _sign(sign, signed) + _dollars(digits)
    return _sign(sign, signed) + f"{digits}{SPACE}{currency}"


def money_short(value: Number | None, currency: str = "", *, signed: bool = False) -> str:
    """2040 → “2.0k”, for charts and calendars only; without a currency the bare figure."""
    if value is None or value == "":
        return MISSING
    amount, unit = _decimal(value), ""
    for size, letter in ((Decimal(1_000_000), "M"), (Decimal(1_000), "k")):
        if abs(amount) >= size - size / 2000:
            amount, unit = amount / size, letter
            break
    sign, digits = _parts(amount, 1 if unit and abs(amount) < 100 else 0)
    if currency == "USD":
        return _sign(sign, signed) + _dollars(f"{digits}{unit}")
    return _sign(sign, signed) + f"{digits}{unit}" + _code(currency)


def percent(rate: Number | None, places: int = 1, *, signed: bool = False) -> str:
    """A rate 0..1 as a percentage: 0.438 → “43.8%”."""
    if rate is None or rate == "":
        return MISSING
    return number(_decimal(rate) * 100, places, signed=signed) + (f"{NARROW}%" if tongue.get() == "fr" else "%")


def ratio(value: Number | None) -> str:
    """1.3712 → “1.37”."""
    return number(value, 2)


def r(value: Number | None) -> str:
    """A result in multiples of its risk: 1.17 → “+1.17R”."""
    text = number(value, 2, signed=True)
    return text if text == MISSING else f"{text}R"


def held(seconds: Number | None) -> str:
    """How long a trade was held: “45s”, “29m”, “1h 05m”, “2d 4h”."""
    if seconds is None or seconds == "":
        return MISSING
    total = int(_decimal(seconds))
    second, minute, hour, of_day = _HELD.get(tongue.get(), _HELD["en"])
    if total < _MINUTE:
        return f"{total}{second}"
    if total < _HOUR:
        return f"{total // _MINUTE}{minute}"
    if total < _DAY:
        return f"{total // _HOUR}{hour} {total % _HOUR // _MINUTE:02d}{minute}"
    return f"{total // _DAY}{of_day} {total % _DAY // _HOUR}{hour}"


def day(at: date, *, year: bool = False) -> str:
    """“Fri 20 Nov”, with `year` “Fri 20 Nov 2026”."""
    spoken = tongue.get() if tongue.get() in _DAYS else "en"
    text = f"{_DAYS[spoken][at.weekday()]} {at.day} {_MONTHS[spoken][at.month - 1]}"
    return f"{text} {at.year}" if year else text


def told(said: Mapping[str, str]) -> str:
    """What a chart says, in the reader's language."""
    return said.get(tongue.get(), said["en"])


def month_day(at: date, *, year: bool = False) -> str:
    """“20 Nov”, with `year` “20 Nov 2026”."""
    return day(at, year=year).split(" ", 1)[1]


def month(at: date) -> str:
    return _MONTHS[tongue.get() if tongue.get() in _MONTHS else "en"][at.month - 1]


def tone(value: Number | None, places: int = 2) -> Tone:
    """The class of a gain, a loss, or what rounds to nothing."""
    sign, _ = _parts(value, places)
    return "pos" if sign > 0 else "neg" if sign < 0 else "flat"


def _parts(value: Number | None, places: int) -> tuple[int, str | None]:
    """The sign after rounding, and the digits without it."""
    if value is None or value == "":
        return 0, None
    rounded = _decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_EVEN)
    return (rounded > 0) - (rounded < 0), _local(f"{abs(rounded):,f}")


def _local(digits: str) -> str:
    """1,240.50 → 1 240,50 where that is how it is written."""
    return digits.replace(",", NARROW).replace(".", ",") if tongue.get() == "fr" else digits


def _decimal(value: Number) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _sign(sign: int, signed: bool) -> str:
    return MINUS if sign < 0 else "+" if sign > 0 and signed else ""


def _dollars(digits: str) -> str:
    return f"{digits}{NARROW}$" if tongue.get() == "fr" else f"${digits}"


def _code(currency: str) -> str:
    return "" if currency in ("", "USD") else f"{SPACE}{currency}"
