"""Outbox and worker on both databases: each row is delivered, by one worker at a time, whatever fails."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec
import pytest

from backend.foundation import outbox
from backend.foundation.database import Database, Row, Statement, UnexpectedRowCount, sql
from backend.foundation.outbox import Claimed
from backend.foundation.settings import OutboxSettings
from backend.foundation.time_source import TimeSource
from backend.foundation.wake import Wake
from backend.foundation.worker import GiveUp, Postpone, Worker

pytestmark = pytest.mark.anyio


class Greeting(msgspec.Struct):
    name: str


async def ask(database: Database, count: int, due: int = 1000, kind: str = "greet") -> None:
    await database.commit(
        [outbox.enqueue(kind, Greeting(f"n{number}"), due=due, key=f"{kind}-{number}") for number in range(count)]
    )


async def rows_of(database: Database) -> list[Row]:
    return await database.read(sql("SELECT * FROM outbox ORDER BY unique_key"))


class StandingTime(TimeSource):
    """Time that stands until it is set: what is counted from it does not depend on how busy the machine is."""

    def __init__(self) -> None:
        super().__init__()
        self.at = super().now()

    def now(self) -> int:
        return self.at

    def set(self, instant: int | None) -> None:
        assert instant is not None
        self.at = instant


def worker_of(database: Database, time: TimeSource, wake: Wake | None = None, **settings: int) -> Worker:
    return Worker(database, time, msgspec.structs.replace(OutboxSettings(), **settings), wake or Wake())


async def test_asking_twice_under_one_key_is_asking_once(database: Database) -> None:
    await ask(database, 2)
    await ask(database, 3)
    assert len(await rows_of(database)) == 3


async def test_a_row_is_claimed_when_due_and_oldest_first(database: Database) -> None:
    await database.commit(
        [outbox.enqueue("greet", Greeting(key), due=due, key=key) for key, due in [("c", 3), ("a", 1), ("d", 9)]]
    )
    assert [row.due for row in await outbox.claim(database, 5, 10, 60)] == [1, 3]


async def test_concurrent_claims_never_share_a_row_and_leave_none(database: Database) -> None:
    await ask(database, 60)
    claims = await asyncio.gather(*(outbox.claim(database, 2000, 7, 60) for _claimant in range(20)))
    taken = [row.id for rows in claims for row in rows]
    while rest := await outbox.claim(database, 2000, 100, 60):
        taken += [row.id for row in rest]
    assert len(taken) == len(set(taken)) == 60


async def test_a_lease_that_ended_hands_the_row_to_another_and_shuts_the_first_out(database: Database) -> None:
    await ask(database, 1)
    (first,) = await outbox.claim(database, 2000, 1, 60)
    assert await outbox.claim(database, 2000, 1, 60) == []
    await database.commit([sql("UPDATE outbox SET lease_until = 0")])
    (second,) = await outbox.claim(database, 2000, 1, 60)
    assert (second.id, second.attempts) == (first.id, 2)
    with pytest.raises(UnexpectedRowCount):
        await database.commit([outbox.complete(first, 2000)])
    await database.commit([outbox.complete(second, 2000)])


async def test_a_delivery_stores_its_outcome_and_erases_the_payload(database: Database) -> None:
    await ask(database, 1)

    async def greet(payload: Greeting, row: Claimed) -> Sequence[Statement]:
        return [sql("INSERT INTO calendar_day (day, kind) VALUES ({}, 'off')", payload.name)]

    worker = worker_of(database, TimeSource())
    worker.register("greet", Greeting, greet)
    assert await worker.run_due() == 1
    assert await database.read(sql("SELECT day FROM calendar_day WHERE day = 'n0'")) == [{"day": "n0"}]
    (row,) = await rows_of(database)
    assert row["done_at"] is not None
    assert row["payload"] == ""
    assert await worker.run_due() == 0


async def test_a_failing_handler_is_tried_again_later_and_later_and_then_laid_aside(database: Database) -> None:
    await ask(database, 1)
    time, delays = StandingTime(), []

    async def fail(_payload: Greeting, _row: Claimed) -> None:
        raise ConnectionError("a name that must not be stored")

    worker = worker_of(database, time, tries=4, first_delay_seconds=2, longest_delay_seconds=5)
    worker.register("greet", Greeting, fail)
    while (await outbox.backlog(database, time.now())).waiting:
        before = time.now()
        assert await worker.run_due() == 1
        (row,) = await rows_of(database)
        delays.append(row["due"] - before)
        time.set(row["due"] + 1)
    assert row["last_error"] == "ConnectionError"
    assert row["payload"] != ""
    assert [1400 < delays[0] < 3000, 2900 < delays[1] < 5500, 3700 < delays[2] < 6800] == [True] * 3, delays
    assert await outbox.backlog(database, time.now()) == outbox.Backlog(0, 0, None, 1)
    await database.commit([outbox.revive(row["id"], 0)])
    assert (await outbox.backlog(database, time.now())).waiting == 1


async def test_a_handler_may_postpone_and_may_give_up(database: Database) -> None:
    await ask(database, 1, kind="busy")
    await ask(database, 1, kind="gone")
    await ask(database, 1, kind="nobody")

    async def busy(_payload: Greeting, _row: Claimed) -> None:
        raise Postpone(100)

    async def gone(_payload: Greeting, _row: Claimed) -> None:
        raise GiveUp("NoSuchPlace")

    worker, now = worker_of(database, time := StandingTime()), time.now()
    worker.register("busy", Greeting, busy)
    worker.register("gone", Greeting, gone)
    await worker.run_due()
    busy_row, gone_row, nobody_row = await rows_of(database)
    assert 99_000 < busy_row["due"] - now < 110_000
    assert (gone_row["last_error"], gone_row["dead_at"] is not None) == ("NoSuchPlace", True)
    assert (nobody_row["last_error"], nobody_row["dead_at"]) == ("NoHandler", None)


async def test_a_handler_that_hangs_is_cut_off(database: Database) -> None:
    await ask(database, 1)

    async def hang(_payload: Greeting, _row: Claimed) -> None:
        await asyncio.sleep(60)

    worker = worker_of(database, TimeSource(), handler_seconds=1)
    worker.register("greet", Greeting, hang)
    await worker.run_due()
    assert (await rows_of(database))[0]["last_error"] == "TimeoutError"


async def test_a_running_worker_delivers_at_once_when_woken_and_stops_in_good_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nothing but being woken makes it look within this test's time.
    monkeypatch.setattr("backend.foundation.worker._POLL_SECONDS", 600.0)
    wake, delivered = Wake(), asyncio.Event()

    async def greet(_payload: Greeting, _row: Claimed) -> None:
        delivered.set()

    worker = worker_of(database, TimeSource(), wake)
    worker.register("greet", Greeting, greet)
    worker.start()
    await asyncio.sleep(0.2)
    await ask(database, 1)
    wake.set()
    await asyncio.wait_for(delivered.wait(), 20)
    assert worker.health().alive
    await worker.stop()
    assert (await rows_of(database))[0]["done_at"] is not None


async def test_stopping_gives_back_what_is_not_finished(database: Database) -> None:
    await ask(database, 2)
    begun = asyncio.Event()

    async def hang(_payload: Greeting, _row: Claimed) -> None:
        begun.set()
        await asyncio.sleep(20)

    worker = worker_of(database, TimeSource())
    worker.register("greet", Greeting, hang)
    worker.start()
    await asyncio.wait_for(begun.wait(), 20)
    await worker.stop(grace_seconds=0.1)
    assert [(row["attempts"], row["lease_token"]) for row in await rows_of(database)] == [(0, None)] * 2


async def test_a_worker_outlives_database_errors(database: Database) -> None:
    class Flaky:
        def __init__(self) -> None:
            self.broken = True

        def __getattr__(self, name: str) -> object:
            return getattr(database, name)

        async def commit(self, batch: Sequence[Statement]) -> list[list[Row]]:
            if self.broken:
                raise outbox_unavailable
            return await database.commit(batch)

    from backend.foundation.database import DatabaseUnavailable

    outbox_unavailable = DatabaseUnavailable("gone")
    flaky, delivered = Flaky(), []

    async def greet(payload: Greeting, _row: Claimed) -> None:
        delivered.append(payload.name)

    worker = worker_of(flaky, TimeSource())
    worker.register("greet", Greeting, greet)
    worker.start()
    await ask(database, 1)
    await asyncio.sleep(0.3)
    assert delivered == []
    flaky.broken = False
    for _try in range(1000):
        if delivered:
            break
        await asyncio.sleep(0.02)
    assert delivered == ["n0"]
    await worker.stop()


async def test_done_rows_are_forgotten_after_their_time(database: Database) -> None:
    await ask(database, 3)
    rows = await outbox.claim(database, 2000, 2, 60)
    await database.commit([outbox.complete(rows[0], 1000), outbox.complete(rows[1], 9000)])
    await database.commit([outbox.purge_done(5000)])
    assert len(await rows_of(database)) == 2
