"""The transactional outbox: what must happen after a commit is stored in the same batch as the commit itself.

A row is due at an instant, carries a unique key so that asking twice is asking once, and is delivered at least once.
Timers and nightly jobs are rows with a future `due`. A row is open until it is done or laid aside ("dead") after too
many tries; a done row keeps its key for a while and loses its payload at once, which may hold what nobody should find.
"""

from __future__ import annotations

import random
import time

import msgspec

from backend.foundation.database import Database, Statement, sql
from backend.foundation.identifiers import new_id

_OPEN = "done_at IS NULL AND dead_at IS NULL"


def enqueue(kind: str, payload: msgspec.Struct, *, due: int, key: str) -> Statement:
    """Asks for `kind` to be handled at `due` (milliseconds) with `payload`; a second row of the same key is dropped."""
    return sql(
        "INSERT INTO outbox (id, kind, payload, due, unique_key, attempts)"
        " VALUES ({}, {}, {}, {}, {}, 0) ON CONFLICT (unique_key) DO NOTHING",
        new_id(),
        kind,
        msgspec.json.encode(payload).decode(),
        due,
        key,
    )


class Claimed(msgspec.Struct, frozen=True):
    """A row that one worker holds: until the lease ends nobody else gets it, and only its token may finish it.

    `attempts` counts this try. The same row may be handed out again after a crash: handlers pass `id` on as the
    idempotency key of what they call.
    """

    id: str
    kind: str
    payload: str
    due: int
    attempts: int
    lease_token: str


class Backlog(msgspec.Struct, frozen=True):
    """The state of the outbox for readiness: rows that wait, rows that are late, since when, rows laid aside."""

    waiting: int
    late: int
    latest_due: int | None
    dead: int


def machine_time() -> int:
    """The machine's own clock in milliseconds. Leases follow it and never a clock that tests set."""
    return time.time_ns() // 1_000_000


async def claim(database: Database, now: int, limit: int, lease_seconds: int) -> list[Claimed]:
    """Takes up to `limit` rows that are due at `now`, oldest first, for `lease_seconds`; no other worker gets them."""
    token = new_id()
    clock = machine_time()
    # Materialised: else PostgreSQL may run the sub-select again for each row and lock more than it takes.
    template = (
        f"WITH picked AS MATERIALIZED (SELECT id FROM outbox WHERE {_OPEN} AND due <= {{}}"  # noqa: S608 fixed text
        f" AND (lease_until IS NULL OR lease_until < {{}}) ORDER BY due LIMIT {{}} {database.skip_locked})"
        " UPDATE outbox SET lease_token = {}, lease_until = {}, attempts = attempts + 1"
        " WHERE id IN (SELECT id FROM picked) RETURNING id, kind, payload, due, attempts, lease_token"
    )
    batch = [sql(template, now, clock, limit, token, clock + 1000 * lease_seconds)]
    rows = msgspec.convert((await database.commit(batch))[0], list[Claimed])
    return sorted(rows, key=lambda row: (row.due, row.id))


def complete(row: Claimed, now: int) -> Statement:
    """Marks a row done and erases its payload; goes into the batch of what the handler stores.

    Its `expect` makes a worker that lost its lease store nothing.
    """
    return sql(
        "UPDATE outbox SET done_at = {}, payload = '', lease_token = NULL, lease_until = NULL, last_error = NULL"
        " WHERE id = {} AND lease_token = {}",
        now,
        row.id,
        row.lease_token,
        expect=1,
    )


def retry(row: Claimed, due: int, error: str) -> Statement:
    """Puts a row back until `due`; `error` is the name of what happened, never a message that may quote a person."""
    return sql(
        "UPDATE outbox SET due = {}, last_error = {}, lease_token = NULL, lease_until = NULL"
        " WHERE id = {} AND lease_token = {}",
        due,
        error,
        row.id,
        row.lease_token,
    )


def lay_aside(row: Claimed, now: int, error: str) -> Statement:
    """Ends the tries of a row; it stays, with its payload, for the operator to see and to revive."""
    return sql(
        "UPDATE outbox SET dead_at = {}, last_error = {}, lease_token = NULL, lease_until = NULL"
        " WHERE id = {} AND lease_token = {}",
        now,
        error,
        row.id,
        row.lease_token,
    )


def give_back(row: Claimed) -> Statement:
    """Undoes a claim that was not used (a worker that stops), so that another worker need not wait for the lease."""
    return sql(
        "UPDATE outbox SET attempts = attempts - 1, lease_token = NULL, lease_until = NULL"
        " WHERE id = {} AND lease_token = {}",
        row.id,
        row.lease_token,
    )


def revive(row_id: str, due: int) -> Statement:
    """Gives a row that was laid aside all its tries again."""
    return sql(
        "UPDATE outbox SET dead_at = NULL, attempts = 0, due = {} WHERE id = {} AND dead_at IS NOT NULL", due, row_id
    )


def purge_done(before: int, limit: int = 500) -> Statement:
    """Forgets up to `limit` rows done before an instant, with their keys."""
    return sql(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE done_at < {} LIMIT {}) RETURNING id", before, limit
    )


def delay_seconds(attempts: int, first: int, longest: int) -> float:
    """How long to wait after try number `attempts`: doubling up to `longest`, with jitter of a quarter each way."""
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 no secret  # nosec B311
    return float(min(first * 2 ** min(attempts - 1, 32), longest)) * jitter


async def backlog(database: Database, now: int) -> Backlog:
    """Counts what is open at `now`; late is what has been due for more than a minute."""
    rows = await database.read(
        sql(
            "SELECT COUNT(*) AS waiting, COALESCE(SUM(CASE WHEN due < {} THEN 1 ELSE 0 END), 0) AS late,"  # noqa: S608 fixed text
            " MIN(due) AS latest_due, (SELECT COUNT(*) FROM outbox WHERE dead_at IS NOT NULL) AS dead"
            f" FROM outbox WHERE {_OPEN}",
            now - 60_000,
        )
    )
    return msgspec.convert(rows[0], Backlog)
