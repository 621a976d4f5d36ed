"""The statements of the publication room."""

from __future__ import annotations

from backend.foundation.database import Statement, sql

_LISTED = (
    "id, kind, subject_hash, title, base_number, base_hash, proposed_by, proposed_at, decided_by, decided_at, decision,"
    " secrecy_checked, reason, effective_at"
)


def add_proposal(
    proposal_id: str,
    kind: str,
    subject_hash: str,
    title: str,
    content: str,
    base_number: int,
    base_hash: str | None,
    proposed_by: str,
    at: int,
    effective_at: int | None,
) -> Statement:
    """A proposal that nobody has decided on."""
    return sql(
        "INSERT INTO publication_review (id, kind, subject_hash, title, content, base_number, base_hash, proposed_by,"
        " proposed_at, effective_at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        proposal_id,
        kind,
        subject_hash,
        title,
        content,
        base_number,
        base_hash,
        proposed_by,
        at,
        effective_at,
        expect=1,
    )


def proposal_by_id(proposal_id: str) -> Statement:
    """One proposal with its content."""
    return sql(f"SELECT {_LISTED}, content FROM publication_review WHERE id = {{}}", proposal_id)  # noqa: S608 only column names


def proposals(before: str | None, limit: int) -> Statement:
    """A page of proposals without their content, newest first."""
    start = f"SELECT {_LISTED} FROM publication_review"  # noqa: S608 only column names
    if before is None:
        return sql(f"{start} ORDER BY id DESC LIMIT {{}}", limit)
    return sql(f"{start} WHERE id < {{}} ORDER BY id DESC LIMIT {{}}", before, limit)


def waiting(kind: str, subject_hash: str, base_number: int, effective_at: int | None) -> Statement:
    """Proposals of this content for the same instant that wait and could still be published."""
    return sql(
        "SELECT id FROM publication_review WHERE kind = {} AND subject_hash = {} AND base_number = {}"
        " AND decided_at IS NULL AND COALESCE(effective_at, 0) = {} LIMIT 1",
        kind,
        subject_hash,
        base_number,
        effective_at or 0,
    )


def decide(
    proposal_id: str, decided_by: str, at: int, decision: str, reason: str, *, secrecy_checked: bool
) -> Statement:
    """Notes a decision; fails the batch when there is one already, or when the decider is the proposer."""
    return sql(
        "UPDATE publication_review SET decided_by = {}, decided_at = {}, decision = {}, reason = {},"
        " secrecy_checked = {} WHERE id = {} AND decided_at IS NULL AND proposed_by <> {}",
        decided_by,
        at,
        decision,
        reason,
        int(secrecy_checked),
        proposal_id,
        decided_by,
        expect=1,
    )
