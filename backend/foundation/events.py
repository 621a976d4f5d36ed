"""Events of cases: the append-only record from which everything else is derived.

`data` holds structure only. Personal data lies beside an event, sealed under its subject's key, and is never read to
derive state. The leaf hash (docs/formats.md, Ledger leaf) binds both without revealing either. Events get their global
position from the sequencer after commit.
"""

from __future__ import annotations

import hashlib
import os
from typing import Any

import msgspec

from backend.foundation.database import Statement, sql
from backend.foundation.identifiers import new_id
from qr import cbor

SALT_BYTES = 32
_LARGEST = 2**53 - 1
_DEEPEST = 14
"""The public part is two levels around it, and the CBOR subset ends at 16."""


class Event(msgspec.Struct, frozen=True):
    """One event as stored: `type` is name@version, `at` an instant in milliseconds, `actor` an account or `system`.

    `salt` is empty when the event has a private part: then it is sealed with that part, and goes with the person.
    """

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


def make(
    case_id: str, sequence: int, type: str, at: int, actor: str, data: dict[str, Any], private: bytes = b""
) -> tuple[Event, bytes | None]:
    """A new event with its leaf hash, and what to seal beside it (`append_private`): salt ‖ private, or None.

    Raises ValueError when `data` holds more than text, booleans, null, integers within ±2^53, lists and objects: only
    these have one spelling in both JSON and CBOR.
    """
    _check(data, 0)
    event_id, salt = new_id(), os.urandom(SALT_BYTES)
    hashed = leaf_hash(public_part(event_id, case_id, sequence, type, at, actor, data), salt, private)
    kept_salt = b"" if private else salt
    event = Event(event_id, case_id, sequence, type, at, actor, data, kept_salt, hashed)
    return event, salt + private if private else None


def public_part(
    event_id: str, case_id: str, sequence: int, type: str, at: int, actor: str, data: dict[str, Any]
) -> bytes:
    """The public part of a ledger leaf: deterministic CBOR (RFC 8949 §4.2.1) of what anyone may see of an event."""
    fields = {1: event_id, 2: case_id, 3: sequence, 4: type, 5: at, 6: actor, 7: data}
    return cbor.encode(fields)


def leaf_hash(public: bytes, salt: bytes, private: bytes) -> bytes:
    """SHA-256(0x00 ‖ public ‖ SHA-256(salt ‖ private)): RFC 6962 §2.1, over a leaf that can be shown redacted."""
    return hashlib.sha256(b"\x00" + public + hashlib.sha256(salt + private).digest()).digest()


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


def append_private(event_id: str, subject_id: str, sealed: bytes) -> Statement:
    """Stores the private part of an event, sealed for its subject at Place("event_private", "sealed", event_id)."""
    return sql(
        "INSERT INTO event_private (event_id, subject_id, sealed) VALUES ({}, {}, {})",
        event_id,
        subject_id,
        sealed,
        expect=1,
    )


def _check(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise ValueError(f"event data is nested deeper than {_DEEPEST}")
    if value is None or isinstance(value, str | bool):
        return
    if isinstance(value, int) and abs(value) <= _LARGEST:
        return
    if isinstance(value, list):
        for item in value:
            _check(item, depth + 1)
        return
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        for item in value.values():
            _check(item, depth + 1)
        return
    raise ValueError(f"event data holds a {type(value).__name__} that has no one spelling")
