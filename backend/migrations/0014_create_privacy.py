"""Consents, requests to erase an account, and the case records that the law keeps after one.

A consent is a line of its own each time it is given; withdrawing closes the line, so that what held when can always be
shown. `kept_record` names the subject under which a closed case is sealed anew; it is written before anything is sealed
under it, so that a crash leaves no record that the end of its time would not find. The indexes are what an erasure
looks by: on SQLite it shares the one writer with everyone who submits meanwhile.
"""

FORWARD = (
    """CREATE TABLE consent (
        id TEXT NOT NULL PRIMARY KEY,
        subject_id TEXT NOT NULL,
        account_id TEXT NOT NULL,
        purpose TEXT NOT NULL,
        version TEXT NOT NULL,
        channel TEXT NOT NULL CHECK (channel IN ('app', 'window')),
        given_by TEXT NOT NULL CHECK (given_by IN ('self', 'guardian')),
        given_at BIGINT NOT NULL,
        withdrawn_at BIGINT
    )""",
    "CREATE INDEX consent_by_subject ON consent (subject_id, id)",
    "CREATE UNIQUE INDEX consent_in_force ON consent (subject_id, purpose) WHERE withdrawn_at IS NULL",
    """CREATE TABLE erasure (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL UNIQUE,
        subject_id TEXT NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('requested', 'done')),
        requested_at BIGINT NOT NULL,
        done_at BIGINT,
        kept TEXT NOT NULL
    )""",
    """CREATE TABLE kept_record (
        case_id TEXT NOT NULL PRIMARY KEY,
        erasure_id TEXT NOT NULL REFERENCES erasure (id),
        subject_id TEXT NOT NULL,
        kept_until BIGINT NOT NULL,
        ended_at BIGINT
    )""",
    "CREATE INDEX case_record_by_subject ON case_record (subject_id, id)",
    "CREATE INDEX draft_by_subject ON draft (subject_id)",
    "CREATE INDEX credential_by_device ON credential (device_id)",
    "CREATE INDEX status_link_by_account ON status_link (account_id)",
)

BACKWARD = (
    "DROP INDEX status_link_by_account",
    "DROP INDEX credential_by_device",
    "DROP INDEX draft_by_subject",
    "DROP INDEX case_record_by_subject",
    "DROP TABLE kept_record",
    "DROP TABLE erasure",
    "DROP TABLE consent",
)
