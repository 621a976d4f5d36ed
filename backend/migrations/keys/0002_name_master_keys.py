"""The master keys that rows may name, so that the database itself refuses to retire one that a row still needs.

A process that has not yet read a new key ring may wrap with the former master key at any moment. The reference makes
the two meet: either its row is stored and the master key cannot be removed, or the master key is removed and its row
is refused. A shredded key names none. What was retired stays known, so that an old copy of the ring is not taken.
"""

FORWARD = (
    "CREATE TABLE master_key (name TEXT NOT NULL PRIMARY KEY)",
    "CREATE TABLE retired_master_key (name TEXT NOT NULL PRIMARY KEY, retired_at BIGINT NOT NULL)",
    "INSERT INTO master_key (name) SELECT DISTINCT master_key FROM subject_key WHERE wrapped IS NOT NULL",
    """CREATE TABLE subject_key_named (
        subject_id TEXT NOT NULL,
        generation BIGINT NOT NULL,
        master_key TEXT REFERENCES master_key (name),
        wrapped BYTEA,
        created_at BIGINT NOT NULL,
        shredded_at BIGINT,
        PRIMARY KEY (subject_id, generation),
        CHECK ((wrapped IS NULL) = (shredded_at IS NOT NULL)),
        CHECK ((wrapped IS NULL) = (master_key IS NULL))
    )""",
    "INSERT INTO subject_key_named (subject_id, generation, master_key, wrapped, created_at, shredded_at)"
    " SELECT subject_id, generation, CASE WHEN wrapped IS NULL THEN NULL ELSE master_key END, wrapped, created_at,"
    " shredded_at FROM subject_key",
    "DROP TABLE subject_key",
    "ALTER TABLE subject_key_named RENAME TO subject_key",
    "CREATE INDEX subject_key_by_master_key ON subject_key (master_key, subject_id, generation)",
)

BACKWARD = (
    """CREATE TABLE subject_key_unnamed (
        subject_id TEXT NOT NULL,
        generation BIGINT NOT NULL,
        master_key TEXT NOT NULL,
        wrapped BYTEA,
        created_at BIGINT NOT NULL,
        shredded_at BIGINT,
        PRIMARY KEY (subject_id, generation),
        CHECK ((wrapped IS NULL) = (shredded_at IS NOT NULL))
    )""",
    "INSERT INTO subject_key_unnamed (subject_id, generation, master_key, wrapped, created_at, shredded_at)"
    " SELECT subject_id, generation, COALESCE(master_key, ''), wrapped, created_at, shredded_at FROM subject_key",
    "DROP TABLE subject_key",
    "ALTER TABLE subject_key_unnamed RENAME TO subject_key",
    "DROP TABLE retired_master_key",
    "DROP TABLE master_key",
)
