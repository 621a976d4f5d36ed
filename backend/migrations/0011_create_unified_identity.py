"""Signing in by a provider of unified identity (OpenID Connect): who is linked, what is under way, what was signed out.

`unified_login` is one sign-in under way: the state and the browser's secret as hashes, from which nothing can be
continued. A session that was opened so knows its session and subject at the provider, by blind index, so that a logout
there ends exactly it. `unified_logout` remembers the logout tokens that may still be believed: none counts twice.
"""

FORWARD = (
    "CREATE TABLE unified_identity (id TEXT NOT NULL PRIMARY KEY, issuer TEXT NOT NULL, subject_index TEXT NOT NULL,"
    " account_id TEXT NOT NULL REFERENCES account (id), subject_sealed BYTEA NOT NULL, linked_at BIGINT NOT NULL,"
    " UNIQUE (issuer, subject_index))",
    "CREATE INDEX unified_identity_account ON unified_identity (account_id)",
    "CREATE TABLE unified_login (state_hash TEXT NOT NULL PRIMARY KEY, browser_hash TEXT NOT NULL, next TEXT NOT NULL,"
    " shared BIGINT NOT NULL, link_account_id TEXT, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,"
    " used_at BIGINT)",
    "CREATE INDEX unified_login_expires ON unified_login (expires_at)",
    "CREATE TABLE unified_logout (token_hash TEXT NOT NULL PRIMARY KEY, remember_until BIGINT NOT NULL)",
    "CREATE INDEX unified_logout_until ON unified_logout (remember_until)",
    "ALTER TABLE session ADD COLUMN unified_sid_index TEXT",
    "ALTER TABLE session ADD COLUMN unified_subject_index TEXT",
    "CREATE INDEX session_unified_sid ON session (unified_sid_index)",
    "CREATE INDEX session_unified_subject ON session (unified_subject_index)",
)
BACKWARD = (
    "DROP INDEX session_unified_subject",
    "DROP INDEX session_unified_sid",
    "ALTER TABLE session DROP COLUMN unified_subject_index",
    "ALTER TABLE session DROP COLUMN unified_sid_index",
    "DROP TABLE unified_logout",
    "DROP TABLE unified_login",
    "DROP TABLE unified_identity",
)
