"""The server's copy of drafts, where devices meet.

`case_id` marks a draft that became a case: its text is gone, and a change that arrives late is told which case.
The last text of each minute is kept for 30 days; an operation is remembered as long, so that sending it again is
harmless.
"""

FORWARD = (
    """CREATE TABLE draft (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        item TEXT NOT NULL,
        guide_hash TEXT NOT NULL,
        form_hash TEXT NOT NULL,
        content BYTEA,
        step BIGINT NOT NULL,
        revision BIGINT NOT NULL,
        updated_at BIGINT NOT NULL,
        case_id TEXT,
        CHECK ((content IS NULL) = (case_id IS NOT NULL))
    )""",
    "CREATE INDEX draft_by_account ON draft (account_id, updated_at)",
    """CREATE TABLE draft_operation (
        account_id TEXT NOT NULL,
        operation TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        draft_id TEXT NOT NULL,
        revision BIGINT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (account_id, operation)
    )""",
    "CREATE INDEX draft_operation_by_draft ON draft_operation (draft_id, at)",
    """CREATE TABLE draft_revision (
        draft_id TEXT NOT NULL,
        minute BIGINT NOT NULL,
        revision BIGINT NOT NULL,
        content BYTEA NOT NULL,
        PRIMARY KEY (draft_id, minute)
    )""",
)

BACKWARD = ("DROP TABLE draft_revision", "DROP TABLE draft_operation", "DROP TABLE draft")
