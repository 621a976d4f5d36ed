"""The statements of the links room."""

from __future__ import annotations

from backend.foundation.database import Statement, sql

_COLUMNS = "id, case_id, account_id, made_by, created_at, expires_at, revoked_at, visits, last_visit_at"


def add_link(
    link_id: str, token_hash: str, case_id: str, account_id: str, made_by: str, at: int, expires_at: int
) -> Statement:
    """A link that nobody has opened."""
    return sql(
        "INSERT INTO status_link (id, token_hash, case_id, account_id, made_by, created_at, expires_at, revoked_at,"
        " visits, last_visit_at) VALUES ({}, {}, {}, {}, {}, {}, {}, NULL, 0, NULL)",
        link_id,
        token_hash,
        case_id,
        account_id,
        made_by,
        at,
        expires_at,
        expect=1,
    )


def working_of(case_id: str, at: int) -> Statement:
    """How many links of a case still work."""
    return sql(
        "SELECT COUNT(*) AS many FROM status_link WHERE case_id = {} AND revoked_at IS NULL AND expires_at > {}",
        case_id,
        at,
    )


def links_of(case_id: str, limit: int) -> Statement:
    """The newest links of a case."""
    return sql(
        f"SELECT {_COLUMNS} FROM status_link WHERE case_id = {{}} ORDER BY id DESC LIMIT {{}}",  # noqa: S608 only column names
        case_id,
        limit,
    )


def link_by_id(link_id: str) -> Statement:
    """One link."""
    return sql(f"SELECT {_COLUMNS} FROM status_link WHERE id = {{}}", link_id)  # noqa: S608 only column names


def link_by_token(token_hash: str) -> Statement:
    """The link of a token."""
    return sql(f"SELECT {_COLUMNS} FROM status_link WHERE token_hash = {{}}", token_hash)  # noqa: S608 only column names


def revoke(link_id: str, at: int) -> Statement:
    """Ends a link; a link that has ended keeps its time."""
    return sql("UPDATE status_link SET revoked_at = {} WHERE id = {} AND revoked_at IS NULL", at, link_id)


def count_visit(link_id: str, at: int) -> Statement:
    """Counts an opening; touches no row when the link ended meanwhile."""
    return sql(
        "UPDATE status_link SET visits = visits + 1, last_visit_at = {}"
        " WHERE id = {} AND revoked_at IS NULL AND expires_at > {}",
        at,
        link_id,
        at,
        expect=1,
    )


def log_visit(visit_id: str, link_id: str, at: int, visitor: str) -> Statement:
    """Logs an opening."""
    return sql(
        "INSERT INTO status_link_visit (id, link_id, at, visitor) VALUES ({}, {}, {}, {})",
        visit_id,
        link_id,
        at,
        visitor,
        expect=1,
    )
