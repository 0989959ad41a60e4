"""I hold one person against the entries of the lists and explain every resemblance; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from compliance.aml.names import alike, fold, skeleton

THRESHOLD = 86.0
SAME_DATE, SAME_YEAR, OTHER_YEAR, SAME_COUNTRY, OTHER_COUNTRY = 6.0, 3.0, -12.0, 3.0, -3.0


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    birth_date: str = ""  # 1990-05-04, or a year, or nothing
    country: str = ""  # ISO 3166, two letters


@dataclass(frozen=True, slots=True)
class Party:
    """One entry of a list, with every spelling it gives."""

    reference: str
    names: tuple[str, ...]
    is_person: bool = True
    birth_dates: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    party: Party
    name: str
    score: float
    why: dict[str, Any]


@dataclass
class Index:
    """Parties by the beginnings of the sounds of their words, so that most are never compared."""

    places: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    parties: list[Party] = field(default_factory=list)

    @classmethod
    def of(cls, parties: Iterable[Party]) -> "Index":
        made = cls()
        for party in parties:
            made.parties.append(party)
            for key in {key for name in party.names for key in keys(name)}:
                made.places[key].add(len(made.parties) - 1)
        return made

    def near(self, name: str) -> Iterator[Party]:
        """Those that share two keys, or the one there is."""
        wanted = keys(name)
        shared = Counter(number for key in wanted for number in self.places.get(key, ()))
        enough = min(2, len(wanted))
        for number in sorted(number for number, count in shared.items() if count >= enough):
            yield self.parties[number]


def keys(name: str) -> set[str]:
    """Of each word its first two sounds, and its first with its last: one slip leaves one of them."""
    bones = [found for word in fold(name) if (found := skeleton(word))]
    return {found[:2] for found in bones} | {f"{found[0]}~{found[-1]}" for found in bones}


def matches(person: Person, index: Index, *, threshold: float = THRESHOLD) -> list[Match]:
    """Every entry that resembles the person by at least the threshold, the most alike first."""
    found = [match for party in index.near(person.name) if (match := judge(person, party)).score >= threshold]
    return sorted(found, key=lambda match: -match.score)


def judge(person: Person, party: Party) -> Match:
    name, best = max(((name, alike(person.name, name)) for name in party.names), key=lambda pair: pair[1].score)
    birth, country = _birth(person.birth_date, party.birth_dates), _country(person.country, party.countries)
    score = max(0.0, min(100.0, best.score + birth[0] + country[0]))
    why = {"name": round(best.score, 1), "words": [list(pair) for pair in best.words], "birth date": _told(birth),
           "country": _told(country)}  # fmt: skip
    return Match(party, name, round(score, 1), why)


def _birth(mine: str, theirs: Sequence[str]) -> tuple[float, str]:
    if not mine or not theirs:
        return 0.0, "not known on both sides"
    if mine in theirs and len(mine) == 10:
        return SAME_DATE, "the same day"
    years = {date[:4] for date in theirs}
    if mine[:4] in years:
        return SAME_YEAR, "the same year"
    if any(year.isdigit() and mine[:4].isdigit() and abs(int(year) - int(mine[:4])) <= 1 for year in years):
        return 0.0, "a year apart"
    return OTHER_YEAR, "another year"


def _country(mine: str, theirs: Sequence[str]) -> tuple[float, str]:
    if not mine or not theirs:
        return 0.0, "not known on both sides"
    return (SAME_COUNTRY, "the same") if mine.upper() in theirs else (OTHER_COUNTRY, "another")


def _told(part: tuple[float, str]) -> str:
    return f"{part[0]:+.0f}: {part[1]}"
