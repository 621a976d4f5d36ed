"""What people say is wrong with a page of the app, for editors and clerks to read.

Who said it is not kept. What identity and phone numbers were typed nevertheless is masked before it is stored.
"""

FORWARD = (
    """CREATE TABLE feedback (
        id TEXT NOT NULL PRIMARY KEY,
        page TEXT NOT NULL,
        kind TEXT NOT NULL,
        language TEXT NOT NULL,
        words TEXT NOT NULL,
        sent_at BIGINT NOT NULL,
        done_at BIGINT,
        done_by TEXT
    )""",
    "CREATE INDEX feedback_open ON feedback (sent_at, id) WHERE done_at IS NULL",
    "CREATE INDEX feedback_by_time ON feedback (sent_at)",
)

BACKWARD = (
    "DROP INDEX feedback_by_time",
    "DROP INDEX feedback_open",
    "DROP TABLE feedback",
)
