"""What administrators read and cannot change: the audit trail, and the security events.

Each reading of the trail is itself a line of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from backend.foundation import audit, audit_export, cursor, security_events
from backend.foundation.audit_export import audit_key
from backend.foundation.database import Row, Statement
from backend.foundation.security_events import Kind, Severity
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.staff import tables
from backend.staff.schemas import AuditLine, AuditPage, SecurityEvent, SecurityEventPage


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
    """The trail as the file that `zhangban audit verify --file` verifies: lines, hashes and a signed head.

    The export is on record, and a security event, before its first line leaves. Raises AuditKeyMissing.
    """
    key = await asyncio.to_thread(audit_key, house.settings)
    now = house.time.now()
    event = security_events.note(at=now, kind="export-made", severity="notice", actor=auditor.account_id)
    await _on_record(house, auditor, "audit.export", "", event)
    return audit_export.export(house.database, key, at=now)


async def events(
    house: House, *, kind: Kind | None, severity: Severity | None, after: str | None, limit: int
) -> SecurityEventPage:
    """A page of the security events, newest first, of a kind and severity if given. Raises CursorInvalid."""
    before = cursor.decode(after, 1)[0] if after else None
    rows = await house.database.read(security_events.page(limit=limit + 1, before=before, kind=kind, severity=severity))
    numbers = await _numbers(house, rows[:limit])
    shown = [
        SecurityEvent(
            id=row["id"],
            kind=row["kind"],
            severity=row["severity"],
            actor=row["actor"],
            actor_number=numbers.get(row["actor"]),
            address=row["address"],
            details=row["details"],
            times=row["times"],
            first_at=rfc3339(row["first_at"]),
            last_at=rfc3339(row["last_at"]),
        )
        for row in rows[:limit]
    ]
    return SecurityEventPage(shown, cursor.encode(rows[limit - 1]["id"]) if len(rows) > limit else None)


async def _on_record(house: House, auditor: Actor, action: str, asked: str, *also: Statement) -> None:
    line = audit.record(
        at=house.time.now(), actor=auditor.account_id, action=action, subject=None, target="audit", reason=asked
    )
    await house.database.commit([line, *also])


async def _numbers(house: House, rows: list[Row]) -> dict[str, str]:
    """The staff numbers of those who acted, where they are staff."""
    actors = sorted({row["actor"] for row in rows})
    found = await house.database.read(tables.numbers_of(actors)) if actors else []
    return {row["account_id"]: row["number"] for row in found}


async def _lines(house: House, rows: list[Row]) -> list[AuditLine]:
    numbers = await _numbers(house, rows)
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
            result=row["result"],
            address=row["address"],
            position=row["position"],
            hash=bytes(row["hash"]).hex() if row["hash"] is not None else None,
        )
        for row in rows
    ]
