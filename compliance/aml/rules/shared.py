"""I find several people behind one door: many sign-ins of theirs from one address and one device.

Pattern: at least 3 people, each with at least 3 sign-ins from the same address and agent within 30 days, of which two
within 10 minutes of one another's. An office or a household shows the address alone; the same agent in turns
shows a hand.
Reference: FATF, Guidance on Digital Identity (2020), indicators. May miss: people behind many addresses.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from compliance.aml.world import Entrance, Found, World, rule

PEOPLE, TIMES, WINDOW, IN_TURNS = 3, 3, timedelta(days=30), timedelta(minutes=10)


@rule("shared_access")
def shared_access(world: World) -> Iterator[Found]:
    doors: dict[tuple[str, str], list[Entrance]] = defaultdict(list)
    for entrance in world.entrances:
        if entrance.at >= world.now - WINDOW:
            doors[entrance.address, entrance.agent].append(entrance)
    for (address, agent), entrances in doors.items():
        people = {e.person for e in entrances}
        often = sorted((p for p in people if sum(e.person == p for e in entrances) >= TIMES), key=str)
        if len(often) >= PEOPLE and _in_turns(entrances):
            for person in often:
                yield Found(
                    person, f"{len(often)} people sign in in turns from {address} with the same device.",
                    (address, agent, ",".join(map(str, often))),
                    {"address": address, "agent": agent, "people": [str(p) for p in often]},
                )  # fmt: skip


def _in_turns(entrances: list[Entrance]) -> bool:
    ordered = sorted(entrances, key=lambda e: e.at)
    turns = sum(a.person != b.person and b.at - a.at <= IN_TURNS for a, b in pairwise(ordered))
    return turns >= 2
