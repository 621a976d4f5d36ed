"""Events of cases: the append-only record from which everything else is derived.

`data` holds structure only. Personal data lies beside an event, sealed under its subject's key, and is never read to
derive state. The leaf hash (docs/formats.md, Ledger leaf) binds both without revealing either. Events get their global
position from the sequencer after commit.
"""

from __future__ import annotations

from typing import Any

import msgspec

from backend.foundation.database import Statement, sql


class Event(msgspec.Struct, frozen=True):
    """One event as stored: `type` is name@version, `at` an instant in milliseconds, `actor` an account or `system`."""

    id: str
    case_id: str
    sequence: int
    type: str
    at: int
    actor: str
    data: dict[str, Any]
    salt: bytes
    leaf_hash: bytes
    position: int | None = None


def append(event: Event) -> Statement:
    """Stores an event; UNIQUE(case_id, sequence) refuses a stale writer's whole batch."""
    return sql(
        "INSERT INTO event (id, case_id, sequence, type, at, actor, data, salt, leaf_hash)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        event.id,
        event.case_id,
        event.sequence,
        event.type,
        event.at,
        event.actor,
        msgspec.json.encode(event.data).decode(),
        event.salt,
        event.leaf_hash,
        expect=1,
    )
