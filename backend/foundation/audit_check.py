"""Whether the audit trail is what it was: walks the chain, and tells the first place where it was tampered with.

The process that chains checks what is new when it begins to, and the whole chain once a day. A finding is an error in
the log and a security event; the head of each check that found nothing is logged too, so that a chain that was made
anew from its start differs from what lies in the log's archive.
"""

from __future__ import annotations

import asyncio
import contextlib
from typing import Literal

import msgspec
import structlog

from backend.foundation import security_events
from backend.foundation.audit import COLUMNS
from backend.foundation.audit_chain import FIRST, NAME, AuditChain, link
from backend.foundation.database import Database, Row, sql
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import TimeSource

_BATCH = 500
_LOOK_SECONDS = 1.0
_DAY = 86_400_000
_log = structlog.get_logger(__name__)


class Head(msgspec.Struct, frozen=True):
    """A position of the chain and the hash there; position 0 is the beginning."""

    position: int = 0
    hash: bytes = FIRST


class Break(msgspec.Struct, frozen=True):
    """The first thing that is wrong, at `position` of the chain or, where it has none, at line `audit_id`.

    altered: the line is not the one that was chained (changed, exchanged, put in between). line-missing: the line was
    deleted. link-missing: the position is not there. rewritten: the chain has another hash here than an earlier check
    found. never-chained: a line beside the chain, or one deleted before it was chained.
    """

    what: Literal["altered", "line-missing", "link-missing", "rewritten", "never-chained"]
    position: int | None
    audit_id: str | None = None

    def __str__(self) -> str:
        """In words: `position 42: altered (line 0198…)`."""
        where = "beside the chain" if self.position is None else f"position {self.position}"
        return f"{where}: {self.what}" + (f" (line {self.audit_id})" if self.audit_id else "")


class Verdict(msgspec.Struct, frozen=True):
    """What a check found: the last position that is right, how many lines were walked, and the break, if any."""

    head: Head
    lines: int
    broken: Break | None


async def verify(database: Database, after: Head | None = None, *, pause: float = 0.0) -> Verdict:
    """Walks the chain behind `after`, or all of it, up to where it ended when the walk began.

    Without `after` it also looks for lines that are not in the chain, and compares it with all earlier checks. `pause`
    seconds lie between batches of 500 lines. Raises DatabaseError.
    """
    start = after or Head()
    if start.position and await _hash_at(database, start.position) != start.hash:
        return Verdict(Head(), 0, Break("rewritten", start.position))
    end = (await database.read(sql("SELECT position FROM lease WHERE name = {}", NAME)))[0]["position"]
    head = start
    while rows := await _next(database, head.position):
        for row in rows:
            wrong = _wrong(head, row)
            if wrong is not None:
                return Verdict(head, head.position - start.position, wrong)
            head = Head(row["position"], bytes(row["hash"]))
        await asyncio.sleep(pause)
    broken = Break("link-missing", head.position + 1) if head.position < end else None
    if broken is None and after is None:
        broken = await _rewritten(database) or await _never_chained(database)
    return Verdict(head, head.position - start.position, broken)


async def check(database: Database, now: int, *, whole: bool, pause: float = 0.0) -> Verdict:
    """Verifies, and keeps the outcome: a checkpoint, or a security event and an error in the log."""
    verdict = await verify(database, None if whole else await last_checkpoint(database), pause=pause)
    if verdict.broken is not None:
        _log.error("audit-chain-broken", position=verdict.broken.position, what=verdict.broken.what)
        await database.commit(
            [
                security_events.note(
                    at=now, kind="chain-broken", severity="critical", actor="system", details=str(verdict.broken)
                )
            ]
        )
        return verdict
    head = verdict.head
    # In groups: the log masks a run of digits that looks like a phone number.
    _log.info("audit-chain-checked", position=head.position, head=head.hash.hex("-", 4), lines=verdict.lines)
    await database.commit(
        [
            sql(
                "INSERT INTO audit_checkpoint (id, at, position, hash, whole) VALUES ({}, {}, {}, {}, {})",
                new_id(),
                now,
                head.position,
                head.hash,
                int(whole),
            )
        ]
    )
    return verdict


async def last_checkpoint(database: Database) -> Head:
    """How far the chain was last found whole."""
    rows = await database.read(
        sql("SELECT position, hash FROM audit_checkpoint ORDER BY position DESC, id DESC LIMIT 1")
    )
    return Head(rows[0]["position"], bytes(rows[0]["hash"])) if rows else Head()


class AuditCheck:
    """One loop a process, which checks while this process chains, and purges security events once a day."""

    def __init__(self, database: Database, time: TimeSource, chain: AuditChain, *, keep_days: int) -> None:
        self._database = database
        self._time = time
        self._chain = chain
        self._keep_days = keep_days
        self._begun = False
        self._next_whole = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Starts the loop as a task of the running event loop."""
        self._task = asyncio.create_task(self._loop(), name="audit-check")

    async def stop(self) -> None:
        """Ends the loop at once; a check under way begins anew another time."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def run_due(self) -> Verdict | None:
        """Checks what is due now; None when nothing is, or another process chains."""
        if not self._chain.health().leading:
            self._begun = False
            return None
        now = self._time.now()
        if not self._begun:
            self._next_whole = await self._last_whole() + _DAY
        whole = now >= self._next_whole
        if self._begun and not whole:
            return None
        verdict = await check(self._database, now, whole=whole, pause=0.01)
        if whole:
            await security_events.purge(self._database, now, self._keep_days)
            self._next_whole = now + _DAY
        self._begun = True
        return verdict

    async def _last_whole(self) -> int:
        rows = await self._database.read(sql("SELECT COALESCE(MAX(at), 0) AS at FROM audit_checkpoint WHERE whole = 1"))
        at: int = rows[0]["at"]
        return at

    async def _loop(self) -> None:
        while True:
            try:
                await self.run_due()
            except Exception as error:
                _log.warning("audit-not-checked", error=type(error).__name__)
            await asyncio.sleep(_LOOK_SECONDS)


def _wrong(head: Head, row: Row) -> Break | None:
    position = head.position + 1
    if row["position"] != position:
        return Break("link-missing", position)
    chained: str = row["audit_id"]
    if row["id"] is None:
        return Break("line-missing", position, chained)
    if link(head.hash, row) != bytes(row["hash"]):
        return Break("altered", position, chained)
    return None


async def _next(database: Database, position: int) -> list[Row]:
    return await database.read(
        sql(
            "SELECT audit_chain.position, audit_chain.audit_id, audit_chain.hash,"  # noqa: S608 fixed text
            f" {', '.join(f'audit.{column}' for column in COLUMNS)}"
            " FROM audit_chain LEFT JOIN audit ON audit.id = audit_chain.audit_id"
            " WHERE audit_chain.position > {} ORDER BY audit_chain.position LIMIT {}",
            position,
            _BATCH,
        )
    )


async def _hash_at(database: Database, position: int) -> bytes | None:
    rows = await database.read(sql("SELECT hash FROM audit_chain WHERE position = {}", position))
    return bytes(rows[0]["hash"]) if rows else None


async def _rewritten(database: Database) -> Break | None:
    rows = await database.read(
        sql(
            "SELECT MIN(audit_checkpoint.position) AS position FROM audit_checkpoint LEFT JOIN audit_chain"
            " ON audit_chain.position = audit_checkpoint.position AND audit_chain.hash = audit_checkpoint.hash"
            " WHERE audit_checkpoint.position > 0 AND audit_chain.position IS NULL"
        )
    )
    return Break("rewritten", rows[0]["position"]) if rows[0]["position"] is not None else None


async def _never_chained(database: Database) -> Break | None:
    rows = await database.read(
        sql(
            "SELECT audit.id FROM audit WHERE NOT EXISTS"
            " (SELECT 1 FROM audit_chain WHERE audit_chain.audit_id = audit.id)"
            " AND NOT EXISTS (SELECT 1 FROM audit_waiting WHERE audit_waiting.audit_id = audit.id)"
            " UNION ALL SELECT audit_waiting.audit_id FROM audit_waiting WHERE NOT EXISTS"
            " (SELECT 1 FROM audit WHERE audit.id = audit_waiting.audit_id) ORDER BY 1 LIMIT 1"
        )
    )
    return Break("never-chained", None, rows[0]["id"]) if rows else None
