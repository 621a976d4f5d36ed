"""The statements of what the desk's people keep for their work: saved views, who holds a case, who looks at one now,
and notes pinned to pictures.
"""

from __future__ import annotations

from collections.abc import Sequence

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place


def views_of(account_id: str, limit: int) -> Statement:
    """Somebody's saved views, the oldest first."""
    return sql(
        "SELECT id, name, section, query FROM desk_view WHERE account_id = {} ORDER BY id LIMIT {}", account_id, limit
    )


def put_view(view_id: str, account_id: str, name: str, section: str, query: str, at: int) -> Statement:
    """A view by its name; one of that name is replaced."""
    return sql(
        "INSERT INTO desk_view (id, account_id, name, section, query, created_at) VALUES ({}, {}, {}, {}, {}, {})"
        " ON CONFLICT (account_id, name) DO UPDATE SET section = excluded.section, query = excluded.query",
        view_id,
        account_id,
        name,
        section,
        query,
        at,
    )


def remove_view(view_id: str, account_id: str) -> Statement:
    """Removes somebody's own view."""
    return sql("DELETE FROM desk_view WHERE id = {} AND account_id = {}", view_id, account_id, expect=1)


def holders_of(case_ids: Sequence[str]) -> Statement:
    """Who holds which of some cases. At least one case."""
    marks = ", ".join(["{}"] * len(case_ids))
    return sql(f"SELECT case_id, account_id, since FROM case_holder WHERE case_id IN ({marks})", *case_ids)  # noqa: S608 marks


def take(case_id: str, account_id: str, given_by: str, at: int) -> Statement:
    """A case that nobody held is held; fails with UniqueViolation when somebody was faster."""
    return sql(
        "INSERT INTO case_holder (case_id, account_id, given_by, since) VALUES ({}, {}, {}, {})",
        case_id,
        account_id,
        given_by,
        at,
        expect=1,
    )


def pass_on(case_id: str, before: str, account_id: str, given_by: str, at: int) -> Statement:
    """A case goes from its holder to another."""
    return sql(
        "UPDATE case_holder SET account_id = {}, given_by = {}, since = {} WHERE case_id = {} AND account_id = {}",
        account_id,
        given_by,
        at,
        case_id,
        before,
        expect=1,
    )


def put_back(case_id: str, before: str) -> Statement:
    """A case is nobody's again."""
    return sql("DELETE FROM case_holder WHERE case_id = {} AND account_id = {}", case_id, before, expect=1)


def be_seen(case_id: str, account_id: str, at: int, forget: int) -> list[Statement]:
    """Somebody looks at a case now; who looked at any before `forget` is forgotten."""
    return [
        sql("DELETE FROM case_presence WHERE seen_at < {}", forget),
        sql(
            "INSERT INTO case_presence (case_id, account_id, seen_at) VALUES ({}, {}, {})"
            " ON CONFLICT (case_id, account_id) DO UPDATE SET seen_at = excluded.seen_at",
            case_id,
            account_id,
            at,
        ),
    ]


def seen_at(case_id: str, since: int, limit: int) -> Statement:
    """Who has looked at a case since an instant."""
    return sql(
        "SELECT account_id FROM case_presence WHERE case_id = {} AND seen_at >= {} ORDER BY account_id LIMIT {}",
        case_id,
        since,
        limit,
    )


def mark_place(mark_id: str) -> Place:
    """Where the words of a note are sealed."""
    return Place("case_mark", "text_sealed", mark_id)


def add_mark(
    mark_id: str,
    *,
    case_id: str,
    material: str,
    sha256: str,
    page: int,
    across: int,
    down: int,
    account_id: str,
    subject_id: str,
    text_sealed: bytes,
    at: int,
) -> Statement:
    """A note at a place of a picture, in ten-thousandths of its width and height."""
    return sql(
        "INSERT INTO case_mark (id, case_id, material, sha256, page, across, down, account_id, subject_id,"
        " text_sealed, at) VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})",
        mark_id,
        case_id,
        material,
        sha256,
        page,
        across,
        down,
        account_id,
        subject_id,
        text_sealed,
        at,
        expect=1,
    )


def marks_of(case_id: str, limit: int) -> Statement:
    """The notes on a case's pictures, the oldest first."""
    return sql(
        "SELECT id, material, sha256, page, across, down, account_id, subject_id, text_sealed, at FROM case_mark"
        " WHERE case_id = {} ORDER BY id LIMIT {}",
        case_id,
        limit,
    )


def remove_mark(mark_id: str, case_id: str, account_id: str) -> Statement:
    """Removes one's own note."""
    return sql(
        "DELETE FROM case_mark WHERE id = {} AND case_id = {} AND account_id = {}",
        mark_id,
        case_id,
        account_id,
        expect=1,
    )
