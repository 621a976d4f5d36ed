"""Two kinds of session, how a person proved who they are and when, and the secrets that staff sign in with.

A session of kind `staff` is opened at the desk only, with a password and a second factor; a staff member's own phone
opens a resident's session. `authenticated_at` is the last proof: sensitive acts ask for a recent one. `shared` marks a
device that others use too. Old passwords are kept as hashes so that none comes back too soon.
"""

FORWARD = (
    "ALTER TABLE session ADD COLUMN kind TEXT NOT NULL DEFAULT 'resident'",
    "ALTER TABLE session ADD COLUMN method TEXT NOT NULL DEFAULT 'code'",
    "ALTER TABLE session ADD COLUMN authenticated_at BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE session ADD COLUMN shared BIGINT NOT NULL DEFAULT 0",
    "ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE account ADD COLUMN party_id TEXT",
    "ALTER TABLE account ADD COLUMN in_person_at BIGINT",
    "ALTER TABLE account ADD COLUMN erased_at BIGINT",
    "ALTER TABLE staff ADD COLUMN number TEXT",
    "ALTER TABLE staff ADD COLUMN division TEXT",
    "ALTER TABLE staff ADD COLUMN disabled_at BIGINT",
    "CREATE UNIQUE INDEX staff_number ON staff (number)",
    "CREATE TABLE staff_secret (account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),"
    " password_hash TEXT NOT NULL, password_set_at BIGINT NOT NULL, must_change BIGINT NOT NULL,"
    " totp_sealed BYTEA NOT NULL, totp_step BIGINT NOT NULL, failures BIGINT NOT NULL, locked_until BIGINT NOT NULL)",
    "CREATE TABLE staff_old_password (account_id TEXT NOT NULL REFERENCES account (id), at BIGINT NOT NULL,"
    " password_hash TEXT NOT NULL, PRIMARY KEY (account_id, at))",
)
BACKWARD = (
    "DROP TABLE staff_old_password",
    "DROP TABLE staff_secret",
    "DROP INDEX staff_number",
    "ALTER TABLE staff DROP COLUMN disabled_at",
    "ALTER TABLE staff DROP COLUMN division",
    "ALTER TABLE staff DROP COLUMN number",
    "ALTER TABLE account DROP COLUMN erased_at",
    "ALTER TABLE account DROP COLUMN in_person_at",
    "ALTER TABLE account DROP COLUMN party_id",
    "ALTER TABLE session DROP COLUMN device",
    "ALTER TABLE session DROP COLUMN shared",
    "ALTER TABLE session DROP COLUMN authenticated_at",
    "ALTER TABLE session DROP COLUMN method",
    "ALTER TABLE session DROP COLUMN kind",
)
