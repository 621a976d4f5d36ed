"""The statements of visits to the counter."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place


def phone_place(visit_id: str) -> Place:
    """Where the phone of a visit's applicant is stored."""
    return Place("counter_visit", "phone_sealed", visit_id)


def add_visit(
    visit_id: str,
    *,
    account_id: str,
    party_id: str,
    subject_id: str,
    item: str,
    phone_sealed: bytes,
    at: int,
    ends_at: int,
    draft_id: str | None = None,
) -> Statement:
    """A visit, opened by a clerk's account; `draft_id` is the draft that the applicant showed."""
    return sql(
        "INSERT INTO counter_visit (id, account_id, party_id, subject_id, item, phone_sealed, created_at, ends_at,"
        " draft_id) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})",
        visit_id,
        account_id,
        party_id,
        subject_id,
        item,
        phone_sealed,
        at,
        ends_at,
        draft_id,
        expect=1,
    )


def visit_of(visit_id: str, account_id: str, now: int) -> Statement:
    """A clerk's visit that has not ended."""
    return sql(
        "SELECT id, party_id, subject_id, item, phone_sealed, draft_id FROM counter_visit"
        " WHERE id = {} AND account_id = {} AND ends_at > {}",
        visit_id,
        account_id,
        now,
    )


def end_visits(now: int) -> Statement:
    """Removes every visit whose time is over."""
    return sql("DELETE FROM counter_visit WHERE ends_at <= {}", now)


def code_phone_place(draft_id: str) -> Place:
    """Where the phone of whoever shows a draft is stored."""
    return Place("counter_code", "phone_sealed", draft_id)


def put_code(
    draft_id: str, code_hash: str, account_id: str, party_id: str, subject_id: str, phone_sealed: bytes, ends_at: int
) -> Statement:
    """The code by which a draft is shown; an earlier one of the same draft is no longer good."""
    return sql(
        "INSERT INTO counter_code (draft_id, code_hash, account_id, party_id, subject_id, phone_sealed, ends_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT (draft_id) DO UPDATE SET code_hash = excluded.code_hash,"
        " account_id = excluded.account_id, party_id = excluded.party_id, subject_id = excluded.subject_id,"
        " phone_sealed = excluded.phone_sealed, ends_at = excluded.ends_at",
        draft_id,
        code_hash,
        account_id,
        party_id,
        subject_id,
        phone_sealed,
        ends_at,
    )


def code_of(code_hash: str, now: int) -> Statement:
    """The draft that a code shows, while its time lasts."""
    return sql(
        "SELECT draft_id, account_id, party_id, subject_id, phone_sealed FROM counter_code"
        " WHERE code_hash = {} AND ends_at > {}",
        code_hash,
        now,
    )


def use_code(code_hash: str) -> Statement:
    """A code is good for once."""
    return sql("DELETE FROM counter_code WHERE code_hash = {}", code_hash, expect=1)


def end_codes(now: int) -> Statement:
    """Removes every code whose time is over."""
    return sql("DELETE FROM counter_code WHERE ends_at <= {}", now)
