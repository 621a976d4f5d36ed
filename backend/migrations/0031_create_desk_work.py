"""What the desk's people keep for their work: saved views of the queue, who holds a case, who looks at one now, notes
pinned to a place of a picture; and the codes by which residents show a draft at the counter.

None of it is the case's history: that is in its events. A note's words lie sealed under the applicant's key, and a
code is known by its digest only.
"""

FORWARD = (
    """CREATE TABLE desk_view (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES account (id),
        name TEXT NOT NULL,
        section TEXT NOT NULL,
        query TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        UNIQUE (account_id, name)
    )""",
    """CREATE TABLE case_holder (
        case_id TEXT NOT NULL PRIMARY KEY REFERENCES case_record (id),
        account_id TEXT NOT NULL REFERENCES account (id),
        given_by TEXT NOT NULL REFERENCES account (id),
        since BIGINT NOT NULL
    )""",
    "CREATE INDEX case_holder_by_account ON case_holder (account_id, case_id)",
    """CREATE TABLE case_presence (
        case_id TEXT NOT NULL REFERENCES case_record (id),
        account_id TEXT NOT NULL REFERENCES account (id),
        seen_at BIGINT NOT NULL,
        PRIMARY KEY (case_id, account_id)
    )""",
    "CREATE INDEX case_presence_by_time ON case_presence (seen_at)",
    """CREATE TABLE case_mark (
        id TEXT NOT NULL PRIMARY KEY,
        case_id TEXT NOT NULL REFERENCES case_record (id),
        material TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        page BIGINT NOT NULL CHECK (page BETWEEN 1 AND 1000),
        across BIGINT NOT NULL CHECK (across BETWEEN 0 AND 10000),
        down BIGINT NOT NULL CHECK (down BETWEEN 0 AND 10000),
        account_id TEXT NOT NULL REFERENCES account (id),
        subject_id TEXT NOT NULL,
        text_sealed BYTEA NOT NULL,
        at BIGINT NOT NULL
    )""",
    "CREATE INDEX case_mark_by_case ON case_mark (case_id, id)",
    """CREATE TABLE counter_code (
        draft_id TEXT NOT NULL PRIMARY KEY,
        code_hash TEXT NOT NULL UNIQUE,
        account_id TEXT NOT NULL REFERENCES account (id),
        party_id TEXT NOT NULL REFERENCES party (id),
        subject_id TEXT NOT NULL,
        phone_sealed BYTEA NOT NULL,
        ends_at BIGINT NOT NULL
    )""",
    "CREATE INDEX counter_code_by_end ON counter_code (ends_at)",
    "ALTER TABLE counter_visit ADD COLUMN draft_id TEXT",
)

BACKWARD = (
    "ALTER TABLE counter_visit DROP COLUMN draft_id",
    "DROP TABLE counter_code",
    "DROP TABLE case_mark",
    "DROP TABLE case_presence",
    "DROP TABLE case_holder",
    "DROP TABLE desk_view",
)
