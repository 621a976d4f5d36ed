"""Documents as they were signed: the file that somebody was given is the file that everybody gets after.

It lies sealed for the subject of its case. `language` is zh or en: each is a file of its own.
"""

FORWARD = (
    """CREATE TABLE document_file (
        id TEXT NOT NULL PRIMARY KEY,
        case_id TEXT NOT NULL REFERENCES case_record (id),
        sequence BIGINT NOT NULL,
        language TEXT NOT NULL,
        subject_id TEXT NOT NULL,
        issuer TEXT NOT NULL,
        signed_at BIGINT NOT NULL,
        root_sha256 TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        size BIGINT NOT NULL,
        file_sealed BYTEA NOT NULL,
        UNIQUE (case_id, sequence, language)
    )""",
    "CREATE INDEX document_file_by_subject ON document_file (subject_id, id)",
)

BACKWARD = (
    "DROP INDEX document_file_by_subject",
    "DROP TABLE document_file",
)
