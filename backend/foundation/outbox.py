"""The transactional outbox: what must happen after a commit is stored in the same batch as the commit itself.

A row is due at an instant, carries a unique key so that asking twice is asking once, and is delivered at least once.
Timers and nightly jobs are rows with a future `due`.
"""

from __future__ import annotations

import msgspec

from backend.foundation.database import Statement, sql
from backend.foundation.identifiers import new_id


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
