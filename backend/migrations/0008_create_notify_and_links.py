"""The inbox, push subscriptions and status links.

One message an account and event, so that delivering twice is delivering once. An endpoint is a secret address: sealed,
and found by its blind index. Of a link's token only the hash is stored, of a visitor's address only a blind index.
"""

FORWARD = (
    """CREATE TABLE inbox_message (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL,
        case_id TEXT NOT NULL,
        sequence BIGINT NOT NULL,
        kind TEXT NOT NULL,
        params TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        read_at BIGINT,
        UNIQUE (account_id, case_id, sequence)
    )""",
    "CREATE INDEX inbox_message_by_account ON inbox_message (account_id, created_at, id)",
    "CREATE INDEX inbox_message_unread ON inbox_message (account_id) WHERE read_at IS NULL",
    """CREATE TABLE push_subscription (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        endpoint_index TEXT NOT NULL UNIQUE,
        content BYTEA NOT NULL,
        language TEXT NOT NULL CHECK (language IN ('zh', 'en')),
        created_at BIGINT NOT NULL
    )""",
    "CREATE INDEX push_subscription_by_account ON push_subscription (account_id, created_at)",
    """CREATE TABLE status_link (
        id TEXT NOT NULL PRIMARY KEY,
        token_hash TEXT NOT NULL UNIQUE,
        case_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        made_by TEXT NOT NULL CHECK (made_by IN ('resident', 'staff')),
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        revoked_at BIGINT,
        visits BIGINT NOT NULL,
        last_visit_at BIGINT
    )""",
    "CREATE INDEX status_link_by_case ON status_link (case_id, id)",
    """CREATE TABLE status_link_visit (
        id TEXT NOT NULL PRIMARY KEY,
        link_id TEXT NOT NULL REFERENCES status_link (id),
        at BIGINT NOT NULL,
        visitor TEXT NOT NULL
    )""",
    "CREATE INDEX status_link_visit_by_link ON status_link_visit (link_id, id)",
)

BACKWARD = (
    "DROP TABLE status_link_visit",
    "DROP TABLE status_link",
    "DROP TABLE push_subscription",
    "DROP TABLE inbox_message",
)
