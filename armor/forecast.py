"""I measure what is carried across the day's reset by the floors that will hold after it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from armor.limit import Limit
from armor.measure import Measure
from armor.rules import rules
from armor.state import ESTIMATE, State
from armor.verdict import Found

RULE = "reset_forecast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the reset at `at` will do if nothing is closed before it; `breaks` are the floors that break by it alone."""

    at: datetime
    carried: Decimal | None
    breaks: tuple[tuple[Limit, Measure], ...] = ()
    unknown: str = ""

    @property
    def worst(self) -> tuple[Limit, Measure] | None:
        """The highest of the floors that will break."""
        return max(self.breaks, key=lambda pair: pair[1].floor or Decimal(0), default=None)


def forecast(state: State, limits: Sequence[Limit]) -> Forecast | None:
    """None when nothing is carried, or nothing that holds a floor is set."""
    floors = [limit for limit in limits if rules[limit.rule].kind == "floor" and not limit.unenforceable]
    if state.day_end is None or not floors or not state.open_positions:
        return None
    if state.equity is None:
        return Forecast(at=state.day_end, carried=None, unknown=ESTIMATE)
    ends, state = state.day_end, _feared(state)
    after = after_reset(state)
    breaks = tuple(
        (limit, measure) for limit in floors
        if (measure := rules[limit.rule].measure(after, limit)).broken
        and not rules[limit.rule].measure(state, limit).broken
    )  # fmt: skip
    return Forecast(at=ends, carried=state.worth - state.balance, breaks=breaks)


def _feared(state: State) -> State:
    """Where broker and journal disagree, the lower equity: a forecast warns and fails nobody."""
    return replace(state, equity=state.worth, own_equity=None, told_balance=None)


def after_reset(state: State) -> State:
    """The same money on the first moment of the next trading day."""
    return replace(
        state, at=state.day_end or state.at, day=state.day + timedelta(days=1), event="reset", day_start=state.day_end,
        day_end=None, day_start_balance=state.balance, day_start_equity=state.worth,
        eod_peak=max(state.eod_peak, state.balance), day_peak=max(state.balance, state.worth), trade_ids=(),
    )  # fmt: skip


def told(seen: Forecast | None, state: State, lead: timedelta) -> Found | None:
    """The alert of it, once the reset is no further away than `lead`; it belongs to the day before that reset."""
    if seen is None or seen.worst is None or state.at < seen.at - lead:
        return None
    limit, measure = seen.worst
    facts = {
        "floor_rule": limit.rule, "resets_at": seen.at.isoformat(), "carried": str(seen.carried),
        "floor": str(measure.floor), "source": limit.source,
    }  # fmt: skip
    alert = replace(measure, rule=RULE, level=2, broken=False, state=state, facts=facts)
    return Found(replace(limit, rule=RULE, options={"floor_rule": limit.rule}), alert)
