"""The statements of the editing room."""

from __future__ import annotations

from backend.foundation.database import Statement, sql

_LISTED = "id, title, base_hash, revision, created_by, created_at, changed_by, changed_at, proposal_id"


def add(draft_id: str, title: str, base_hash: str, account_id: str, at: int) -> Statement:
    """A draft that changes nothing yet, at revision 1."""
    return sql(
        "INSERT INTO catalogue_draft (id, title, base_hash, files, revision, created_by, created_at, changed_by,"
        " changed_at) VALUES ({}, {}, {}, {}, 1, {}, {}, {}, {})",
        draft_id,
        title,
        base_hash,
        "{}",
        account_id,
        at,
        account_id,
        at,
        expect=1,
    )


def draft_by_id(draft_id: str) -> Statement:
    """One draft with its files."""
    return sql(f"SELECT {_LISTED}, files FROM catalogue_draft WHERE id = {{}}", draft_id)  # noqa: S608 only column names


def drafts(before: str | None, limit: int) -> Statement:
    """A page of drafts without their files, newest first."""
    start = f"SELECT {_LISTED} FROM catalogue_draft"  # noqa: S608 only column names
    if before is None:
        return sql(f"{start} ORDER BY id DESC LIMIT {{}}", limit)
    return sql(f"{start} WHERE id < {{}} ORDER BY id DESC LIMIT {{}}", before, limit)


def open_drafts() -> Statement:
    """How many drafts nobody has proposed yet."""
    return sql("SELECT COUNT(*) AS many FROM catalogue_draft WHERE proposal_id IS NULL")


def change(draft_id: str, revision: int, title: str, base_hash: str, files: str, account_id: str, at: int) -> Statement:
    """Replaces what a draft of this revision says; counts no row when it has moved on or was proposed."""
    return sql(
        "UPDATE catalogue_draft SET title = {}, base_hash = {}, files = {}, revision = revision + 1, changed_by = {},"
        " changed_at = {} WHERE id = {} AND revision = {} AND proposal_id IS NULL",
        title,
        base_hash,
        files,
        account_id,
        at,
        draft_id,
        revision,
        expect=1,
    )


def proposed(draft_id: str, revision: int, proposal_id: str) -> Statement:
    """Names the proposal that a draft of this revision has become."""
    return sql(
        "UPDATE catalogue_draft SET proposal_id = {} WHERE id = {} AND revision = {} AND proposal_id IS NULL",
        proposal_id,
        draft_id,
        revision,
        expect=1,
    )


def remove(draft_id: str, revision: int) -> Statement:
    """Deletes a draft of this revision that was not proposed."""
    return sql(
        "DELETE FROM catalogue_draft WHERE id = {} AND revision = {} AND proposal_id IS NULL",
        draft_id,
        revision,
        expect=1,
    )
