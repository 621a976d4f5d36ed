"""The feed of security events: what the security administrator looks at, kept 180 days at least (网络安全法 art. 21).

An event of one kind, actor and address is one row a minute with a count. A kind has at most a thousand rows a minute;
what comes from yet more addresses is counted in a row of its own. So no attacker can fill the table.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping
from typing import Literal

import msgspec
import structlog

from backend.foundation.database import Database, DatabaseError, Statement, Value, sql
from backend.foundation.identifiers import new_id

Kind = Literal[
    "sign-in-failed",
    "locked-out",
    "rate-limited",
    "cross-origin",
    "permission-denied",
    "oidc-refused",
    "code-guessing",
    "key-rotated",
    "chain-broken",
    "staff-changed",
    "roles-changed",
    "unmasked",
    "export-made",
    "erased",
]
Severity = Literal["notice", "warning", "critical"]

REFUSALS: Mapping[str, tuple[Kind, Severity]] = {
    "cross-origin": ("cross-origin", "warning"),
    "rate-limited": ("rate-limited", "notice"),
    "forbidden": ("permission-denied", "warning"),
    "code-wrong": ("sign-in-failed", "notice"),
    "passkey-refused": ("sign-in-failed", "notice"),
    "identity-not-matched": ("code-guessing", "notice"),
    "unified-refused": ("oidc-refused", "warning"),
    "unified-logout-refused": ("oidc-refused", "warning"),
}
"""The problems a request is refused with, before a room sees it, that are security events."""

ANY = "*"
"""Stands for actor and address of the events of a minute that came from too many to keep apart."""
_MOST = 1000
_LONGEST_DETAILS = 500
_COLUMNS = "id, kind, severity, actor, address, details, times, first_at, last_at"
_DAY = 86_400_000
_BATCH = 100
_STORE_SECONDS = 2.0
_log = structlog.get_logger(__name__)


def note(
    *, at: int, kind: Kind, severity: Severity, actor: str = "", address: str = "", details: str = "", times: int = 1
) -> Statement:
    """Stores an event at `at` (milliseconds), or counts it to the row of the same kind, actor, address and minute.

    Goes into the batch of what it tells of. What has no batch, such as a request that is refused, is added to a `Feed`.

    `actor` is an account id, `system`, or empty for someone unknown: never what a stranger typed. `address` is the
    client's, as the gate gives it. `details` are words and ids of ours, never personal data; a minute's first stay.
    """
    minute = at // 60_000
    return sql(
        "WITH crowd AS (SELECT COUNT(*) AS many FROM (SELECT 1 FROM security_event WHERE kind = {} AND minute = {}"  # noqa: S608 fixed text
        f" LIMIT {_MOST}) AS counted)"
        " INSERT INTO security_event (id, kind, severity, actor, address, details, minute, times, first_at, last_at)"
        " SELECT CAST({} AS TEXT), CAST({} AS TEXT), CAST({} AS TEXT),"
        f" CASE WHEN many < {_MOST} THEN CAST({{}} AS TEXT) ELSE '{ANY}' END,"
        f" CASE WHEN many < {_MOST} THEN CAST({{}} AS TEXT) ELSE '{ANY}' END,"
        " CAST({} AS TEXT), CAST({} AS BIGINT), CAST({} AS BIGINT), CAST({} AS BIGINT), CAST({} AS BIGINT)"
        " FROM crowd WHERE 1 = 1"
        " ON CONFLICT (kind, minute, actor, address)"
        " DO UPDATE SET times = security_event.times + excluded.times, last_at = excluded.last_at",
        kind,
        minute,
        new_id(at),
        kind,
        severity,
        actor,
        address,
        details[:_LONGEST_DETAILS],
        minute,
        times,
        at,
        at,
        expect=1,
    )


def page(
    *, limit: int, before: str | None = None, kind: Kind | None = None, severity: Severity | None = None
) -> Statement:
    """Reads up to `limit` events, newest first; `before` is the id of the last one of the page before.

    Each row has id, kind, severity, actor, address, details, times, first_at and last_at.
    """
    conditions, values = [], []
    for text, value in (("id < {}", before), ("kind = {}", kind), ("severity = {}", severity)):
        if value is not None:
            conditions.append(text)
            values.append(value)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    bound: tuple[Value, ...] = (*values, limit)
    return sql(f"SELECT {_COLUMNS} FROM security_event{where} ORDER BY id DESC LIMIT {{}}", *bound)  # noqa: S608 fixed


class Feed:
    """Security events of refused requests: counted in memory and stored every two seconds.

    A request that is refused must cost the database nothing, or refusing would be the attack. What was counted when a
    process is killed is lost.
    """

    def __init__(self) -> None:
        self._counted: dict[tuple[Kind, int, str, str], _Counted] = {}
        self._task: asyncio.Task[None] | None = None

    def add(
        self, *, at: int, kind: Kind, severity: Severity, actor: str = "", address: str = "", details: str = ""
    ) -> None:
        """Counts an event; parameters as of `note`."""
        key = (kind, at // 60_000, actor, address)
        if key not in self._counted and len(self._counted) >= _MOST:
            key = (kind, at // 60_000, ANY, ANY)
        counted = self._counted.setdefault(key, _Counted(severity, details, at))
        counted.times += 1

    async def store(self, database: Database) -> int:
        """Stores what was counted and returns how many rows it touched; a failure keeps the counts for the next time.

        Raises DatabaseError.
        """
        counted, self._counted = self._counted, {}
        batch = [
            note(
                at=each.at,
                kind=kind,
                severity=each.severity,
                actor=actor,
                address=address,
                details=each.details,
                times=each.times,
            )
            # In one order, so that two processes never wait for each other's rows.
            for (kind, _minute, actor, address), each in sorted(counted.items())
        ]
        try:
            for start in range(0, len(batch), _BATCH):
                await database.commit(batch[start : start + _BATCH])
        except DatabaseError:
            # Some may be stored already; too high a count is better than none.
            for key, each in counted.items():
                self._counted.setdefault(key, _Counted(each.severity, each.details, each.at)).times += each.times
            raise
        return len(batch)

    def start(self, database: Database) -> None:
        """Stores what is added, as a task of the running event loop, until `stop`."""
        self._task = asyncio.create_task(self._loop(database), name="security-events")

    async def stop(self, database: Database) -> None:
        """Ends the task and stores what is left, if the database is there."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(DatabaseError):
            await self.store(database)

    async def _loop(self, database: Database) -> None:
        while True:
            await asyncio.sleep(_STORE_SECONDS)
            try:
                await self.store(database)
            except Exception as error:
                _log.warning("security-events-not-stored", error=type(error).__name__)


class _Counted(msgspec.Struct):
    severity: Severity
    details: str
    at: int
    times: int = 0


async def purge(database: Database, now: int, keep_days: int) -> int:
    """Forgets events that last happened more than `keep_days` before `now` (milliseconds); returns how many rows."""
    gone = 0
    while rows := (
        await database.commit(
            [
                sql(
                    "DELETE FROM security_event WHERE id IN"
                    " (SELECT id FROM security_event WHERE last_at < {} LIMIT 500) RETURNING id",
                    now - keep_days * _DAY,
                )
            ]
        )
    )[0]:
        gone += len(rows)
    return gone
