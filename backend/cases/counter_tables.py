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
) -> Statement:
    """A visit, opened by a clerk's account."""
    return sql(
        "INSERT INTO counter_visit (id, account_id, party_id, subject_id, item, phone_sealed, created_at, ends_at)"
        " VALUES ({}, {}, {}, {}, {}, {}, {}, {})",
        visit_id,
        account_id,
        party_id,
        subject_id,
        item,
        phone_sealed,
        at,
        ends_at,
        expect=1,
    )


def visit_of(visit_id: str, account_id: str, now: int) -> Statement:
    """A clerk's visit that has not ended."""
    return sql(
        "SELECT id, party_id, subject_id, item, phone_sealed FROM counter_visit"
        " WHERE id = {} AND account_id = {} AND ends_at > {}",
        visit_id,
        account_id,
        now,
    )


def end_visits(now: int) -> Statement:
    """Removes every visit whose time is over."""
    return sql("DELETE FROM counter_visit WHERE ends_at <= {}", now)
