"""I measure the fall from the highest point so far against the most it may be."""

from decimal import Decimal

from armor.ask import FLOOR, LOCK, Ask
from armor.limit import Limit
from armor.measure import Measure, against_floor
from armor.rules import rule
from armor.state import State

UNSEEN = "no live equity so far: the peak between the closed trades is not known"


@rule(
    "trailing_dd", own="own_trailing_dd", title="Trailing drawdown", headline="Trailing drawdown limit reached",
    kind="floor",
    asks=FLOOR | {"lock_at": LOCK, "mode": Ask(kind="word", help="where the peak is taken",
                                               choices=("eod_balance", "closed_balance", "intraday_equity"))},
)  # fmt: skip
def trailing_dd(state: State, limit: Limit) -> Measure:
    """floor = highest point so far (the start included) − amount; it never falls.

    The points are the balances at the ends of days, the balances after each closed trade, or every equity read, open
    profit included. With `lock_at` the floor stops rising at initial + lock_at. Where the equity was never read, its
    peak is at least the highest balance: what breaks that floor breaks the true one.
    Source: Topstep, what is the maximum loss limit: 50K, closes 50 500 → 48 500, 52 500 → 50 000 for ever.
    """
    peak, unknown = _peak(state, limit)
    amount = limit.money(state, peak)
    floor = peak - amount
    if limit.lock_at is not None:
        floor = min(floor, state.starting_balance + limit.lock_at)
    return against_floor(state, limit, floor=floor, amount=amount, unknown=unknown, peak=peak)


def _peak(state: State, limit: Limit) -> tuple[Decimal, str]:
    if limit.mode == "eod_balance":
        return state.eod_peak, ""
    closed = max(state.eod_peak, state.balance, state.closed_peak or state.eod_peak)
    if limit.mode == "closed_balance":
        return closed, ""
    if state.equity_peak is None:
        return max(closed, state.worth), UNSEEN
    return max(closed, state.equity_peak, state.worth), ""
