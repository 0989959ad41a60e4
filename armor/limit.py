"""I am one setting of one rule: how much, of what, and when it counts as broken. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from armor.state import State

Base = Literal["initial", "reference"]
Reference = Literal["balance", "equity", "max", "day_peak_equity"]
Mode = Literal["eod_balance", "closed_balance", "intraday_equity"]
Operator = Literal["lt", "le"]
Effect = Literal["fail", "pause"]
Counts = Literal["equity", "lower"]

LEVELS = (Decimal("0.75"), Decimal("0.90"), Decimal(1))
NUMBERS = ("amount", "percent", "lock_at")
WORDS = ("base", "reference", "mode", "breaks", "effect", "counts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The six switches and what else a rule asks for.

    amount: money; percent: of `base`, used when there is no amount. reference: what a day's floor hangs on. mode: where
    a trailing floor takes its peak. lock_at: money above the starting balance at which it stops rising. breaks: "lt" is
    broken below the floor, "le" at it. counts: "equity", or "lower": the lower of balance and equity, so that closed
    losses alone can break it. levels: the shares of the limit at which level 1, 2 and 3 are reached. options: what
    the one rule asks for beyond these. unenforceable: why it cannot be measured at all.
    """

    rule: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    base: Base = "initial"
    reference: Reference = "balance"
    mode: Mode = "eod_balance"
    breaks: Operator = "le"
    effect: Effect = "fail"
    counts: Counts = "equity"
    lock_at: Decimal | None = None
    levels: tuple[Decimal, ...] = LEVELS
    options: Mapping[str, Any] = field(default_factory=dict)
    source: str = "own"
    unenforceable: str = ""

    def money(self, state: State, reference: Decimal) -> Decimal:
        if self.amount is not None:
            return self.amount
        of = state.starting_balance if self.base == "initial" else reference
        return of * (self.percent or Decimal(0)) / 100

    def number(self, name: str, otherwise: Any = 0) -> Decimal:
        """An option as a number."""
        return Decimal(str(self.options.get(name, otherwise)))

    @classmethod
    def read(cls, told: Mapping[str, Any], *, source: str = "own", unenforceable: str = "") -> "Limit":
        """A limit from JSON; every number may be text."""
        numbers: dict[str, Any] = {name: _decimal(told.get(name)) for name in NUMBERS}
        levels = tuple(Decimal(str(share)) for share in told.get("levels") or LEVELS)
        words: dict[str, Any] = {name: told[name] for name in WORDS if told.get(name)}
        known = {"rule", "levels", *NUMBERS, *WORDS}
        options = {name: value for name, value in told.items() if name not in known and value is not None}
        return cls(
            rule=told["rule"], levels=levels, options=options, source=source, unenforceable=unenforceable,
            **numbers, **words,
        )  # fmt: skip

    def told(self) -> dict[str, Any]:
        """As JSON, every number as text; read back it is the same limit."""
        plain = {name: text(getattr(self, name)) for name in NUMBERS}
        words = {name: getattr(self, name) for name in WORDS}
        return {
            "rule": self.rule, "source": self.source, **plain, **words, "levels": [str(share) for share in self.levels],
            **({"options": dict(self.options)} if self.options else {}),
        }  # fmt: skip


def text(value: Decimal | None) -> str | None:
    return None if value is None else f"{value.normalize():f}"


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
