"""Notes are read one person's in order, many people's at once; one that cannot be read is told as missed."""

import asyncio
from collections.abc import Callable, Iterable
from threading import Event
from uuid import UUID

from aetheris.lanes import Batch, Lane, Told

ANA, BO = UUID(int=1), UUID(int=2)


def note(number: int) -> tuple[str, list[str]]:
    return "breach", [str(number)]


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def told_by(batch: Batch) -> Told:
    return {user_id: [{"number": int(words[0])} for _, words in notes] for user_id, notes in batch.items()}


def test_what_comes_while_a_person_is_read_waits_for_them_alone_and_is_read_together() -> None:
    batches: list[Batch] = []
    told: list[Told] = []
    let = Event()

    def read(batch: Batch) -> Told:
        batches.append(batch)
        if len(batches) == 1:
            let.wait(30)
        return told_by(batch)

    async def scenario() -> None:
        lane = Lane(True, told.append, lambda people: None)
        lane.read = read
        lane.put(ANA, note(1))
        await until(lambda: batches)
        for number in (2, 3):
            lane.put(ANA, note(number))
            lane.put(BO, note(number))
        await until(lambda: told)
        let.set()
        await until(lambda: len(told) == 3)

    asyncio.run(scenario())
    assert batches == [{ANA: [note(1)]}, {BO: [note(2), note(3)]}, {ANA: [note(2), note(3)]}]
    assert [one[ANA] for one in told if ANA in one] == [[{"number": 1}], [{"number": 2}, {"number": 3}]]


def test_who_could_not_be_read_for_is_told_to_read_on_and_the_next_is_read() -> None:
    missed: list[UUID] = []
    told: list[Told] = []

    def read(batch: Batch) -> Told:
        if ANA in batch:
            raise ConnectionError("the database is away")
        return told_by(batch)

    async def scenario() -> None:
        def miss(people: Iterable[UUID]) -> None:
            missed.extend(people)

        lane = Lane(True, told.append, miss)
        lane.read = read
        lane.put(ANA, note(1))
        await until(lambda: missed)
        lane.put(BO, note(1))
        await until(lambda: told)

    asyncio.run(scenario())
    assert (missed, told) == ([ANA], [{BO: [{"number": 1}]}])
