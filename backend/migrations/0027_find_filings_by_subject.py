"""Whose filings and projects there are is asked for by an export, by an erasure, and before unused files are deleted.

What looked after the pictures of waiting members time and again has no use any more: they are asked for when files go.
"""

FORWARD = (
    "CREATE INDEX filing_by_subject ON filing (subject_id, id)",
    "CREATE INDEX project_by_account ON project (account_id, id)",
    "DELETE FROM outbox WHERE kind = 'filing.keep-files'",
)

BACKWARD = (
    "DROP INDEX project_by_account",
    "DROP INDEX filing_by_subject",
)
