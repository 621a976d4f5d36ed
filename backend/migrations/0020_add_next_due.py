"""What each open case is due for next, for the desk's queue: the earliest of the legal clock and its step's limit.

Cases that are there already stand by their legal due date until the worker has read their events (`cases.due`).
"""

FORWARD = (
    "ALTER TABLE case_record ADD COLUMN next_due TEXT",
    "ALTER TABLE case_record ADD COLUMN next_soon TEXT",
    "ALTER TABLE case_record ADD COLUMN next_step TEXT",
    "ALTER TABLE case_record ADD COLUMN next_days BIGINT",
    "ALTER TABLE case_record ADD COLUMN next_unit TEXT",
    "UPDATE case_record SET next_due = due",
    "DROP INDEX case_record_open",
    "CREATE INDEX case_record_open ON case_record (department, next_due, id) WHERE ended_at IS NULL",
    "CREATE INDEX case_record_soon ON case_record (department, next_soon) WHERE ended_at IS NULL",
    "CREATE INDEX case_record_mine ON case_record (accepted_by, next_due, id) WHERE ended_at IS NULL",
    "CREATE INDEX case_record_closed_due ON case_record (department, next_due, id) WHERE ended_at IS NOT NULL",
    "CREATE INDEX case_record_undated ON case_record (id) WHERE ended_at IS NULL AND next_step IS NULL",
    "INSERT INTO outbox (id, kind, payload, due, unique_key, attempts)"
    " SELECT 'case-date-next', 'case.date-next', '{\"after\":\"\"}', 0, 'case.date-next:', 0"
    " WHERE EXISTS (SELECT 1 FROM case_record WHERE ended_at IS NULL)",
)

BACKWARD = (
    "DELETE FROM outbox WHERE kind = 'case.date-next'",
    "DROP INDEX case_record_undated",
    "DROP INDEX case_record_closed_due",
    "DROP INDEX case_record_mine",
    "DROP INDEX case_record_soon",
    "DROP INDEX case_record_open",
    "CREATE INDEX case_record_open ON case_record (department, due, id) WHERE ended_at IS NULL",
    "ALTER TABLE case_record DROP COLUMN next_unit",
    "ALTER TABLE case_record DROP COLUMN next_days",
    "ALTER TABLE case_record DROP COLUMN next_step",
    "ALTER TABLE case_record DROP COLUMN next_soon",
    "ALTER TABLE case_record DROP COLUMN next_due",
)
