"""I find which levels of which limits are reached for the first time on a trading day. Pure: live, replay and test."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain

from armor.book import Book
from armor.limit import Limit
from armor.measure import Measure
from armor.moments import Walk, moments
from armor.rules import Rule, rules
from armor.state import State

AHEAD = timedelta(days=8)
Key = tuple[str, int, date]
Day = tuple[str, date]


@dataclass(frozen=True, slots=True)
class Found:
    """A level reached; `also` names the lower floors of the same programme that broke at the same moment."""

    limit: Limit
    measure: Measure
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """`now` is the last state; `next_timer` is when a rule wants to look again although nothing happens."""

    found: dict[Key, Found]
    now: State
    next_timer: datetime | None


def judged(book: Book, limits: Sequence[Limit], settled: Iterable[Day] = ()) -> Verdict:
    """Every level reached in the book, at the first moment of its day; what is dated ahead is judged too, and `now`
    stays the real one, so that nobody's trade of tomorrow hides how the account stands today."""
    held = [(limit, rules[limit.rule]) for limit in limits if not limit.unenforceable]
    times, over = timers(book, held), set(settled)
    found, now = reached(moments(book, wanted(held), times), held, over)
    if book.ahead is not None:
        later, _ = reached(moments(replace(book, now=book.ahead, ahead=None), wanted(held), times), held, over)
        found = later | found
    return Verdict(found, now, next((at for at in times if at > book.now), None))


def reached(
    states: Iterable[State], held: Sequence[tuple[Limit, Rule]], settled: Iterable[Day] = ()
) -> tuple[dict[Key, Found], State]:
    """`settled` are the (rule, day) whose break, or whose lesser part in another's, is known already.

    When several floors of one programme break at one moment, the highest is blamed: on its way down the price came
    to it first. The lower ones are named beside it and stand no trial of their own that day.
    """
    found: dict[Key, Found] = {}
    over = set(settled)
    listeners = _listeners(held)
    for state in states:
        measures = [(limit, rule, rule.measure(state, limit)) for limit, rule in listeners.get(state.event, ())]
        lesser = _lesser(measures, over, state.day)
        for limit, rule, measure in measures:
            top = min(measure.level, 2) if (limit.rule, state.day) in lesser else measure.level
            for level in rule.levels:
                if level <= top:
                    key = (limit.rule, level, state.day)
                    if key not in found:
                        found[key] = Found(limit, measure)
            if top == 3:
                over.add((limit.rule, state.day))
        over |= lesser.keys()
        _name(found, lesser, state)
    return found, state


def _listeners(held: Sequence[tuple[Limit, Rule]]) -> Mapping[str, list[tuple[Limit, Rule]]]:
    events = {event for _, rule in held for event in rule.moments}
    return {event: [pair for pair in held if event in pair[1].moments] for event in events}


def _lesser(measures: Sequence[tuple[Limit, Rule, Measure]], over: set[Day], day: date) -> dict[Day, tuple[str, ...]]:
    """(rule, day) → blamed rule, for floors that are not to be blamed at this moment or were settled before it."""
    broken = [(limit, measure) for limit, rule, measure in measures if rule.kind == "floor" and measure.level == 3]
    if len(broken) < 2:
        return {(limit.rule, day): () for limit, _ in broken if (limit.rule, day) in over}
    lesser: dict[Day, tuple[str, ...]] = {(limit.rule, day): () for limit, _ in broken if (limit.rule, day) in over}
    for source in {limit.source for limit, _ in broken}:
        fresh = [pair for pair in broken if pair[0].source == source and (pair[0].rule, day) not in over]
        if len(fresh) > 1:
            highest = max(fresh, key=lambda pair: pair[1].floor or 0)
            lesser |= {(limit.rule, day): (highest[0].rule,) for limit, _ in fresh if limit.rule != highest[0].rule}
    return lesser


def _name(found: dict[Key, Found], lesser: Mapping[Day, tuple[str, ...]], state: State) -> None:
    """Write the lesser floors beside the blamed one."""
    for (rule, day), blamed in lesser.items():
        for name in blamed:
            key = (name, 3, day)
            if key in found and found[key].measure.state is state:
                found[key] = Found(found[key].limit, found[key].measure, (*found[key].also, rule))


def wanted(held: Iterable[tuple[Limit, Rule]]) -> frozenset[str]:
    return frozenset(chain.from_iterable(rule.moments for _, rule in held))


def timers(book: Book, held: Iterable[tuple[Limit, Rule]]) -> list[datetime]:
    """The moments at which a rule wants to look although nothing happens, from the book's start on and past its end."""
    asking = [(limit, rule.timers) for limit, rule in held if rule.timers]
    if not asking:
        return []
    walk = Walk(book)
    whole = State(
        at=book.now, day=book.first, day_start=walk.tally.day_start, past=book.past, balance=book.balance,
        day_end=max(book.now, walk.tally.day_end) + AHEAD, starting_balance=book.starting_balance,
        day_start_balance=book.balance, eod_peak=book.eod_peak,
    )  # fmt: skip
    return sorted({at for limit, times in asking for at in times(limit, whole)})
