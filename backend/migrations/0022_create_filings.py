"""Bundles that were filed (一件事): a filing with its members. Each is a case, waits to be one, or fell away.

What a waiting member will be filed with lies sealed under the filer's key until then. A case names its filing.
"""

FORWARD = (
    """CREATE TABLE filing (
        id TEXT NOT NULL PRIMARY KEY,
        bundle TEXT NOT NULL,
        account_id TEXT NOT NULL REFERENCES account (id),
        subject_id TEXT NOT NULL,
        party_id TEXT,
        capacity TEXT NOT NULL,
        submitted_at BIGINT NOT NULL
    )""",
    "CREATE INDEX filing_by_account ON filing (account_id, id)",
    "CREATE INDEX filing_by_party ON filing (party_id, id)",
    """CREATE TABLE filing_member (
        filing_id TEXT NOT NULL REFERENCES filing (id),
        item TEXT NOT NULL,
        place BIGINT NOT NULL,
        state TEXT NOT NULL,
        waits_for TEXT NOT NULL,
        guide_hash TEXT NOT NULL,
        case_id TEXT,
        problem TEXT,
        changed_at BIGINT NOT NULL,
        sealed BYTEA,
        PRIMARY KEY (filing_id, item)
    )""",
    "ALTER TABLE case_record ADD COLUMN filing_id TEXT",
)

BACKWARD = (
    "ALTER TABLE case_record DROP COLUMN filing_id",
    "DROP TABLE filing_member",
    "DROP TABLE filing",
)
