"""I say how near a state is to a limit, and which level that is. Pure."""

from dataclasses import dataclass, field
from decimal import Decimal

from armor.limit import Limit
from armor.state import State

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """`used` of `limit` is gone; `floor` is where it breaks, if it is a floor of money.

    `unknown` says why the measure is not the whole truth; then nothing is broken for certain unless `broken` says so.
    """

    rule: str
    used: Decimal
    limit: Decimal
    level: int
    broken: bool
    state: State
    floor: Decimal | None = None
    worth: Decimal = ZERO
    unknown: str = ""
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def share(self) -> Decimal:
        """Used part of the limit, 0 and more; 1 is the whole of it."""
        if self.limit <= 0:
            return Decimal(1) if self.broken else ZERO
        return self.used / self.limit

    @property
    def room(self) -> Decimal:
        """What is left before the limit breaks; never below zero."""
        return max(ZERO, self.limit - self.used if self.floor is None else self.worth - self.floor)


def against_floor(
    state: State, limit: Limit, *, floor: Decimal, amount: Decimal, unknown: str = "", **facts: object
) -> Measure:
    """Measure a state against a floor that lies `amount` below its reference.

    On an estimate nothing is broken for certain: then level 2 is the highest. A limit that counts the lower of balance
    and equity is certain all the same, for the equity can only add to what is lost; so is one that breaks by the
    broker's equity and by the journal's. `unknown` says why the true floor may be higher than this one; what breaks
    this one breaks that one as well.
    """
    worth, at_best = state.worth, state.at_best
    if limit.counts == "lower":
        worth, at_best = min(state.balance, worth), min(state.balance, at_best)
    unvalued = state.equity is None and state.open_positions > 0
    below = at_best < floor if limit.breaks == "lt" else at_best <= floor
    broken = below and (not unvalued or limit.counts == "lower")
    used = max(ZERO, amount - (worth - floor))
    level = 3 if broken else reached(used, amount, limit.levels)
    return Measure(
        rule=limit.rule, used=used, limit=amount, floor=floor, worth=worth, state=state, level=level, broken=broken,
        unknown=state.doubt or unknown, facts={name: str(value) for name, value in facts.items()},
    )  # fmt: skip


def against_count(state: State, limit: Limit, *, used: Decimal | int, most: Decimal, **facts: object) -> Measure:
    """Measure a number that may reach its limit but not pass it: level 2 at the limit, level 3 beyond it."""
    used = Decimal(used)
    level = 3 if used > most else 2 if used == most > 0 else 1 if most > 0 and used >= limit.levels[0] * most else 0
    return Measure(
        rule=limit.rule, used=used, limit=most, level=level, broken=level == 3, state=state,
        facts={name: str(value) for name, value in facts.items()},
    )  # fmt: skip


def forbidden(
    state: State, limit: Limit, *, done: bool, used: Decimal | int = 1, most: Decimal | int = 1, **facts: object
) -> Measure:
    """Something that is done or not done: a failure where the firm fails for it, else an interruption."""
    level = (3 if limit.effect == "fail" else 2) if done else 0
    return Measure(
        rule=limit.rule, used=Decimal(used if done else 0), limit=Decimal(most), level=level, broken=level == 3,
        state=state, facts={name: str(value) for name, value in facts.items()},
    )  # fmt: skip


def progress(
    state: State, limit: Limit, *, used: Decimal, goal: Decimal, unknown: str = "", **facts: object
) -> Measure:
    """How much of a goal is reached; a goal is never a breach."""
    return Measure(
        rule=limit.rule, used=used, limit=goal, level=0, broken=False, state=state, unknown=unknown,
        facts={name: str(value) for name, value in facts.items()},
    )  # fmt: skip


def unmeasured(state: State, limit: Limit, why: str) -> Measure:
    """It cannot be said how near the limit is."""
    return Measure(rule=limit.rule, used=ZERO, limit=ZERO, level=0, broken=False, state=state, unknown=why)


def reached(used: Decimal, amount: Decimal, levels: tuple[Decimal, ...]) -> int:
    """Levels 1 and 2 are the shares of the limit that warn."""
    if amount <= ZERO:
        return 0
    return 2 if used >= levels[1] * amount else 1 if used >= levels[0] * amount else 0
