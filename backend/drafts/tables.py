"""The statements of the drafts room: drafts, the operations that changed them, and their revisions."""

from __future__ import annotations

from backend.drafts.rules import MINUTE, REVISION_LIFETIME
from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place

_COLUMNS = (
    "id, account_id, subject_id, item, guide_hash, form_hash, content, step, revision, updated_at, case_id, party_id"
)


def content_place(draft_id: str) -> Place:
    """Where a draft's text is sealed."""
    return Place("draft", "content", draft_id)


def revision_place(draft_id: str, at: int) -> Place:
    """Where the text of one minute of a draft is sealed."""
    return Place("draft_revision", "content", f"{draft_id}/{at // MINUTE}")


def draft_by_id(draft_id: str) -> Statement:
    """A draft, whoever's it is."""
    return sql(f"SELECT {_COLUMNS} FROM draft WHERE id = {{}}", draft_id)  # noqa: S608 only column names


def drafts_of(account_id: str, party_id: str, limit: int) -> Statement:
    """An account's drafts for a party (empty: its own) that have not become cases, newest first."""
    return sql(
        f"SELECT {_COLUMNS} FROM draft WHERE account_id = {{}} AND party_id = {{}}"  # noqa: S608 only column names
        " AND case_id IS NULL ORDER BY updated_at DESC, id LIMIT {}",
        account_id,
        party_id,
        limit,
    )


def contents_of(subject_id: str) -> Statement:
    """The sealed texts of a subject's drafts."""
    return sql("SELECT id, content FROM draft WHERE subject_id = {} AND content IS NOT NULL", subject_id)


def count_of(account_id: str, party_id: str) -> Statement:
    """How many drafts of an account for a party (empty: its own) have not become cases."""
    return sql(
        "SELECT COUNT(*) AS many FROM draft WHERE account_id = {} AND party_id = {} AND case_id IS NULL",
        account_id,
        party_id,
    )


def add(
    draft_id: str,
    account_id: str,
    party_id: str,
    subject_id: str,
    item: str,
    guide_hash: str,
    form_hash: str,
    content: bytes,
    step: int,
    at: int,
) -> Statement:
    """A new draft with revision 1, for a party or (empty) of the account's own."""
    return sql(
        "INSERT INTO draft (id, account_id, party_id, subject_id, item, guide_hash, form_hash, content, step, revision,"
        " updated_at, case_id) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, 1, {}, NULL)",
        draft_id,
        account_id,
        party_id,
        subject_id,
        item,
        guide_hash,
        form_hash,
        content,
        step,
        at,
        expect=1,
    )


def change(
    draft_id: str,
    revision: int,
    item: str,
    guide_hash: str,
    form_hash: str,
    content: bytes,
    step: int,
    at: int,
) -> Statement:
    """Replaces the text of a draft that stands at `revision`; touches no row when it does not."""
    return sql(
        "UPDATE draft SET item = {}, guide_hash = {}, form_hash = {}, content = {}, step = {}, revision = {},"
        " updated_at = {} WHERE id = {} AND revision = {} AND case_id IS NULL",
        item,
        guide_hash,
        form_hash,
        content,
        step,
        revision + 1,
        at,
        draft_id,
        revision,
        expect=1,
    )


def remove(draft_id: str, revision: int) -> Statement:
    """Removes a draft that stands at `revision`."""
    return sql("DELETE FROM draft WHERE id = {} AND revision = {} AND case_id IS NULL", draft_id, revision, expect=1)


def submit(draft_id: str, account_id: str, party_id: str, case_id: str, at: int) -> Statement:
    """Turns a draft into the memory that it became a case of the same party (empty: the account's own).

    A draft that never reached the server leaves that memory too, so that a change sent late does not bring it back.
    """
    return sql(
        "INSERT INTO draft (id, account_id, party_id, subject_id, item, guide_hash, form_hash, content, step, revision,"
        " updated_at, case_id) VALUES ({}, {}, {}, '', '', '', '', NULL, 0, 0, {}, {}) ON CONFLICT (id) DO UPDATE SET"
        " content = NULL, updated_at = excluded.updated_at, case_id = excluded.case_id"
        " WHERE draft.account_id = excluded.account_id AND draft.party_id = excluded.party_id"
        " AND draft.case_id IS NULL",
        draft_id,
        account_id,
        party_id,
        at,
        case_id,
    )


def still_open(draft_id: str) -> Statement:
    """Fails the batch where a draft has become a case, or is gone."""
    return sql("UPDATE draft SET step = step WHERE id = {} AND case_id IS NULL", draft_id, expect=1)


def operation_of(account_id: str, operation: str) -> Statement:
    """What an operation of an account was and what it was answered."""
    return sql(
        "SELECT fingerprint, draft_id, revision, at FROM draft_operation WHERE account_id = {} AND operation = {}",
        account_id,
        operation,
    )


def add_operation(
    account_id: str, operation: str, fingerprint: str, draft_id: str, revision: int, at: int
) -> Statement:
    """Remembers an operation and its answer; a twin fails on the primary key."""
    return sql(
        "INSERT INTO draft_operation (account_id, operation, fingerprint, draft_id, revision, at)"
        " VALUES ({}, {}, {}, {}, {}, {})",
        account_id,
        operation,
        fingerprint,
        draft_id,
        revision,
        at,
        expect=1,
    )


def put_revision(draft_id: str, revision: int, content: bytes, at: int) -> Statement:
    """Keeps the last text of each minute."""
    return sql(
        "INSERT INTO draft_revision (draft_id, minute, revision, content) VALUES ({}, {}, {}, {})"
        " ON CONFLICT (draft_id, minute) DO UPDATE SET revision = excluded.revision, content = excluded.content",
        draft_id,
        at // MINUTE,
        revision,
        content,
    )


def remove_revisions(draft_id: str) -> Statement:
    """Removes every kept text of a draft."""
    return sql("DELETE FROM draft_revision WHERE draft_id = {}", draft_id)


def remove_old(draft_id: str, now: int) -> tuple[Statement, Statement]:
    """Removes a draft's revisions and remembered operations that are past their time."""
    before = now - REVISION_LIFETIME
    return (
        sql("DELETE FROM draft_revision WHERE draft_id = {} AND minute <= {}", draft_id, before // MINUTE),
        sql("DELETE FROM draft_operation WHERE draft_id = {} AND at <= {}", draft_id, before),
    )
