"""Passkeys (WebAuthn): public keys that devices hold the other half of, and the challenges they answer.

`credential_hash` finds a passkey by what its device calls it. A handle is what a device knows the account by: random,
so that a lost device tells neither phone nor account. `passkeys` counts, so that two requests at once cannot add one
too many. A challenge is good once, for five minutes, in the browser whose cookie hashes to `browser_hash`.
"""

FORWARD = (
    "CREATE TABLE passkey_holder (account_id TEXT NOT NULL PRIMARY KEY REFERENCES account (id),"
    " handle BYTEA NOT NULL, passkeys BIGINT NOT NULL)",
    "CREATE TABLE passkey (id TEXT NOT NULL PRIMARY KEY, account_id TEXT NOT NULL REFERENCES account (id),"
    " credential_hash TEXT NOT NULL UNIQUE, credential_id BYTEA NOT NULL, public_key BYTEA NOT NULL,"
    " name_sealed BYTEA NOT NULL, sign_count BIGINT NOT NULL, backed_up BIGINT NOT NULL, created_at BIGINT NOT NULL,"
    " used_at BIGINT)",
    "CREATE INDEX passkey_account ON passkey (account_id)",
    "CREATE TABLE webauthn_challenge (id TEXT NOT NULL PRIMARY KEY, challenge BYTEA NOT NULL, purpose TEXT NOT NULL,"
    " account_id TEXT, browser_hash TEXT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT)",
    "CREATE INDEX webauthn_challenge_expiry ON webauthn_challenge (expires_at)",
)
BACKWARD = (
    "DROP TABLE webauthn_challenge",
    "DROP TABLE passkey",
    "DROP TABLE passkey_holder",
)
