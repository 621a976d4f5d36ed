"""What every room stands on: events and what lies sealed beside them, the outbox, leases, replies, audit, the calendar.

`event.position` is empty until the sequencer gives it; `lease` fences the loops that only one process may run.
"""

FORWARD = (
    """CREATE TABLE event (
        id TEXT NOT NULL PRIMARY KEY,
        case_id TEXT NOT NULL,
        sequence BIGINT NOT NULL,
        type TEXT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        data TEXT NOT NULL,
        salt BYTEA NOT NULL,
        leaf_hash BYTEA NOT NULL,
        position BIGINT,
        UNIQUE (case_id, sequence)
    )""",
    "CREATE UNIQUE INDEX event_by_position ON event (position)",
    "CREATE INDEX event_without_position ON event (case_id, sequence) WHERE position IS NULL",
    """CREATE TABLE event_private (
        event_id TEXT NOT NULL PRIMARY KEY REFERENCES event (id),
        subject_id TEXT NOT NULL,
        sealed BYTEA NOT NULL
    )""",
    "CREATE INDEX event_private_by_subject ON event_private (subject_id)",
    """CREATE TABLE outbox (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        payload TEXT NOT NULL,
        due BIGINT NOT NULL,
        unique_key TEXT NOT NULL UNIQUE,
        attempts BIGINT NOT NULL,
        lease_token TEXT,
        lease_until BIGINT,
        done_at BIGINT,
        dead_at BIGINT,
        last_error TEXT
    )""",
    "CREATE INDEX outbox_open ON outbox (due) WHERE done_at IS NULL AND dead_at IS NULL",
    "CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL",
    "CREATE INDEX outbox_dead ON outbox (dead_at) WHERE dead_at IS NOT NULL",
    """CREATE TABLE lease (
        name TEXT NOT NULL PRIMARY KEY,
        holder TEXT NOT NULL,
        token BIGINT NOT NULL,
        until BIGINT NOT NULL,
        position BIGINT NOT NULL
    )""",
    "INSERT INTO lease (name, holder, token, until, position) VALUES ('sequencer', '', 0, 0, 0)",
    """CREATE TABLE idempotency (
        account_id TEXT NOT NULL,
        key TEXT NOT NULL,
        fingerprint TEXT NOT NULL,
        reply TEXT NOT NULL,
        at BIGINT NOT NULL,
        PRIMARY KEY (account_id, key)
    )""",
    """CREATE TABLE audit (
        id TEXT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL,
        action TEXT NOT NULL,
        subject TEXT,
        target TEXT NOT NULL,
        reason TEXT NOT NULL
    )""",
    "CREATE INDEX audit_by_subject ON audit (subject, id)",
    "CREATE INDEX audit_by_actor ON audit (actor, id)",
    "CREATE INDEX audit_by_target ON audit (target, id)",
    """CREATE TABLE calendar_day (
        day TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('off', 'work'))
    )""",
    """CREATE TABLE calendar_year (
        year BIGINT NOT NULL PRIMARY KEY,
        source TEXT NOT NULL
    )""",
)

BACKWARD = (
    "DROP TABLE calendar_year",
    "DROP TABLE calendar_day",
    "DROP TABLE audit",
    "DROP TABLE idempotency",
    "DROP TABLE lease",
    "DROP TABLE outbox",
    "DROP TABLE event_private",
    "DROP TABLE event",
)
