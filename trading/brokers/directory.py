"""I know brokers by name, and say honestly by which way each one's trades reach us."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Platform:
    """`connector` is asked or pushed to live, if there is one; `formats` are the files read; `how` says it in words."""

    key: str
    title: str
    connector: str
    formats: tuple[str, ...]
    how: str


@dataclass(frozen=True, slots=True)
class Broker:
    name: str
    kind: str
    platform: Platform
    exchange: str = ""

    @property
    def path(self) -> str:
        """Whether this very broker is served by name, or its platform as a whole is."""
        return "by name" if self.exchange else "by platform"


@cache
def platforms() -> dict[str, Platform]:
    with (HERE / "platforms.csv").open(newline="", encoding="utf-8") as file:
        return {
            row["platform"]: Platform(
                row["platform"], row["title"], row["connector"], tuple(row["formats"].split()), row["how"]
            )
            for row in csv.DictReader(file)
        }


@cache
def brokers() -> tuple[Broker, ...]:
    """One entry for each broker and platform, by name."""
    found = []
    for path in sorted(HERE.glob("*.csv")):
        if path.name == "platforms.csv":
            continue
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                found += [
                    Broker(row["name"], row["kind"], platforms()[platform], row.get("exchange") or "")
                    for platform in row["platforms"].split()
                ]
    return tuple(sorted(found, key=lambda one: (one.name.lower(), one.platform.key)))


def search(words: str) -> list[Broker]:
    """Every word somewhere in the name, the platform or the kind; names that begin so come first."""
    sought = words.lower().split()
    hits = [
        one
        for one in brokers()
        if all(word in f"{one.name} {one.platform.title} {one.kind}".lower() for word in sought)
    ]
    return sorted(hits, key=lambda one: not one.name.lower().startswith(words.lower()))
