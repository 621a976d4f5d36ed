"""The feed of security events: what the security administrator looks at, kept 180 days at least (网络安全法 art. 21).

An event of one kind, actor and address is one row a minute with a count. A kind has at most a thousand rows a minute;
what comes from yet more addresses is counted in a row of its own. So no attacker can fill the table.
"""

from __future__ import annotations

from typing import Literal

from backend.foundation.database import Database, Statement, Value, sql
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

ANY = "*"
"""Stands for actor and address of the events of a minute that came from too many to keep apart."""
_MOST = 1000
_LONGEST_DETAILS = 500
_COLUMNS = "id, kind, severity, actor, address, details, times, first_at, last_at"
_DAY = 86_400_000


def note(
    *, at: int, kind: Kind, severity: Severity, actor: str = "", address: str = "", details: str = ""
) -> Statement:
    """Stores an event at `at` (milliseconds), or counts it to the row of the same kind, actor, address and minute.

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
        " CAST({} AS TEXT), CAST({} AS BIGINT), 1, CAST({} AS BIGINT), CAST({} AS BIGINT) FROM crowd WHERE 1 = 1"
        " ON CONFLICT (kind, minute, actor, address)"
        " DO UPDATE SET times = security_event.times + 1, last_at = excluded.last_at",
        kind,
        minute,
        new_id(at),
        kind,
        severity,
        actor,
        address,
        details[:_LONGEST_DETAILS],
        minute,
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
