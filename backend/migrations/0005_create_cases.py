"""Cases as queues and lists read them, the files they hold, and the day counters of case numbers.

`case_record` is derived from the events in the batch that appends them; it holds no plain personal data.
"""

FORWARD = (
    """CREATE TABLE case_record (
        id TEXT NOT NULL PRIMARY KEY,
        number TEXT NOT NULL UNIQUE,
        query_code TEXT NOT NULL UNIQUE,
        account_id TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        item TEXT NOT NULL,
        guide_hash TEXT NOT NULL,
        form_hash TEXT NOT NULL,
        lifecycle_hash TEXT NOT NULL,
        department TEXT NOT NULL,
        street TEXT,
        state TEXT NOT NULL,
        stage TEXT NOT NULL,
        version BIGINT NOT NULL,
        submitted_at BIGINT NOT NULL,
        started_at BIGINT,
        ended_at BIGINT,
        updated_at BIGINT NOT NULL,
        due TEXT NOT NULL,
        accepted_by TEXT,
        summary_sealed BYTEA NOT NULL,
        draft TEXT,
        UNIQUE (account_id, draft)
    )""",
    "CREATE INDEX case_record_by_account ON case_record (account_id, id)",
    "CREATE INDEX case_record_open ON case_record (department, due, id) WHERE ended_at IS NULL",
    "CREATE INDEX case_record_closed ON case_record (department, ended_at, id) WHERE ended_at IS NOT NULL",
    """CREATE TABLE case_file (
        case_id TEXT NOT NULL,
        material TEXT NOT NULL,
        place BIGINT NOT NULL,
        sha256 TEXT NOT NULL,
        PRIMARY KEY (case_id, material, place)
    )""",
    """CREATE TABLE case_counter (
        item_code TEXT NOT NULL,
        day TEXT NOT NULL,
        value BIGINT NOT NULL,
        PRIMARY KEY (item_code, day)
    )""",
)

BACKWARD = (
    "DROP TABLE case_counter",
    "DROP TABLE case_file",
    "DROP TABLE case_record",
)
