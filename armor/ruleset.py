"""I check a rule set that somebody wrote, and name each field that cannot stand. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import available_timezones

from armor.ask import Ask
from armor.rules import Rule, rules

FORMAT = "aetheris.rules/1"
MOST_LIMITS = 60
NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,12})?")
HOUR = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
NOT_FOR_FORMS = ("reset_forecast",)
ONE_OF = {"overtrading": ("per_hour", "per_day", "history_factor"), "max_positions": ("positions", "per_symbol")}
SHARES = (Decimal("0.01"), Decimal(1))


@dataclass(frozen=True, slots=True)
class Fault:
    """field is where, like limits[2].amount; code is one word for programs; message says what to do."""

    field: str
    code: str
    message: str


def faults(told: Any) -> list[Fault]:
    """Everything that is wrong with {limits, reset?, name?, format?}; empty when it can be used."""
    if not isinstance(told, Mapping):
        return [Fault("", "not_an_object", "A rule set is an object with “limits”.")]
    limits = told.get("limits")
    if not isinstance(limits, Sequence) or isinstance(limits, str):
        return [Fault("limits", "required", "Give a list of limits; it may be empty.")]
    if len(limits) > MOST_LIMITS:
        return [Fault("limits", "too_many", f"At most {MOST_LIMITS} limits are kept.")]
    return [*_head(told), *(fault for place, limit in enumerate(limits) for fault in _limit(f"limits[{place}]", limit)),
            *_twice(limits)]  # fmt: skip


def _head(told: Mapping[str, Any]) -> Iterator[Fault]:
    if told.get("format", FORMAT) != FORMAT:
        yield Fault("format", "unknown", f"This product reads {FORMAT}.")
    for name in told.keys() - {"format", "name", "limits", "reset", "account", "exported_at"}:
        yield Fault(str(name), "unknown", "A rule set has format, name, limits and reset.")
    reset = told.get("reset")
    if reset is not None:
        if not isinstance(reset, Mapping):
            yield Fault("reset", "not_an_object", "Give {zone, at}, for example Europe/Prague and 00:00.")
            return
        if "zone" in reset:
            yield from _one("reset.zone", reset["zone"], Ask(kind="zone", help="an IANA zone such as Europe/Prague"))
        if "at" in reset:
            yield from _one("reset.at", reset["at"], Ask(kind="time", help="a wall clock such as 17:00"))


def _limit(where: str, told: Any) -> Iterator[Fault]:
    if not isinstance(told, Mapping):
        yield Fault(where, "not_an_object", "A limit is an object with “rule”.")
        return
    name = told.get("rule")
    if not isinstance(name, str) or name not in rules or name in NOT_FOR_FORMS:
        known = ", ".join(sorted(key for key in rules if key not in NOT_FOR_FORMS))
        yield Fault(f"{where}.rule", "unknown", f"Choose one of {known}.")
        return
    yield from _fields(where, told, rules[name])


def _fields(where: str, told: Mapping[str, Any], rule: Rule) -> Iterator[Fault]:
    for name, value in told.items():
        if name in ("rule", "source") or value is None:
            continue
        if name == "levels":
            yield from _levels(f"{where}.levels", value)
        elif name not in rule.asks:
            yield Fault(
                f"{where}.{name}", "unknown", f"{rule.key} asks for {', '.join(sorted(rule.asks)) or 'nothing'}."
            )
        else:
            yield from _one(f"{where}.{name}", value, rule.asks[name])
    for name, ask in rule.asks.items():
        if ask.needed and told.get(name) is None:
            yield Fault(f"{where}.{name}", "required", f"Give {ask.help}.")
    if {"amount", "percent"} <= rule.asks.keys() and told.get("amount") is None and told.get("percent") is None:
        yield Fault(f"{where}.amount", "required", f"{rule.key} needs an amount in money or a percent.")
    chosen = ONE_OF.get(rule.key, ())
    if chosen and not any(told.get(name) is not None for name in chosen):
        yield Fault(f"{where}.{chosen[0]}", "required", f"Give at least one of {', '.join(chosen)}.")


def _levels(where: str, value: Any) -> Iterator[Fault]:
    """Three shares of the limit that rise, the last one the whole."""
    shares = [_number(share) for share in value] if isinstance(value, Sequence) and not isinstance(value, str) else []
    good = len(shares) == 3 and all(share is not None and SHARES[0] <= share <= SHARES[1] for share in shares)
    if not good or shares != sorted(set(shares), key=lambda share: share or 0) or shares[2] != 1:
        yield Fault(where, "invalid", "Give three rising shares of the limit that end with 1, such as 0.75, 0.9, 1.")


def _one(where: str, value: Any, ask: Ask) -> Iterator[Fault]:
    told = CHECKS[ask.kind](value, ask)
    if told:
        yield Fault(where, "invalid", f"{told} It is {ask.help}.")


def _is_number(value: Any, ask: Ask) -> str:
    number = _number(value)
    if number is None:
        return "This is no number."
    return "" if ask.least <= number <= ask.most else f"Give {ask.least} to {ask.most}."


def _number(value: Any) -> Decimal | None:
    """Plain digits only: what Decimal would take beyond that (NaN, 1e999, other scripts' digits) is no number here."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    try:
        return Decimal(text) if NUMBER.fullmatch(text) and text.isascii() else None
    except InvalidOperation:
        return None


def _is_word(value: Any, ask: Ask) -> str:
    return "" if value in ask.choices else f"Choose one of {', '.join(ask.choices)}."


def _are_words(value: Any, ask: Ask) -> str:
    if (
        not isinstance(value, list)
        or len(value) > 100
        or not all(isinstance(one, str) and 0 < len(one) <= 40 for one in value)
    ):
        return "Give a list of at most 100 words."
    return "" if not ask.choices or set(value) <= set(ask.choices) else f"Choose from {', '.join(ask.choices)}."


def _is_time(value: Any, ask: Ask) -> str:
    return "" if isinstance(value, str) and HOUR.fullmatch(value) else "Give a time as HH:MM."


def _is_zone(value: Any, ask: Ask) -> str:
    return "" if isinstance(value, str) and value in available_timezones() else "This zone is not known."


def _is_text(value: Any, ask: Ask) -> str:
    return "" if isinstance(value, str) and len(value) <= 200 else "Give at most 200 letters."


CHECKS = {
    "number": _is_number, "word": _is_word, "words": _are_words, "time": _is_time, "zone": _is_zone, "text": _is_text,
}  # fmt: skip


def _twice(limits: Sequence[Any]) -> Iterator[Fault]:
    """One limit of a rule: a day has one alert of each level of it."""
    seen: set[str] = set()
    for place, limit in enumerate(limits):
        name = limit.get("rule") if isinstance(limit, Mapping) else None
        if isinstance(name, str):
            if name in seen:
                yield Fault(f"limits[{place}].rule", "twice", f"{name} is in this rule set already; keep one of them.")
            seen.add(name)
