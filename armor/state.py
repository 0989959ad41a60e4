"""I am all a rule may know: the account at one moment of one trading day, and the limit it is held to. Pure."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

Reference = Literal["balance", "equity", "max"]
Operator = Literal["lt", "le"]

LEVELS = (Decimal("0.75"), Decimal("0.90"), Decimal(1))


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Money in the account's currency.

    `equity` is balance plus floating result, None when open positions are not valued; `balance` counts closed
    trades up to `trade_id`. `eod_peak` is the highest closing balance of the days before, the start included.
    """

    at: datetime
    day: date
    starting_balance: Decimal
    day_start_balance: Decimal
    balance: Decimal
    eod_peak: Decimal
    equity: Decimal | None = None
    day_start_equity: Decimal | None = None
    open_positions: int = 0
    trade_id: UUID | None = None

    @property
    def worth(self) -> Decimal:
        """Equity where it is known, else the closed balance."""
        return self.balance if self.equity is None else self.equity

    @property
    def is_estimate(self) -> bool:
        return self.equity is None and self.open_positions > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One rule's setting: how much, of what, and when it counts as broken.

    amount: money; percent: of `base`, used when there is no amount. lock_at: money above the starting balance at
    which a trailing floor stops rising. breaks: "lt" is broken below the floor, "le" at it. levels: the shares of
    the limit at which level 1, 2 and 3 are reached.
    """

    rule: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    base: Literal["initial", "reference"] = "initial"
    reference: Reference = "balance"
    breaks: Operator = "le"
    effect: Literal["fail", "pause"] = "fail"
    lock_at: Decimal | None = None
    levels: tuple[Decimal, ...] = LEVELS
    source: str = "own"

    def money(self, state: State, reference: Decimal) -> Decimal:
        if self.amount is not None:
            return self.amount
        of = state.starting_balance if self.base == "initial" else reference
        return of * (self.percent or Decimal(0)) / 100

    @classmethod
    def read(cls, told: dict[str, Any], *, source: str = "own") -> "Limit":
        """A limit from JSON; every number may be text."""
        numbers: dict[str, Any] = {name: _decimal(told.get(name)) for name in ("amount", "percent", "lock_at")}
        levels = tuple(Decimal(str(share)) for share in told.get("levels", LEVELS))
        words: dict[str, Any] = {
            name: told[name] for name in ("base", "reference", "breaks", "effect") if told.get(name)
        }
        return cls(rule=told["rule"], levels=levels, source=source, **numbers, **words)


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How near a state is to a limit: `used` of `limit` money is gone, `floor` is where it breaks."""

    rule: str
    used: Decimal
    limit: Decimal
    floor: Decimal
    worth: Decimal
    level: int
    broken: bool
    state: State
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> Decimal:
        """Used part of the limit, 0 and more; 1 is the whole of it."""
        return self.used / self.limit if self.limit > 0 else Decimal(1)

    @property
    def room(self) -> Decimal:
        """Money left before the limit breaks; never below zero."""
        return max(Decimal(0), self.worth - self.floor)


def against_floor(state: State, limit: Limit, *, floor: Decimal, amount: Decimal, **facts: object) -> Measure:
    """Measure a state against a floor that lies `amount` below its reference."""
    worth = state.worth
    broken = worth < floor if limit.breaks == "lt" else worth <= floor
    used = max(Decimal(0), amount - (worth - floor))
    return Measure(
        rule=limit.rule, used=used, limit=amount, floor=floor, worth=worth, broken=broken, state=state,
        level=_level(used, amount, broken, limit.levels), facts={name: str(value) for name, value in facts.items()},
    )  # fmt: skip


def _level(used: Decimal, amount: Decimal, broken: bool, levels: tuple[Decimal, ...]) -> int:
    """Level 3 is the limit broken; levels 1 and 2 are the shares of it that warn."""
    if broken:
        return 3
    reached = [number for number, share in enumerate(levels[:2], start=1) if amount > 0 and used >= share * amount]
    return max(reached, default=0)
