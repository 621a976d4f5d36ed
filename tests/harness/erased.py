"""What must hold after an erasure: nothing names the person's key, and every kept event still has its leaf hash."""

from __future__ import annotations

from typing import Any

import msgspec

from backend.cases import tables
from backend.foundation import events
from backend.foundation.database import Database, Row, sql
from backend.foundation.encryption import Vault
from tests.harness.contents import contents_of

# The trail, the records of erasures and consents, the closed account and its party name ids for good; what lies sealed
# in the party's row went with its key.
_MAY_NAME = {"audit", "erasure", "consent", "account", "party"}


async def rows_about(database: Database, subject: str) -> dict[str, int]:
    """How many rows of each table still name a subject, where none may."""
    found = {}
    for table, rows in (await contents_of(database)).items():
        many = sum(subject in row.values() for row in rows)
        if many and table not in _MAY_NAME:
            found[table] = many
    return found


async def private_events(database: Database, case: str) -> list[Row]:
    """A case's events that have a private part, with it and its subject."""
    return await database.read(
        sql(
            "SELECT event.*, event_private.sealed, event_private.subject_id FROM event"
            " JOIN event_private ON event_private.event_id = event.id WHERE event.case_id = {} ORDER BY event.sequence",
            case,
        )
    )


async def private_part(vault: Vault, row: Row) -> bytes:
    """What is sealed beside an event, without its salt. Raises Erased."""
    plain = await vault.open(row["subject_id"], tables.private_place(row["id"]), bytes(row["sealed"]))
    return plain[events.SALT_BYTES :]


async def leaf_holds(vault: Vault, row: Row) -> bool:
    """Whether an event's private part opens and has, with the public part, the leaf hash that the ledger holds."""
    plain = await vault.open(row["subject_id"], tables.private_place(row["id"]), bytes(row["sealed"]))
    salt, private = plain[: events.SALT_BYTES], plain[events.SALT_BYTES :]
    data: dict[str, Any] = msgspec.json.decode(row["data"])
    public = events.public_part(row["id"], row["case_id"], row["sequence"], row["type"], row["at"], row["actor"], data)
    return events.leaf_hash(public, salt, private) == bytes(row["leaf_hash"])
