"""I am what a rule of behaviour may know: trades, sign-ins, edits and payments of many people, frozen; pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID

from aetheris.registry import Registry


@dataclass(frozen=True, slots=True)
class Deal:
    """A closed trade, whoever's."""

    id: UUID
    person: UUID
    account: UUID
    source: str
    symbol: str
    side: str
    quantity: Decimal
    entry_price: Decimal
    exit_price: Decimal
    entry_time: datetime
    exit_time: datetime
    pnl: Decimal


@dataclass(frozen=True, slots=True)
class Entrance:
    person: UUID
    address: str
    agent: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Edit:
    """A closed trade's figures were changed: what they said and say."""

    sequence: int
    trade: UUID
    person: UUID
    at: datetime
    closed_at: datetime
    was: Decimal
    became: Decimal


@dataclass(frozen=True, slots=True)
class Payment:
    id: UUID
    person: UUID
    amount: Decimal
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class World:
    now: datetime
    deals: tuple[Deal, ...] = ()
    entrances: tuple[Entrance, ...] = ()
    edits: tuple[Edit, ...] = ()
    payments: tuple[Payment, ...] | None = None  # None: payments are not recorded here

    def by_person(self) -> dict[UUID, list[Deal]]:
        found: dict[UUID, list[Deal]] = {}
        for deal in sorted(self.deals, key=lambda deal: deal.entry_time):
            found.setdefault(deal.person, []).append(deal)
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """One pattern: about whom, in one sentence, with the numbers; `marks` make the same pattern the same."""

    person: UUID
    sentence: str
    marks: tuple[str, ...]
    evidence: dict[str, Any] = field(default_factory=dict)

    def pattern(self, rule: str) -> str:
        return sha256("|".join((rule, str(self.person), *self.marks)).encode()).hexdigest()


Rule = Callable[[World], Iterator[Found]]
rules: Registry[Rule] = Registry("behaviour rule", "compliance.aml.rules")
rule = rules.named


def find(world: World) -> list[tuple[str, Found]]:
    return [(name, found) for name, look in rules.items() for found in look(world)]
