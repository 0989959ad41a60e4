"""I put what a breach was judged on into JSON, enough to judge it again, and do judge it again. Pure."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from armor.book import DayResult, Deal, NewsEvent, Past, Pause, Position
from armor.limit import Limit, text
from armor.measure import Measure
from armor.rules import rules
from armor.state import State
from armor.verdict import Found

NUMBERS = (
    "starting_balance", "day_start_balance", "balance", "eod_peak", "closed_peak", "equity_peak", "day_peak", "equity",
    "day_start_equity", "own_equity", "told_balance", "own_balance",
)  # fmt: skip
MOST_DEALS = 300


def proof(found: Found) -> dict[str, Any]:
    """The rule and its version, the limit, the state, the deals it looked at, and a digest over all of them."""
    limit, measure = found.limit, found.measure
    state, rule = measure.state, rules[limit.rule]
    judged = {
        "rule": limit.rule, "rule_version": rule.version, "limit": limit.told(), "state": _state(state),
        **({"past": _past(state)} if rule.kind == "conduct" else {}),
    }  # fmt: skip
    return {
        "at": state.at.isoformat(), "trade_id": str(state.trade_id) if state.trade_id else None,
        "trade_ids": _ids(state), **judged, "floor": text(measure.floor), "worth": text(measure.worth),
        "used": text(measure.used), "basis": "equity" if state.equity is not None else "closed balance",
        "estimate": state.is_estimate, "unknown": measure.unknown, "facts": measure.facts,
        "also_broken": list(found.also), "input_hash": digest(judged),
    }  # fmt: skip


def digest(judged: Mapping[str, Any]) -> str:
    return sha256(json.dumps(judged, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def judge_again(evidence: Mapping[str, Any]) -> Measure:
    """The measure that today's rule takes of the kept numbers; level and amounts must agree with the breach."""
    told = evidence["limit"]
    limit = Limit.read({**told, **told.get("options", {})} | {"options": None, "source": None}, source=told["source"])
    return rules[evidence["rule"]].measure(_read_state(evidence["state"], evidence.get("past")), limit)


def untouched(evidence: Mapping[str, Any]) -> bool:
    """Whether the digest still fits what stands beside it."""
    judged = {name: evidence[name] for name in ("rule", "rule_version", "limit", "state", "past") if name in evidence}
    return digest(judged) == evidence["input_hash"]


def _ids(state: State) -> list[str]:
    """The trades of this moment; for a state that came by itself, the day's last ones."""
    ids: list[UUID | None] = list(state.trade_ids) or ([state.deal.id] if state.deal else [])
    return [str(id) for id in ids or [deal.id for deal in state.closed_today()[-50:]] if id]


def _state(state: State) -> dict[str, Any]:
    return {
        **{name: text(getattr(state, name)) for name in NUMBERS},
        "at": state.at.isoformat(), "day": state.day.isoformat(), "event": state.event,
        "day_start": _moment(state.day_start), "day_end": _moment(state.day_end),
        "open_positions": state.open_positions, "trade_ids": [str(id) for id in state.trade_ids],
        "positions": [_plain(position) for position in state.positions],
    }  # fmt: skip


def _past(state: State) -> dict[str, Any]:
    """What conduct is read from: the day's deals and those that stand, the pauses, the news nearby."""
    past = state.past
    near = {id(deal): deal for deal in (*past.opened(state.begins, state.at), *state.closed_today(), *state.open)}
    recent = [deal for deal in past.closes if deal.exit_time and deal.exit_time <= state.at][-20:]
    near |= {id(deal): deal for deal in recent}
    deals = list(near.values())[-MOST_DEALS:]
    hours = [event for event in past.events if abs((event.at - state.at).total_seconds()) <= 6 * 3600]
    return {
        "deals": [_plain(deal) for deal in deals],
        "deal": deals.index(state.deal) if state.deal in deals else None,
        "open": [deals.index(deal) for deal in state.open if deal in deals],
        "elsewhere": [_plain(deal) for deal in past.elsewhere if deal.stands_at(state.at)][:MOST_DEALS],
        "events": [_plain(event) for event in hours], "pauses": [_plain(pause) for pause in past.pauses],
        "days": [_plain(day) for day in past.days[-40:]],
    }  # fmt: skip


def _plain(thing: Any) -> dict[str, Any]:
    return {name: _value(value) for name, value in asdict(thing).items() if value is not None}


def _value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return text(value)
    return value.isoformat() if isinstance(value, date | datetime) else str(value) if isinstance(value, UUID) else value


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _read_state(told: Mapping[str, Any], past: Mapping[str, Any] | None) -> State:
    numbers: dict[str, Any] = {
        name: Decimal(told[name]) for name in NUMBERS if told.get(name) is not None
    }  # what an older proof does not name was not known then
    moments: dict[str, Any] = {
        name: told[name] and datetime.fromisoformat(told[name]) for name in ("at", "day_start", "day_end")
    }
    seen: dict[str, Any] = _read_past(past) if past else {}
    return State(
        day=date.fromisoformat(told["day"]), event=told["event"], open_positions=told["open_positions"],
        trade_ids=tuple(UUID(id) for id in told["trade_ids"]),
        positions=tuple(_read(Position, one) for one in told["positions"]), **numbers, **moments, **seen,
    )  # fmt: skip


def _read_past(told: Mapping[str, Any]) -> dict[str, Any]:
    deals = _all(Deal, told["deals"])
    return {
        "past": Past(
            deals=deals, elsewhere=_all(Deal, told["elsewhere"]), events=_all(NewsEvent, told["events"]),
            pauses=_all(Pause, told["pauses"]), days=_all(DayResult, told["days"]),
        ),
        "deal": None if told["deal"] is None else deals[told["deal"]],
        "open": tuple(deals[place] for place in told["open"]),
    }  # fmt: skip


def _all(kind: type, told: Iterable[Mapping[str, Any]]) -> list[Any]:
    return [_read(kind, one) for one in told]


def _read(kind: Any, told: Mapping[str, Any]) -> Any:
    types = {field.name: field.type for field in fields(kind)}
    return kind(**{name: _back(value, types[name]) for name, value in told.items()})


def _back(value: Any, type: Any) -> Any:
    for kind, read in READERS.items():
        if kind in (getattr(type, "__args__", ()) or (type,)):
            return read(value)
    return value


READERS: dict[type, Any] = {
    Decimal: Decimal, datetime: datetime.fromisoformat, date: date.fromisoformat, UUID: UUID,
}  # fmt: skip
