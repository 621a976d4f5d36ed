"""The audit trail: who did or read what, when, and why. Append-only; it never holds the data that was read."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.identifiers import new_id


def record(*, at: int, actor: str, action: str, subject: str | None, target: str, reason: str = "") -> Statement:
    """One line: `actor` (account or `system`) did `action` to `target`, which concerns `subject` (a subject id)."""
    return sql(
        "INSERT INTO audit (id, at, actor, action, subject, target, reason) VALUES ({}, {}, {}, {}, {}, {}, {})",
        new_id(),
        at,
        actor,
        action,
        subject,
        target,
        reason,
        expect=1,
    )
