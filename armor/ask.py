"""I am what a rule asks of a limit: a number, a word or a list, needed or not, and what it may be. Pure."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """kind "number" may have bounds, "word" its choices, "time" is HH:MM, "zone" an IANA name, "words" a list."""

    help: str
    kind: Literal["number", "word", "words", "time", "zone", "text"] = "number"
    needed: bool = False
    least: Decimal | int = 0
    most: Decimal | int = 10**12
    choices: tuple[str, ...] = ()


AMOUNT = Ask(help="money in the account's currency; give this or percent", least=Decimal("0.01"))
PERCENT = Ask(help="percent of the base; give this or amount", least=Decimal("0.0001"), most=Decimal(100))
BASE = Ask(kind="word", help="what the percentage is of", choices=("initial", "reference"))
BREAKS = Ask(kind="word", help="lt: broken below the floor; le: at it", choices=("lt", "le"))
EFFECT = Ask(kind="word", help="what follows when it breaks", choices=("fail", "pause"))
COUNTS = Ask(kind="word", help="lower: closed losses alone can break it", choices=("equity", "lower"))
LOCK = Ask(help="money above the starting balance at which the floor stops rising", least=Decimal("-1e12"))
FLOOR = {"amount": AMOUNT, "percent": PERCENT, "base": BASE, "breaks": BREAKS, "effect": EFFECT, "counts": COUNTS}
COMMON = {"effect": EFFECT}


def count(help: str, *, needed: bool = True, least: int = 1, most: int = 10_000) -> Ask:
    return Ask(help=help, needed=needed, least=Decimal(least), most=Decimal(most))
