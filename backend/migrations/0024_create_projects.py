"""Investment projects with their codes (统一项目代码), which project a case is filed under, and by which table of its
item a certificate was granted without a person.

A code's serial is counted by everything that stands before it, and six digits are all that it holds. The name lies
sealed: that of a sole trader's project may name a person.
"""

FORWARD = (
    """CREATE TABLE project (
        id TEXT NOT NULL PRIMARY KEY,
        code TEXT NOT NULL UNIQUE,
        party_id TEXT NOT NULL REFERENCES party (id),
        subject_id TEXT NOT NULL,
        account_id TEXT NOT NULL REFERENCES account (id),
        kind TEXT NOT NULL,
        industry TEXT NOT NULL,
        division TEXT NOT NULL,
        investment BIGINT NOT NULL,
        name_sealed BYTEA NOT NULL,
        registered_at BIGINT NOT NULL
    )""",
    "CREATE INDEX project_by_party ON project (party_id, id)",
    """CREATE TABLE project_counter (
        stem TEXT NOT NULL PRIMARY KEY,
        value BIGINT NOT NULL CHECK (value BETWEEN 1 AND 999999)
    )""",
    "ALTER TABLE case_record ADD COLUMN project TEXT",
    "CREATE INDEX case_record_by_project ON case_record (project, id) WHERE project IS NOT NULL",
    "ALTER TABLE certificate ADD COLUMN rule TEXT",
)

BACKWARD = (
    "ALTER TABLE certificate DROP COLUMN rule",
    "DROP INDEX case_record_by_project",
    "ALTER TABLE case_record DROP COLUMN project",
    "DROP TABLE project_counter",
    "DROP TABLE project",
)
