"""The identity room: accounts found by a blind index of their phone, staff places, one-time codes and sessions."""

FORWARD = (
    "CREATE TABLE account (id TEXT NOT NULL PRIMARY KEY, subject_id TEXT NOT NULL, phone_index TEXT NOT NULL UNIQUE,"
    " phone_sealed BYTEA NOT NULL, name_sealed BYTEA, id_number_sealed BYTEA, id_number_index TEXT,"
    " identified_at BIGINT, created_at BIGINT NOT NULL)",
    "CREATE INDEX account_id_number ON account (id_number_index)",
    "CREATE TABLE staff (account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id), department TEXT NOT NULL,"
    " roles TEXT NOT NULL, name TEXT NOT NULL)",
    "CREATE INDEX staff_department ON staff (department)",
    "CREATE TABLE one_time_code (phone_index TEXT NOT NULL PRIMARY KEY, code_hash TEXT NOT NULL,"
    " created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, tries BIGINT NOT NULL, used_at BIGINT)",
    "CREATE TABLE session (id TEXT NOT NULL PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE,"
    " account_id TEXT NOT NULL REFERENCES account (id), created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL)",
    "CREATE INDEX session_account ON session (account_id)",
)
BACKWARD = (
    "DROP TABLE session",
    "DROP TABLE one_time_code",
    "DROP TABLE staff",
    "DROP TABLE account",
)
