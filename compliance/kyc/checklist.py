"""I say which documents a case needs, by country and kind of account, and which of them are still missing; pure."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "checklists.toml"


@dataclass(frozen=True, slots=True)
class Item:
    key: str
    label: str
    kinds: frozenset[str]
    count: int
    countries: frozenset[str]
    account_types: frozenset[str]

    def applies(self, country: str, account_type: str) -> bool:
        return (not self.countries or country in self.countries) and (
            not self.account_types or account_type in self.account_types
        )


@dataclass(frozen=True, slots=True)
class Checklist:
    version: str
    review_again_months: int
    decide_within_hours: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A document as the checklist sees it."""

    kind: str
    expires_on: date | None


@cache
def checklist() -> Checklist:
    told = tomllib.loads(FILE.read_text())
    items = tuple(
        Item(item["key"], item["label"], frozenset(item["kinds"]), item.get("count", 1),
             frozenset(item.get("countries", ())), frozenset(item.get("account_types", ())))
        for item in told["items"]
    )  # fmt: skip
    return Checklist(told["version"], told["review_again_months"], told["decide_within_hours"], items)


def needed(country: str, account_type: str) -> list[Item]:
    return [item for item in checklist().items if item.applies(country.upper(), account_type)]


def is_met(item: Item, documents: Iterable[Shown], today: date) -> bool:
    living = [d for d in documents if d.kind in item.kinds and (d.expires_on is None or d.expires_on > today)]
    return len(living) >= item.count


def missing(country: str, account_type: str, documents: Iterable[Shown], today: date) -> list[Item]:
    shown = list(documents)
    return [item for item in needed(country, account_type) if not is_met(item, shown, today)]


def review_again_on(today: date, expiries: Iterable[date | None]) -> date:
    """The first of: the regular day, the day a document runs out."""
    months = today.year * 12 + today.month - 1 + checklist().review_again_months
    regular = date(months // 12, months % 12 + 1, min(today.day, 28))
    return min([regular, *(day for day in expiries if day is not None)])
