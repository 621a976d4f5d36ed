"""Events get their place in the one order as they become visible, and no follower ever misses one."""

from __future__ import annotations

import asyncio
import random

import pytest

from backend.foundation.database import Database, UnexpectedRowCount, open_database, sql
from backend.foundation.events import append, make
from backend.foundation.identifiers import new_id
from backend.foundation.sequencer import Sequencer, events_after, last_position
from backend.foundation.wake import Wake

pytestmark = pytest.mark.anyio


def event(case_id: str, sequence: int, at: int = 1000):  # type: ignore[no-untyped-def]
    made, _private = make(case_id, sequence, "case.submitted@1", at, "system", {"step": sequence}, b"")
    return append(made)


async def test_positions_begin_at_one_and_have_no_gaps(database: Database) -> None:
    case = new_id()
    await database.commit([event(case, number) for number in range(1, 8)])
    sequencer = Sequencer(database, Wake())
    assert await sequencer.run_pass() == 7
    found = await events_after(database, 0, 100)
    assert [(item.position, item.sequence) for item in found] == [(number, number) for number in range(1, 8)]
    assert found[0].data == {"step": 1}
    assert [item.position for item in await events_after(database, 3, 2)] == [4, 5]
    assert await last_position(database) == 7


async def test_events_are_in_order_of_time_but_never_against_their_case(database: Database) -> None:
    await database.commit([event("b", 1, 50), event("a", 1, 100), event("a", 2, 10), event("c", 1, 70)])
    await Sequencer(database, Wake()).run_pass()
    found = [(item.case_id, item.sequence) for item in await events_after(database, 0, 10)]
    assert found == [("b", 1), ("c", 1), ("a", 1), ("a", 2)]


async def test_a_restart_catches_up_with_more_than_one_pass(database: Database) -> None:
    for start in range(0, 1100, 100):
        await database.commit([event(f"case-{start}", number) for number in range(1, 101)])
    sequencer = Sequencer(database, Wake())
    assert await sequencer.run_pass() == 1100
    assert await Sequencer(database, Wake()).run_pass() == 0
    assert await last_position(database) == 1100


async def test_a_follower_beside_slow_writers_and_two_sequencers_misses_nothing(
    database: Database, database_url: str
) -> None:
    other = await open_database(database_url, bind=False)
    sequencers = [Sequencer(database, Wake()), Sequencer(other, Wake())]
    followed: list[tuple[str, int]] = []
    positions: list[int] = []
    writing = True

    async def write(writer: int) -> None:
        for number in range(1, 16):
            batch = [event(f"case-{writer}", number)]
            if database.kind == "postgresql" and random.random() < 0.3:
                # Inserted long before it commits: the gap that a sequence or a timestamp would skip.
                batch.append(sql("SELECT pg_sleep(0.03)"))
            await (database if writer % 2 else other).commit(batch)

    async def follow() -> None:
        while writing or (positions[-1] if positions else 0) < 120:
            for item in await events_after(other, positions[-1] if positions else 0, 7):
                positions.append(item.position or 0)
                followed.append((item.case_id, item.sequence))
            await asyncio.sleep(0.002)

    for sequencer in sequencers:
        sequencer.start()
    follower = asyncio.create_task(follow())
    await asyncio.gather(*(write(writer) for writer in range(8)))
    writing = False
    await asyncio.wait_for(follower, 60)
    assert positions == list(range(1, 121))
    assert len(set(followed)) == 120
    for writer in range(8):
        assert [number for case, number in followed if case == f"case-{writer}"] == list(range(1, 16))
    assert sorted(sequencer.health().leading for sequencer in sequencers) == [False, True]
    for sequencer in sequencers:
        await sequencer.stop()
    await other.close()


async def test_one_that_lost_the_lease_stores_nothing_and_the_new_one_goes_on(database: Database) -> None:
    old, new = Sequencer(database, Wake()), Sequencer(database, Wake())
    assert await old.run_pass() == 0
    assert await new.run_pass() == 0
    await database.commit([sql("UPDATE lease SET until = 0"), event("case", 1)])
    assert await new.run_pass() == 1
    await database.commit([event("case", 2)])
    with pytest.raises(UnexpectedRowCount):
        await old.run_pass()
    assert await new.run_pass() == 1
    assert await last_position(database) == 2


async def test_listeners_are_woken_when_an_event_has_its_place(database: Database) -> None:
    wake = Wake()
    sequencer = Sequencer(database, wake)
    sequencer.start()
    assert await sequencer.wait_after(0, 0.05) == 0
    waiting = asyncio.create_task(sequencer.wait_after(0, 30))
    await database.commit([event("case", 1)])
    wake.set()
    assert await asyncio.wait_for(waiting, 20) == 1
    await sequencer.stop()


async def test_stopping_lets_another_lead_at_once(database: Database) -> None:
    first = Sequencer(database, Wake())
    first.start()
    for _try in range(1000):
        if first.health().leading:
            break
        await asyncio.sleep(0.02)
    assert first.health().leading
    await first.stop()
    second = Sequencer(database, Wake())
    await database.commit([event("case", 1)])
    assert await second.run_pass() == 1
