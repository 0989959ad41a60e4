"""I keep a part of the day's best result from being given back."""

from armor.ask import COMMON, Ask
from armor.limit import Limit
from armor.measure import Measure, against_floor, progress
from armor.rules import rule
from armor.state import State


@rule(
    "daily_profit_lock", title="Daily profit lock", headline="The day's profit is given back", kind="floor",
    asks=COMMON | {"amount": Ask(help="profit of the day from which the lock holds", needed=True),
                   "keep_percent": Ask(help="share of the day's best result to keep", most=100)},
)  # fmt: skip
def daily_profit_lock(state: State, limit: Limit) -> Measure:
    """Once the day stood `amount` up: floor = day's start + keep_percent of its best result (50 % by default).

    Before that there is nothing to lock. Levels are shares of what may be given back.
    """
    best = max(state.day_peak or state.day_start_balance, state.worth) - state.day_start_balance
    trigger = limit.money(state, state.starting_balance)
    if best < trigger:
        return progress(state, limit, used=limit.number("nothing"), goal=trigger, best=best)
    kept = best * limit.number("keep_percent", 50) / 100
    return against_floor(state, limit, floor=state.day_start_balance + kept, amount=best - kept, best=best)
