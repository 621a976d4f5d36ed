"""The statements of the privacy room: reads, consents, erasures and kept records."""

from __future__ import annotations

from collections.abc import Sequence

from backend.foundation.database import Statement, sql

_CONSENT = "id, purpose, version, channel, given_by, given_at, withdrawn_at"


def reads_of(subject_ids: Sequence[str], own_account: str, before: str | None, limit: int) -> Statement:
    """Lines of the audit trail about subjects by anyone but one account, newest first, from before `before`.

    What was refused met no data and is left out.
    """
    marks = ", ".join("{}" for _ in subject_ids)
    # Ids are UUIDv7: later ones are greater, and every one is below "g".
    return sql(
        f"SELECT id, at, actor, action, target, reason FROM audit WHERE subject IN ({marks})"  # noqa: S608 only marks
        " AND actor <> {} AND id < {} AND result = 'done' ORDER BY id DESC LIMIT {}",
        *subject_ids,
        own_account,
        before or "g",
        limit,
    )


def consents_of(subject_id: str) -> Statement:
    """Every consent of a subject, newest first."""
    return sql(f"SELECT {_CONSENT} FROM consent WHERE subject_id = {{}} ORDER BY id DESC", subject_id)  # noqa: S608 columns


def open_consent(subject_id: str, purpose: str) -> Statement:
    """The consent to a purpose that is not withdrawn."""
    return sql(
        f"SELECT {_CONSENT} FROM consent"  # noqa: S608 only column names
        " WHERE subject_id = {} AND purpose = {} AND withdrawn_at IS NULL",
        subject_id,
        purpose,
    )


def add_consent(
    consent_id: str, subject_id: str, account_id: str, purpose: str, version: str, given_by: str, at: int
) -> Statement:
    """A consent given in the app; UniqueViolation while an earlier one is open."""
    return sql(
        "INSERT INTO consent (id, subject_id, account_id, purpose, version, channel, given_by, given_at, withdrawn_at)"
        " VALUES ({}, {}, {}, {}, {}, 'app', {}, {}, NULL)",
        consent_id,
        subject_id,
        account_id,
        purpose,
        version,
        given_by,
        at,
        expect=1,
    )


def withdraw_consent(subject_id: str, purpose: str, at: int) -> Statement:
    """Closes the open consent to a purpose, if there is one."""
    return sql(
        "UPDATE consent SET withdrawn_at = {} WHERE subject_id = {} AND purpose = {} AND withdrawn_at IS NULL",
        at,
        subject_id,
        purpose,
    )


def withdraw_all(subject_id: str, at: int) -> Statement:
    """Closes every open consent of a subject."""
    return sql("UPDATE consent SET withdrawn_at = {} WHERE subject_id = {} AND withdrawn_at IS NULL", at, subject_id)


def add_erasure(erasure_id: str, account_id: str, subject_id: str, at: int, kept: str) -> Statement:
    """A request to erase an account; a second one fails with UniqueViolation."""
    return sql(
        "INSERT INTO erasure (id, account_id, subject_id, state, requested_at, done_at, kept)"
        " VALUES ({}, {}, {}, 'requested', {}, NULL, {})",
        erasure_id,
        account_id,
        subject_id,
        at,
        kept,
        expect=1,
    )


def erasure_by_id(erasure_id: str) -> Statement:
    """One erasure."""
    return sql("SELECT id, account_id, subject_id, state, requested_at FROM erasure WHERE id = {}", erasure_id)


def finish_erasure(erasure_id: str, at: int) -> Statement:
    """Marks an erasure done; one that is done keeps its time."""
    return sql("UPDATE erasure SET state = 'done', done_at = {} WHERE id = {} AND state = 'requested'", at, erasure_id)


def kept_record(case_id: str) -> Statement:
    """The kept record of a case."""
    return sql("SELECT case_id, subject_id, kept_until, ended_at FROM kept_record WHERE case_id = {}", case_id)


def plan_record(case_id: str, erasure_id: str, subject_id: str, kept_until: int) -> Statement:
    """Names the subject that a case is to be sealed for; a twin fails with UniqueViolation."""
    return sql(
        "INSERT INTO kept_record (case_id, erasure_id, subject_id, kept_until, ended_at) VALUES ({}, {}, {}, {}, NULL)",
        case_id,
        erasure_id,
        subject_id,
        kept_until,
        expect=1,
    )


def end_record(case_id: str, at: int) -> Statement:
    """Notes that the time of a record is over; one that ended keeps its time."""
    return sql("UPDATE kept_record SET ended_at = {} WHERE case_id = {} AND ended_at IS NULL", at, case_id)
