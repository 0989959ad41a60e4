"""I measure the fall from the highest closing balance against the most it may be."""

from armor.rules import rule
from armor.state import Limit, Measure, State, against_floor


@rule("trailing_dd", title="Trailing drawdown", headline="Trailing drawdown limit reached")
def trailing_dd(state: State, limit: Limit) -> Measure:
    """floor = highest end-of-day balance so far (the start included) − amount; it never falls.

    With `lock_at` it stops rising at initial + lock_at. A spike inside the day does not move it.
    Source: Topstep, what is the maximum loss limit: 50K, closes 50 500 → 48 500, 52 500 → 50 000 for ever.
    """
    amount = limit.money(state, state.eod_peak)
    floor = state.eod_peak - amount
    if limit.lock_at is not None:
        floor = min(floor, state.starting_balance + limit.lock_at)
    return against_floor(state, limit, floor=floor, amount=amount, peak=state.eod_peak)
