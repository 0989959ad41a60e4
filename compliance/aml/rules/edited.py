"""I find results that were made better after the fact: closed trades whose figures changed in their owner's favour.

Pattern: at least 3 trades of a person, each changed more than a day after it was closed, each for the better, within 30
days. Taken from the audit trail, which nobody can edit. Reference: own rule. May miss: one large edit (the
trail shows it).
"""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from compliance.aml.world import Edit, Found, World, rule

LEAST, LATE, WINDOW = 3, timedelta(days=1), timedelta(days=30)


@rule("edited_afterwards")
def edited_afterwards(world: World) -> Iterator[Found]:
    people: dict[UUID, dict[UUID, Edit]] = {}
    for edit in sorted(world.edits, key=lambda e: e.sequence):
        late = edit.at - edit.closed_at > LATE and edit.at >= world.now - WINDOW
        if late and edit.became > edit.was:
            people.setdefault(edit.person, {})[edit.trade] = edit
    for person, edits in people.items():
        if len(edits) >= LEAST:
            gained = sum((e.became - e.was for e in edits.values()), Decimal(0))
            first = min(edits.values(), key=lambda e: e.sequence)
            yield Found(
                person, f"{len(edits)} closed trades were made better more than a day afterwards, by {gained} together.",  # noqa: E501
                (f"{first.at:%Y-%m}",),
                {"entries": [e.sequence for e in edits.values()], "gained": str(gained)},
            )  # fmt: skip
