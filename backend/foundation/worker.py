"""The worker: claims rows of the outbox as they fall due and hands each to the handler of its kind.

It outlives every error of a handler and of the database, and stops without losing or repeating a finished delivery.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import msgspec
import structlog

from backend.foundation import outbox
from backend.foundation.database import Database, DatabaseError, Statement
from backend.foundation.outbox import Claimed
from backend.foundation.settings import OutboxSettings
from backend.foundation.time_source import TimeSource
from backend.foundation.wake import Wake, wait_for_any

log = structlog.get_logger(__name__)

Payload = TypeVar("Payload", bound=msgspec.Struct)
Handler = Callable[[Payload, Claimed], Awaitable[Sequence[Statement] | None]]
"""Does what a row asks for. The statements it returns are committed in one batch with the row's completion."""

_POLL_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 10.0
_PURGE_SECONDS = 600.0
_STALE_SECONDS = 15.0


class Postpone(Exception):
    """Raised by a handler: try again after `seconds` (a Retry-After), however many tries that takes."""

    def __init__(self, seconds: float, reason: str = "Postpone") -> None:
        super().__init__(reason)
        self.seconds = seconds


class GiveUp(Exception):
    """Raised by a handler: no try can help; the row is laid aside for the operator. The reason names no person."""


class NoHandler(Exception):
    """No room of this process handles rows of this kind; another process, or the next release, may."""


class WorkerHealth(msgspec.Struct, frozen=True):
    """`alive`: the loop has asked the database with success in the last seconds. `delivering`: rows under way."""

    alive: bool
    delivering: int
    delivered: int
    failed: int
    last_error: str | None


class Worker:
    """One loop over the outbox. Register the handlers, then `start`; `stop` ends it in good order."""

    def __init__(self, database: Database, time: TimeSource, settings: OutboxSettings, wake: Wake) -> None:
        self._database = database
        self._time = time
        self._settings = settings
        self._wake = wake.listen()
        self._handlers: dict[str, tuple[type[Any], Handler[Any]]] = {}
        self._running: dict[asyncio.Task[None], Claimed] = {}
        self._loop_task: asyncio.Task[None] | None = None
        self._stopping = False
        self._last_success = 0.0
        self._last_purge = 0.0
        self._delivered = 0
        self._failed = 0
        self._last_error: str | None = None

    def register(self, kind: str, payload: type[Payload], handler: Handler[Payload]) -> None:
        """Makes `handler` deliver rows of `kind`. Raises ValueError when the kind has one already."""
        if kind in self._handlers:
            raise ValueError(f"{kind} has a handler already")
        self._handlers[kind] = (payload, handler)

    def start(self) -> None:
        """Starts the loop as a task of the running event loop."""
        self._loop_task = asyncio.create_task(self._loop(), name="outbox-worker")

    async def stop(self, grace_seconds: float = 10.0) -> None:
        """Claims nothing more, waits for what is under way, then gives back what is not finished."""
        self._stopping = True
        self._wake.set()
        if self._loop_task is not None:
            await self._loop_task
        if self._running:
            _done, late = await asyncio.wait(self._running, timeout=grace_seconds)
            unfinished = [self._running[task] for task in late]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
            if unfinished:
                with contextlib.suppress(DatabaseError):
                    await self._database.commit([outbox.give_back(row) for row in unfinished])

    def health(self) -> WorkerHealth:
        """What readiness shows of this worker."""
        alive = asyncio.get_running_loop().time() - self._last_success < _STALE_SECONDS
        return WorkerHealth(alive, len(self._running), self._delivered, self._failed, self._last_error)

    async def run_due(self) -> int:
        """Delivers all that is due now and returns the number of tries; for tests and one-off commands."""
        tries = 0
        while rows := await self._claim():
            await asyncio.gather(*(self._deliver(row) for row in rows))
            tries += len(rows)
        return tries

    async def _loop(self) -> None:
        clock = asyncio.get_running_loop().time
        pause = 0.1
        while not self._stopping:
            try:
                free = self._settings.concurrency - len(self._running)
                rows = await self._claim(free) if free else []
                for row in rows:
                    task = asyncio.create_task(self._deliver(row), name=f"outbox-{row.kind}")
                    self._running[task] = row
                    task.add_done_callback(self._finished)
                if clock() - self._last_purge > _PURGE_SECONDS:
                    await self._purge()
                    self._last_purge = clock()
                self._last_success, pause = clock(), 0.1
            except Exception as error:
                # A worker that dies of one lost connection would leave everything undelivered until a restart.
                self._last_error = type(error).__name__
                log.warning("outbox_unavailable", error=type(error).__name__)
                await wait_for_any(self._wake, pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
                continue
            if len(rows) < free or not free:
                await wait_for_any(self._wake, _POLL_SECONDS)

    def _finished(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        if len(self._running) == self._settings.concurrency - 1:
            self._wake.set()

    async def _claim(self, limit: int = 100) -> list[Claimed]:
        return await outbox.claim(self._database, self._time.now(), limit, self._settings.lease_seconds)

    async def _purge(self) -> None:
        before = self._time.now() - self._settings.keep_done_days * 86_400_000
        more = True
        while more:
            more = bool((await self._database.commit([outbox.purge_done(before)]))[0])

    async def _deliver(self, row: Claimed) -> None:
        try:
            outcome = await self._try(row)
            await self._database.commit(outcome)
        except DatabaseError as error:
            # Nothing is stored; when the lease ends the row is handed out again.
            self._last_error = type(error).__name__
            log.warning("outbox_outcome_not_stored", kind=row.kind, row=row.id, error=type(error).__name__)

    async def _try(self, row: Claimed) -> list[Statement]:
        """What to commit after one try of a row."""
        now = self._time.now()
        try:
            if row.kind not in self._handlers:
                raise NoHandler(row.kind)
            payload_type, handler = self._handlers[row.kind]
            payload = msgspec.json.decode(row.payload, type=payload_type)
            async with asyncio.timeout(self._settings.handler_seconds):
                statements = await handler(payload, row)
        except Postpone as postponed:
            return [outbox.retry(row, now + int(1000 * postponed.seconds), str(postponed))]
        except GiveUp as end:
            return [self._lay_aside(row, str(end) or "GiveUp")]
        except Exception as error:
            name = type(error).__name__
            if row.attempts >= self._settings.tries:
                return [self._lay_aside(row, name)]
            self._failed += 1
            log.warning("outbox_try_failed", kind=row.kind, row=row.id, attempts=row.attempts, error=name)
            seconds = outbox.delay_seconds(
                row.attempts, self._settings.first_delay_seconds, self._settings.longest_delay_seconds
            )
            return [outbox.retry(row, now + int(1000 * seconds), name)]
        self._delivered += 1
        return [*(statements or ()), outbox.complete(row, self._time.now())]

    def _lay_aside(self, row: Claimed, error: str) -> Statement:
        self._failed += 1
        log.error("outbox_row_laid_aside", kind=row.kind, row=row.id, attempts=row.attempts, error=error)
        return outbox.lay_aside(row, self._time.now(), error)
