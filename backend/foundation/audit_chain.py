"""The chain over the audit trail: each line's hash holds the one before, so nothing can be changed without a trace.

hash = SHA-256(hash of the line before, 32 zero bytes at first ‖ the line as a JSON array of its columns in order).
Lines are written by many at once; one leased, fenced loop gives them their order, second by second. Its batch begins by
moving the position in the lease row from where it read it, under its own token, so no two loops can chain at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec
import structlog

from backend.foundation.audit import COLUMNS
from backend.foundation.database import Database, UnexpectedRowCount, UniqueViolation, sql
from backend.foundation.lease import Lease

NAME = "audit-chain"
"""The row of table `lease`; its `position` is the last position of the chain."""
FIRST = bytes(32)
"""What stands for the hash before the first line."""

_LEASE_SECONDS = 30
_POLL_SECONDS = 1.0
_PASS = 200
_STALE_SECONDS = 15.0
_log = structlog.get_logger(__name__)


def canonical(line: Mapping[str, Any]) -> bytes:
    """A line as the chain hashes it: its columns as a JSON array in UTF-8, without spaces."""
    return msgspec.json.encode([line[column] for column in COLUMNS])


def link(previous: bytes, line: Mapping[str, Any]) -> bytes:
    """The hash of a line that follows the one with hash `previous`."""
    return hashlib.sha256(previous + canonical(line)).digest()


class ChainHealth(msgspec.Struct, frozen=True):
    """`alive`: the loop reached the database in the last seconds. `leading`: this process holds the lease."""

    alive: bool
    leading: bool


class AuditChain:
    """One loop a process; at any time one leads and chains what waits."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lease = Lease(database, NAME, _LEASE_SECONDS)
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._last_success = 0.0

    def start(self) -> None:
        """Starts the loop as a task of the running event loop; it first chains what was left over."""
        self._task = asyncio.create_task(self._loop(), name="audit-chain")

    async def stop(self) -> None:
        """Ends the loop and lets go of the lease, so that another process leads at once."""
        self._stop.set()
        if self._task is not None:
            await self._task

    def health(self) -> ChainHealth:
        """What readiness shows of this loop."""
        alive = asyncio.get_running_loop().time() - self._last_success < _STALE_SECONDS
        return ChainHealth(alive, self._lease.token is not None)

    async def run_pass(self) -> int:
        """Leads if it can and chains all lines that wait; returns how many.

        Raises UnexpectedRowCount when another process took over meanwhile; then nothing of the batch is stored.
        """
        chained = 0
        if await self._lease.take():
            while count := await self._chain():
                chained += count
        return chained

    async def _loop(self) -> None:
        pause = _POLL_SECONDS
        while not self._stop.is_set():
            try:
                await self.run_pass()
                self._last_success, pause = asyncio.get_running_loop().time(), _POLL_SECONDS
            except (UnexpectedRowCount, UniqueViolation):
                _log.info("audit-chain-lost-lease")
                self._lease.lost()
            except Exception as error:
                _log.warning("audit-chain-unavailable", error=type(error).__name__)
                self._lease.lost()
                pause = min(2 * pause, 5.0)
            await self._rest(pause)
        await self._lease.let_go()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stop.wait()

    async def _chain(self) -> int:
        lines = await self._database.read(
            sql(
                f"SELECT {', '.join(f'audit.{column}' for column in COLUMNS)} FROM audit_waiting"  # noqa: S608 fixed
                " JOIN audit ON audit.id = audit_waiting.audit_id ORDER BY audit.id LIMIT {}",
                _PASS,
            )
        )
        if not lines:
            return 0
        fenced, position, previous = await self._head()
        batch = [
            # The fence: whoever chained since the head was read has moved the position or the token.
            sql(
                "UPDATE lease SET position = {} WHERE name = {} AND token = {} AND position = {}",
                position + len(lines),
                NAME,
                self._lease.token,
                fenced,
                expect=1,
            )
        ]
        for number, line in enumerate(lines, position + 1):
            previous = link(previous, line)
            batch.append(
                sql(
                    "INSERT INTO audit_chain (position, audit_id, hash) VALUES ({}, {}, {})",
                    number,
                    line["id"],
                    previous,
                    expect=1,
                )
            )
        batch.append(
            sql(
                "DELETE FROM audit_waiting WHERE audit_id IN (SELECT audit_id FROM audit_chain WHERE position > {})",
                position,
                expect=len(lines),
            )
        )
        await self._database.commit(batch)
        return len(lines)

    async def _head(self) -> tuple[int, int, bytes]:
        """The position in the lease row, the last position, and the hash of the last line there is.

        The three agree unless somebody meddled. Then the chain goes on behind the damage, which `audit verify` tells.
        """
        rows = await self._database.read(sql("SELECT position FROM lease WHERE name = {}", NAME))
        last = await self._database.read(sql("SELECT position, hash FROM audit_chain ORDER BY position DESC LIMIT 1"))
        fenced: int = rows[0]["position"]
        return (fenced, max(fenced, last[0]["position"]), bytes(last[0]["hash"])) if last else (fenced, fenced, FIRST)
