"""I bring what Armor watches in several currencies into one, at the rate of this day; I never add at one to one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from analytics.aggregate import Missing, Rate, worth_of
from armor.limit import Limit
from armor.measure import Measure
from armor.overview import Watched
from armor.state import State

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class WorthNow:
    """`every` account counts for levels, locks and positions; money is only that of the `summed` ones."""

    every: list[Watched]
    summed: list[Watched]
    missing: tuple[Missing, ...]


def worth_now(seen: Sequence[Watched], base: str, rate: Rate | None = None) -> WorthNow:
    """An account without a rate keeps its levels, brings no money into the sums and is named."""
    worth = worth_of([one.account for one in seen], base, {one.account.id: {one.state.day} for one in seen}, rate)
    known = {account.id for account in worth.accounts}
    every = [_in(one, worth.of(one.account, one.state.day)) if one.account.id in known else _moneyless(one)
             for one in seen]  # fmt: skip
    return WorthNow(every, [one for one in every if one.account.id in known], worth.missing)


def _in(one: Watched, rate: Decimal) -> Watched:
    if rate == 1:
        return one
    return replace(one, state=_state(one.state, rate), measures=[_measured(pair, rate) for pair in one.measures])


def _state(state: State, rate: Decimal) -> State:
    return replace(
        state, balance=state.balance * rate, day_start_balance=state.day_start_balance * rate,
        equity=None if state.equity is None else state.equity * rate,
        own_equity=None if state.own_equity is None else state.own_equity * rate,
    )  # fmt: skip


def _measured(pair: tuple[Limit, Measure], rate: Decimal) -> tuple[Limit, Measure]:
    """Floors are money; a limit without one counts trades, minutes or shares."""
    limit, measure = pair
    if measure.floor is None:
        return pair
    return limit, replace(
        measure, used=measure.used * rate, limit=measure.limit * rate, floor=measure.floor * rate,
        worth=measure.worth * rate,
    )  # fmt: skip


def _moneyless(one: Watched) -> Watched:
    floorless = [(limit, replace(measure, floor=None)) for limit, measure in one.measures]
    return replace(one, state=_state(one.state, ZERO), measures=floorless)
