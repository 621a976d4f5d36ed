"""Parties and mandates: for whom an account acts, and which drafts and cases are whose.

A party is found by a blind index of its number and is unique by it: two accounts of one person meet in one party. A
mandate without `account_id` is an invitation to a phone, whether or not anyone has an account there. A register's
mandates (legal representative, guardian) keep the index of the number they were given to, and are looked up again on
every use. A draft without a party is its account's own; so is a case without one, filed before its account had any.
"""

FORWARD = (
    """CREATE TABLE party (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'organisation')),
        subject_id TEXT NOT NULL,
        code_index TEXT NOT NULL,
        name_sealed BYTEA NOT NULL,
        code_sealed BYTEA NOT NULL,
        created_at BIGINT NOT NULL,
        UNIQUE (kind, code_index)
    )""",
    "CREATE INDEX account_party ON account (party_id)",
    """CREATE TABLE mandate (
        id TEXT NOT NULL PRIMARY KEY,
        party_id TEXT NOT NULL REFERENCES party (id),
        capacity TEXT NOT NULL CHECK (capacity IN ('legal_representative', 'agent', 'guardian', 'helper')),
        account_id TEXT,
        holder_index TEXT,
        phone_index TEXT,
        phone_sealed BYTEA,
        name_sealed BYTEA,
        items TEXT NOT NULL,
        cases TEXT NOT NULL,
        basis TEXT NOT NULL,
        granted_by TEXT NOT NULL,
        created_at BIGINT NOT NULL,
        starts_at BIGINT NOT NULL,
        ends_at BIGINT,
        invited_until BIGINT,
        accepted_at BIGINT,
        revoked_at BIGINT,
        revoked_by TEXT,
        consent_version TEXT,
        consented_at BIGINT
    )""",
    "CREATE INDEX mandate_by_party ON mandate (party_id, id)",
    "CREATE INDEX mandate_by_account ON mandate (account_id, id)",
    "CREATE INDEX mandate_by_phone ON mandate (phone_index) WHERE account_id IS NULL",
    # Asking twice for what a register says is asking once.
    "CREATE UNIQUE INDEX mandate_of_register ON mandate (party_id, account_id, capacity)"
    " WHERE revoked_at IS NULL AND capacity IN ('legal_representative', 'guardian')",
    "ALTER TABLE draft ADD COLUMN party_id TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE case_record ADD COLUMN party_id TEXT",
    "ALTER TABLE case_record ADD COLUMN capacity TEXT NOT NULL DEFAULT 'self'",
    "CREATE INDEX case_record_by_party ON case_record (party_id, id)",
)

BACKWARD = (
    "DROP INDEX case_record_by_party",
    "ALTER TABLE case_record DROP COLUMN capacity",
    "ALTER TABLE case_record DROP COLUMN party_id",
    "ALTER TABLE draft DROP COLUMN party_id",
    "DROP TABLE mandate",
    "DROP INDEX account_party",
    "DROP TABLE party",
)
