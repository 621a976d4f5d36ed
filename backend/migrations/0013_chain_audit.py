"""The audit trail as an assessor wants it: result and address, lines that cannot be changed, a chain of hashes on top.

A line waits in `audit_waiting`, where a trigger puts it, until the chain takes it up: lines are written by many at once
and a chain has one order. The triggers refuse UPDATE and DELETE to everyone who does not first remove them; the chain
tells afterwards. `audit_checkpoint` remembers how far the chain was found whole. Security events are counted by the
minute, so that an attacker cannot fill the table.
"""

FORWARD = (
    "ALTER TABLE audit ADD COLUMN result TEXT NOT NULL DEFAULT 'done'",
    "ALTER TABLE audit ADD COLUMN address TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX audit_by_action ON audit (action, id)",
    "CREATE TABLE audit_waiting (audit_id TEXT NOT NULL PRIMARY KEY)",
    "INSERT INTO audit_waiting (audit_id) SELECT id FROM audit",
    """CREATE TABLE audit_chain (
        position BIGINT NOT NULL PRIMARY KEY,
        audit_id TEXT NOT NULL UNIQUE REFERENCES audit (id),
        hash BYTEA NOT NULL
    )""",
    """CREATE TABLE audit_checkpoint (
        id TEXT NOT NULL PRIMARY KEY,
        at BIGINT NOT NULL,
        position BIGINT NOT NULL,
        hash BYTEA NOT NULL,
        whole BIGINT NOT NULL
    )""",
    "INSERT INTO lease (name, holder, token, until, position) VALUES ('audit-chain', '', 0, 0, 0)",
    """CREATE TABLE security_event (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        severity TEXT NOT NULL CHECK (severity IN ('notice', 'warning', 'critical')),
        actor TEXT NOT NULL,
        address TEXT NOT NULL,
        details TEXT NOT NULL,
        minute BIGINT NOT NULL,
        times BIGINT NOT NULL,
        first_at BIGINT NOT NULL,
        last_at BIGINT NOT NULL,
        UNIQUE (kind, minute, actor, address)
    )""",
    "CREATE INDEX security_event_by_kind ON security_event (kind, id)",
    "CREATE INDEX security_event_by_last_at ON security_event (last_at)",
)

BACKWARD = (
    "DROP TABLE security_event",
    "DELETE FROM lease WHERE name = 'audit-chain'",
    "DROP TABLE audit_checkpoint",
    "DROP TABLE audit_chain",
    "DROP TABLE audit_waiting",
    "DROP INDEX audit_by_action",
    "ALTER TABLE audit DROP COLUMN address",
    "ALTER TABLE audit DROP COLUMN result",
)

_APPEND_ONLY = ("audit", "audit_chain", "audit_checkpoint")

FORWARD_SQLITE = (
    "CREATE TRIGGER audit_waits AFTER INSERT ON audit BEGIN INSERT INTO audit_waiting (audit_id) VALUES (NEW.id); END",
    *(
        f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in _APPEND_ONLY
        for act in ("UPDATE", "DELETE")
    ),
)

BACKWARD_SQLITE = (
    "DROP TRIGGER audit_waits",
    *(f"DROP TRIGGER {table}_refuses_{act}" for table in _APPEND_ONLY for act in ("update", "delete")),
)

FORWARD_POSTGRESQL = (
    "CREATE FUNCTION audit_waits() RETURNS trigger LANGUAGE plpgsql AS"
    " $$BEGIN INSERT INTO audit_waiting (audit_id) VALUES (NEW.id); RETURN NULL; END$$",
    "CREATE TRIGGER audit_waits AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION audit_waits()",
    "CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS"
    " $$BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END$$",
    *(
        f"CREATE TRIGGER {table}_refuses_{name} BEFORE {acts} ON {table} FOR EACH {each} EXECUTE FUNCTION append_only()"
        for table in _APPEND_ONLY
        for name, acts, each in (("change", "UPDATE OR DELETE", "ROW"), ("truncate", "TRUNCATE", "STATEMENT"))
    ),
)

BACKWARD_POSTGRESQL = (
    "DROP TRIGGER audit_waits ON audit",
    *(f"DROP TRIGGER {table}_refuses_{name} ON {table}" for table in _APPEND_ONLY for name in ("change", "truncate")),
    "DROP FUNCTION audit_waits()",
    "DROP FUNCTION append_only()",
)
