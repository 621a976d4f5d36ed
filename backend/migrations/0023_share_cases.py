"""Tasks of other departments in a case, each with its own limit; and which office received it for the one in charge.

What a case comes to is in its events: these rows are where the other desks find it.
"""

FORWARD = (
    """CREATE TABLE case_task (
        case_id TEXT NOT NULL REFERENCES case_record (id),
        task TEXT NOT NULL,
        department TEXT NOT NULL,
        due TEXT NOT NULL,
        opened_at BIGINT NOT NULL,
        done_at BIGINT,
        outcome TEXT,
        PRIMARY KEY (case_id, task)
    )""",
    "CREATE INDEX case_task_by_due ON case_task (department, due, case_id) WHERE done_at IS NULL",
    "ALTER TABLE case_record ADD COLUMN received_department TEXT",
    "CREATE INDEX case_record_by_receiver ON case_record (received_department, due, id)"
    " WHERE received_department IS NOT NULL AND ended_at IS NULL",
)

BACKWARD = (
    "DROP INDEX case_record_by_receiver",
    "ALTER TABLE case_record DROP COLUMN received_department",
    "DROP TABLE case_task",
)
