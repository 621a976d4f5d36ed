"""The statements of the projects room."""

from __future__ import annotations

from backend.foundation.database import Statement, sql
from backend.foundation.encryption import Place

_COLUMNS = (
    "id, code, party_id, subject_id, account_id, kind, industry, division, investment, name_sealed, registered_at"
)
# Ids are UUIDv7: later ones are greater, and every one is below this.
_AFTER_ALL = "g"


def name_place(project_id: str) -> Place:
    """Where a project's name is stored."""
    return Place("project", "name_sealed", project_id)


def count_project(stem: str) -> Statement:
    """Takes the next serial behind a stem; the row stays locked until the batch ends, and six digits are all."""
    return sql(
        "INSERT INTO project_counter (stem, value) VALUES ({}, 1)"
        " ON CONFLICT (stem) DO UPDATE SET value = project_counter.value + 1",
        stem,
    )


def add_project(
    *,
    project_id: str,
    stem: str,
    party_id: str,
    subject_id: str,
    account_id: str,
    kind: str,
    industry: str,
    division: str,
    investment: int,
    name_sealed: bytes,
    at: int,
) -> Statement:
    """A new project; its code is the stem with the serial that `count_project` took in the same batch."""
    return sql(
        f"INSERT INTO project ({_COLUMNS}) VALUES"  # noqa: S608 -- constants only
        " ({}, (SELECT stem || substr(CAST(1000000 + value AS TEXT), 2) FROM project_counter WHERE stem = {}),"
        " {}, {}, {}, {}, {}, {}, {}, {}, {})",
        project_id,
        stem,
        party_id,
        subject_id,
        account_id,
        kind,
        industry,
        division,
        investment,
        name_sealed,
        at,
        expect=1,
    )


def project_by_id(project_id: str) -> Statement:
    """A project by its id."""
    return sql(f"SELECT {_COLUMNS} FROM project WHERE id = {{}}", project_id)  # noqa: S608 -- constants only


def project_by_code(code: str) -> Statement:
    """A project by its code."""
    return sql(f"SELECT {_COLUMNS} FROM project WHERE code = {{}}", code)  # noqa: S608 -- constants only


def projects_of(party_id: str, before: str | None, limit: int) -> Statement:
    """A party's projects, newest first, from before the project `before`."""
    return sql(
        f"SELECT {_COLUMNS} FROM project WHERE party_id = {{}} AND id < {{}} ORDER BY id DESC LIMIT {{}}",  # noqa: S608 -- constants only
        party_id,
        before or _AFTER_ALL,
        limit,
    )
