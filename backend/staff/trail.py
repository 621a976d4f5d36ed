"""The audit trail for the audit administrator, who reads and does nothing else; each reading is itself a line of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import msgspec

from backend.foundation import audit, cursor
from backend.foundation.database import Row
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.staff import tables
from backend.staff.schemas import AuditLine, AuditPage

_BATCH = 500


async def read(
    house: House,
    auditor: Actor,
    *,
    actor: str | None,
    action: str | None,
    subject: str | None,
    after: str | None,
    limit: int,
) -> AuditPage:
    """A page of the trail, newest first, of lines that have all the given values. Raises CursorInvalid."""
    before = cursor.decode(after, 1)[0] if after else None
    rows = await house.database.read(
        audit.page(limit=limit + 1, before=before, actor=actor, action=action, subject=subject)
    )
    asked = {"actor": actor, "action": action, "subject": subject}
    await _on_record(
        house, auditor, "audit.read", " ".join(f"{name}={value}" for name, value in asked.items() if value)
    )
    more = cursor.encode(rows[limit - 1]["id"]) if len(rows) > limit else None
    return AuditPage(await _lines(house, rows[:limit]), more)


async def export(house: House, auditor: Actor) -> AsyncIterator[bytes]:
    """All of the trail as JSON lines, newest first; on record before its first line leaves."""
    await _on_record(house, auditor, "audit.export", "")
    return _export(house)


async def _export(house: House) -> AsyncIterator[bytes]:
    before: str | None = None
    while rows := await house.database.read(audit.page(limit=_BATCH, before=before)):
        for line in await _lines(house, rows):
            yield msgspec.json.encode(line) + b"\n"
        before = rows[-1]["id"]


async def _on_record(house: House, auditor: Actor, action: str, asked: str) -> None:
    line = audit.record(
        at=house.time.now(), actor=auditor.account_id, action=action, subject=None, target="audit", reason=asked
    )
    await house.database.commit([line])


async def _lines(house: House, rows: list[Row]) -> list[AuditLine]:
    actors = sorted({row["actor"] for row in rows})
    found = await house.database.read(tables.numbers_of(actors)) if actors else []
    numbers = {row["account_id"]: row["number"] for row in found}
    return [
        AuditLine(
            id=row["id"],
            at=rfc3339(row["at"]),
            actor=row["actor"],
            actor_number=numbers.get(row["actor"]),
            action=row["action"],
            subject=row["subject"],
            target=row["target"],
            reason=row["reason"],
        )
        for row in rows
    ]
