"""The statements of the feedback room."""

from __future__ import annotations

from backend.foundation.database import Statement, sql

_COLUMNS = "id, page, kind, language, words, sent_at, done_at"
# Later than every instant in milliseconds that a clock tells.
_AFTER_ALL = 1 << 53


def add(feedback_id: str, page: str, kind: str, language: str, words: str, at: int) -> Statement:
    """One person's words; an id that is there already keeps what was said first."""
    return sql(
        "INSERT INTO feedback (id, page, kind, language, words, sent_at, done_at, done_by)"
        " VALUES ({}, {}, {}, {}, {}, {}, NULL, NULL) ON CONFLICT (id) DO NOTHING",
        feedback_id,
        page,
        kind,
        language,
        words,
        at,
    )


def forget_before(at: int) -> Statement:
    """Deletes what was said before an instant (milliseconds)."""
    return sql("DELETE FROM feedback WHERE sent_at < {}", at)


def listed(before: tuple[int, str] | None, limit: int, *, done: bool) -> Statement:
    """Feedback that is dealt with or is not, newest first, from before an entry by its time (milliseconds) and id."""
    state = "done_at IS NOT NULL" if done else "done_at IS NULL"
    at, last = before or (_AFTER_ALL, "")
    return sql(
        f"SELECT {_COLUMNS} FROM feedback WHERE {state} AND (sent_at < {{}} OR (sent_at = {{}} AND id < {{}}))"  # noqa: S608 only column names
        " ORDER BY sent_at DESC, id DESC LIMIT {}",
        at,
        at,
        last,
        limit,
    )


def by_id(feedback_id: str) -> Statement:
    """One entry."""
    return sql("SELECT id FROM feedback WHERE id = {}", feedback_id)


def set_done(feedback_id: str, at: int | None, account_id: str | None) -> Statement:
    """Says when and by whom an entry was dealt with; None: it is open again."""
    return sql("UPDATE feedback SET done_at = {}, done_by = {} WHERE id = {}", at, account_id, feedback_id)
