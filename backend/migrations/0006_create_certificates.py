"""The certificate register, bound devices and minted credentials.

A credential is unique by certificate, device, view and round, so that two requests at once mint one.
"""

FORWARD = (
    """CREATE TABLE certificate (
        id TEXT NOT NULL PRIMARY KEY,
        case_id TEXT NOT NULL UNIQUE,
        subject_id TEXT NOT NULL,
        type_hash TEXT NOT NULL,
        identifier TEXT NOT NULL UNIQUE,
        issuer TEXT NOT NULL,
        state TEXT NOT NULL,
        issued_at BIGINT NOT NULL,
        issued_on TEXT NOT NULL,
        valid_until TEXT NOT NULL,
        sealed BYTEA NOT NULL
    )""",
    "CREATE INDEX certificate_subject_id ON certificate (subject_id)",
    """CREATE TABLE device (
        id TEXT NOT NULL PRIMARY KEY,
        subject_id TEXT NOT NULL,
        public_key TEXT NOT NULL,
        name_sealed BYTEA NOT NULL,
        bound_at BIGINT NOT NULL
    )""",
    "CREATE INDEX device_subject_id ON device (subject_id)",
    """CREATE TABLE credential (
        id TEXT NOT NULL PRIMARY KEY,
        certificate_id TEXT NOT NULL REFERENCES certificate (id),
        device_id TEXT NOT NULL REFERENCES device (id),
        view TEXT NOT NULL,
        round BIGINT NOT NULL,
        sealed BYTEA NOT NULL,
        issued_at BIGINT NOT NULL,
        expires_at BIGINT NOT NULL,
        UNIQUE (certificate_id, device_id, view, round)
    )""",
)

BACKWARD = ("DROP TABLE credential", "DROP TABLE device", "DROP TABLE certificate")
