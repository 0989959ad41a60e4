"""I say what a trade would do to each limit before it is made: allowed, level, the size that still fits. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_DOWN, Decimal
from typing import Literal

from armor.book import Deal, Past
from armor.limit import Limit
from armor.measure import Measure
from armor.rules import rules
from armor.state import State

STEP = Decimal("0.000000000001")
NO_STOP = "no stop is given, so the loss it can bring is not known"
NO_PRICE = "no entry price is given, and none is known"
NO_MULTIPLIER = "what a point of this symbol is worth is not known: give `multiplier`, or trade it once"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A trade that is thought of. multiplier: money in the account's currency for one price unit of one quantity."""

    symbol: str
    side: Literal["long", "short"]
    quantity: Decimal
    entry: Decimal | None = None
    stop: Decimal | None = None
    multiplier: Decimal | None = None

    @property
    def unknown(self) -> str:
        if self.stop is None:
            return NO_STOP
        return NO_PRICE if self.entry is None else NO_MULTIPLIER if self.multiplier is None else ""

    @property
    def risk(self) -> Decimal | None:
        """Money lost at the stop; slippage and commission come on top."""
        if self.entry is None or self.stop is None or self.multiplier is None:
            return None
        distance = self.entry - self.stop if self.side == "long" else self.stop - self.entry
        return distance * self.quantity * self.multiplier


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One limit before and after; `fits` is the largest quantity that breaks it not even at the stop, None unknown."""

    limit: Limit
    before: Measure
    after: Measure | None
    fits: Decimal | None
    unknown: str = ""

    @property
    def allowed(self) -> bool | None:
        return None if self.after is None else not _stops(self.limit, self.after, self.before)


def check(state: State, limits: Sequence[Limit], plan: Plan) -> list[Effect]:
    """Each limit with this plan on top of what stands."""
    held = [limit for limit in limits if rules[limit.rule].kind != "objective" and not limit.unenforceable]
    return [_effect(state, limit, plan) for limit in held]


def _effect(state: State, limit: Limit, plan: Plan) -> Effect:
    rule = rules[limit.rule]
    before = rule.measure(state, limit)
    if rule.kind == "floor":
        return _floor(state, limit, plan, before)
    if limit.rule == "loss_per_trade":
        return _per_trade(state, limit, plan, before)
    if not rule.moments & {"open"}:
        return Effect(limit=limit, before=before, after=before, fits=None)
    after = rule.measure(_with(state, plan), limit)
    return Effect(limit=limit, before=before, after=after, fits=_fitting(after, plan), unknown=after.unknown)


def _floor(state: State, limit: Limit, plan: Plan, before: Measure) -> Effect:
    """As if it were stopped out now; gains of what stands are not counted on."""
    if plan.risk is None or state.is_estimate or before.floor is None:
        why = plan.unknown or before.unknown or state.doubt
        return Effect(limit=limit, before=before, after=None, fits=None, unknown=why)
    lost = replace(state, balance=state.balance - plan.risk, equity=_less(state.equity, plan.risk))
    after = rules[limit.rule].measure(lost, limit)
    room = before.room if limit.breaks == "lt" else before.room - Decimal("0.01")
    return Effect(limit=limit, before=before, after=after, fits=_size(room, plan), unknown=before.unknown)


def _per_trade(state: State, limit: Limit, plan: Plan, before: Measure) -> Effect:
    if plan.risk is None:
        return Effect(limit=limit, before=before, after=None, fits=None, unknown=plan.unknown)
    most = limit.money(state, state.day_start_balance)
    broken = plan.risk >= most
    after = Measure(rule=limit.rule, used=plan.risk, limit=most, level=3 if broken else 0, broken=broken, state=state)
    return Effect(limit=limit, before=before, after=after, fits=_size(most - Decimal("0.01"), plan))


def _less(equity: Decimal | None, risk: Decimal) -> Decimal | None:
    return None if equity is None else equity - risk


def _with(state: State, plan: Plan) -> State:
    """The moment just after it was opened."""
    deal = Deal(
        id=None, symbol=plan.symbol, side=plan.side, quantity=plan.quantity, entry_time=state.at,
        entry_price=plan.entry, stop_loss=plan.stop, initial_risk=plan.risk,
    )  # fmt: skip
    past = replace(state.past, deals=(*state.past.deals, deal)) if isinstance(state.past, Past) else state.past
    return replace(state, event="open", deal=deal, open=(*state.open, deal), past=past,
                   open_positions=state.open_positions + 1)  # fmt: skip


def _fitting(after: Measure, plan: Plan) -> Decimal | None:
    """Conduct is allowed or not, whatever the size, but for what measures size itself."""
    if after.rule == "risk_per_trade":
        return _size(after.limit, plan)
    if after.rule == "size_escalation" and after.used:
        return (plan.quantity * after.limit / after.used).quantize(STEP, ROUND_DOWN)
    return None if not after.level >= 2 else Decimal(0)


def _size(room: Decimal, plan: Plan) -> Decimal | None:
    """How much of it may be lost at the stop; a stop on the gaining side loses nothing, so nothing bounds it."""
    if plan.risk is None or plan.risk <= 0:
        return None
    return (max(Decimal(0), room) * plan.quantity / plan.risk).quantize(STEP, ROUND_DOWN)


def _stops(limit: Limit, after: Measure, before: Measure) -> bool:
    """A broken limit forbids; so does conduct that the trader wanted to be interrupted for."""
    if after.broken:
        return True
    single = 1 not in rules[limit.rule].levels
    return single and after.level >= 2 and after.level > before.level
