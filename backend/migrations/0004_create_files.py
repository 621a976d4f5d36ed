"""Uploads under way, and the files they become.

The bytes lie sealed on disk (files.directory); these rows say which parts count, so a crash between the two leaves
nothing but parts that no row names. `storage` of a file is the id of the upload that brought it.
"""

FORWARD = (
    """CREATE TABLE upload (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        length BIGINT NOT NULL,
        received BIGINT NOT NULL,
        metadata BYTEA NOT NULL,
        sha256 TEXT,
        created_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        CHECK (received BETWEEN 0 AND length)
    )""",
    "CREATE INDEX upload_by_account ON upload (account_id)",
    """CREATE TABLE file (
        subject_id TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        storage TEXT NOT NULL,
        media_type TEXT NOT NULL,
        size BIGINT NOT NULL,
        width BIGINT NOT NULL,
        height BIGINT NOT NULL,
        created_at BIGINT NOT NULL,
        PRIMARY KEY (subject_id, sha256)
    )""",
    "CREATE INDEX file_by_storage ON file (storage)",
    """CREATE TABLE file_part (
        storage TEXT NOT NULL,
        first BIGINT NOT NULL,
        length BIGINT NOT NULL,
        name TEXT NOT NULL,
        PRIMARY KEY (storage, first)
    )""",
)

BACKWARD = ("DROP TABLE file_part", "DROP TABLE file", "DROP TABLE upload")
