"""The ledger leaf of an event (docs/formats.md, Ledger leaf): binds its public and private parts, reveals neither."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

from backend.city.canonical import canonical
from backend.foundation.events import Event
from backend.foundation.identifiers import new_id

SALT_LENGTH = 16


def leaf_hash(public: bytes, salt: bytes, private: bytes) -> bytes:
    """SHA-256(0x00 ‖ public ‖ SHA-256(salt ‖ private)), as RFC 6962 hashes a leaf; `private` may be empty."""
    return hashlib.sha256(b"\0" + public + hashlib.sha256(salt + private).digest()).digest()


def public_part(case_id: str, sequence: int, type_: str, at: int, actor: str, data: Mapping[str, Any]) -> bytes:
    """The canonical JSON of everything about an event that is no personal data."""
    return canonical({"actor": actor, "at": at, "case_id": case_id, "data": data, "sequence": sequence, "type": type_})


def make_event(
    case_id: str, sequence: int, type_: str, at: int, actor: str, data: Mapping[str, Any], private: bytes
) -> Event:
    """A new event with a fresh salt and its leaf hash over `private`, the personal part as it was before sealing."""
    salt = os.urandom(SALT_LENGTH)
    public = public_part(case_id, sequence, type_, at, actor, data)
    return Event(
        id=new_id(),
        case_id=case_id,
        sequence=sequence,
        type=type_,
        at=at,
        actor=actor,
        data=dict(data),
        salt=salt,
        leaf_hash=leaf_hash(public, salt, private),
    )
