"""The sequencer: gives committed events their global position, so that "all events in order" has one meaning.

Why a follower that reads `position > p ORDER BY position` never skips an event:

* Only the sequencer writes positions, in a transaction that begins by updating the lease row where it still bears its
  own fencing token. That row's lock is kept to the end, so such transactions run one after another, in one process or
  many; a process that lost the lease finds another token, touches no row, and its whole batch fails.
* The transaction numbers events that are committed already (it could not see others) from the last position on, without
  gaps, and stores the new last position. So position k + 1 becomes visible together with k or after it, never before.
* An event that commits late has no position yet; it gets the next one in a later pass. Late means later in the order,
  and never inside what a follower has read.
* Within a case the order is that of `sequence`: event n + 1 is decided from n, hence commits with it or after it, and a
  pass takes events by (case, sequence) and numbers them by the time they happened without changing that.
"""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import structlog

from backend.foundation.database import Database, Row, UnexpectedRowCount, sql
from backend.foundation.events import Event
from backend.foundation.lease import Lease
from backend.foundation.wake import Wake, wait_for_any

log = structlog.get_logger(__name__)

_LEASE_SECONDS = 10
_POLL_SECONDS = 0.25
_PASS = 500
_STALE_SECONDS = 15.0

_NUMBER = """
WITH fresh AS (
    SELECT id, case_id, sequence, at FROM event WHERE position IS NULL ORDER BY case_id, sequence LIMIT {}
), timed AS (
    SELECT id, case_id, sequence, MAX(at) OVER (PARTITION BY case_id ORDER BY sequence) AS at FROM fresh
), numbered AS (
    SELECT id, ROW_NUMBER() OVER (ORDER BY at, case_id, sequence) AS number FROM timed
)
UPDATE event SET position = (SELECT lease.position FROM lease WHERE lease.name = 'sequencer') + numbered.number
FROM numbered WHERE numbered.id = event.id AND event.position IS NULL
RETURNING event.id
"""


async def events_after(database: Database, position: int, limit: int) -> list[Event]:
    """Up to `limit` events with a position above `position`, in order, without gaps."""
    rows = await database.read(
        sql(
            "SELECT id, case_id, sequence, type, at, actor, data, salt, leaf_hash, position FROM event"
            " WHERE position > {} ORDER BY position LIMIT {}",
            position,
            limit,
        )
    )
    return [event_of(row) for row in rows]


async def last_position(database: Database) -> int:
    """The position of the newest event in order, 0 when there is none."""
    rows = await database.read(sql("SELECT position FROM lease WHERE name = 'sequencer'"))
    position: int = rows[0]["position"]
    return position


def event_of(row: Row) -> Event:
    """An event from its row of the table."""
    data: dict[str, Any] = msgspec.json.decode(row["data"])
    return Event(**{**row, "data": data})


class SequencerHealth(msgspec.Struct, frozen=True):
    """`alive`: the loop reached the database in the last seconds. `leading`: this process holds the lease."""

    alive: bool
    leading: bool
    position: int


class Sequencer:
    """One loop a process; at any time one leads, and the others follow its positions and wake their listeners."""

    def __init__(self, database: Database, wake: Wake) -> None:
        self._database = database
        self._wake = wake.listen()
        self._lease = Lease(database, "sequencer", _LEASE_SECONDS)
        self._condition = asyncio.Condition()
        self._position = 0
        self._stopping = False
        self._task: asyncio.Task[None] | None = None
        self._last_success = 0.0

    @property
    def position(self) -> int:
        """The newest position this process knows of."""
        return self._position

    def start(self) -> None:
        """Starts the loop as a task of the running event loop; it first catches up with what was left over."""
        self._task = asyncio.create_task(self._loop(), name="sequencer")

    async def stop(self) -> None:
        """Ends the loop and lets go of the lease, so that another process leads at once."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task
        async with self._condition:
            self._condition.notify_all()

    def health(self) -> SequencerHealth:
        """What readiness shows of this loop."""
        alive = asyncio.get_running_loop().time() - self._last_success < _STALE_SECONDS
        return SequencerHealth(alive, self._lease.token is not None, self._position)

    async def wait_after(self, position: int, seconds: float) -> int:
        """Waits until there are events after `position`, or `seconds`; returns the newest position either way."""
        try:
            async with asyncio.timeout(seconds), self._condition:
                await self._condition.wait_for(lambda: self._position > position or self._stopping)
        except TimeoutError:
            pass
        return self._position

    async def run_pass(self) -> int:
        """Leads if it can and gives positions to all events that have none; returns how many."""
        given = 0
        if await self._lease.take():
            while count := await self._number():
                given += count
        await self._announce(await last_position(self._database))
        return given

    async def _loop(self) -> None:
        pause = _POLL_SECONDS
        while not self._stopping:
            try:
                await self.run_pass()
                self._last_success, pause = asyncio.get_running_loop().time(), _POLL_SECONDS
            except UnexpectedRowCount:
                log.info("sequencer_lost_lease")
                self._lease.lost()
            except Exception as error:
                log.warning("sequencer_unavailable", error=type(error).__name__)
                self._lease.lost()
                pause = min(2 * pause, 5.0)
            await wait_for_any(self._wake, pause)
        await self._lease.let_go()

    async def _number(self) -> int:
        if not await self._database.read(sql("SELECT 1 AS waiting FROM event WHERE position IS NULL LIMIT 1")):
            return 0
        _fence, numbered, _position = await self._database.commit(
            [
                sql(
                    "UPDATE lease SET holder = holder WHERE name = 'sequencer' AND token = {}",
                    self._lease.token,
                    expect=1,
                ),
                sql(_NUMBER, _PASS),
                sql(
                    "UPDATE lease SET position = COALESCE((SELECT MAX(event.position) FROM event), 0)"
                    " WHERE name = 'sequencer'",
                    expect=1,
                ),
            ]
        )
        return len(numbered)

    async def _announce(self, position: int) -> None:
        if position != self._position:
            async with self._condition:
                self._position = position
                self._condition.notify_all()
