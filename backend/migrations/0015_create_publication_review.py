"""What one person proposes to publish and another decides on: nothing is in force before both have acted.

`content` is what would be published, whole, so that the reviewer judges what will really be put in force. `base_number`
and `base_hash` are what was in force when it was proposed: once that has changed, the proposal can only be made anew.
"""

FORWARD = (
    """CREATE TABLE publication_review (
        id TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        subject_hash TEXT NOT NULL,
        title TEXT NOT NULL,
        content TEXT NOT NULL,
        base_number BIGINT NOT NULL,
        base_hash TEXT,
        proposed_by TEXT NOT NULL REFERENCES account (id),
        proposed_at BIGINT NOT NULL,
        decided_by TEXT REFERENCES account (id),
        decided_at BIGINT,
        decision TEXT,
        secrecy_checked BIGINT NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT ''
    )""",
)

BACKWARD = ("DROP TABLE publication_review",)
