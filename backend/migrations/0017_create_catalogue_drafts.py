"""Changes of the city pack that editors draft at the desk: the changed files as text, over the pack they began with.

They hold nothing personal. `proposal_id` names what became of a draft; it stays to be read and changes no more.
"""

FORWARD = (
    """CREATE TABLE catalogue_draft (
        id TEXT NOT NULL PRIMARY KEY,
        title TEXT NOT NULL,
        base_hash TEXT NOT NULL,
        files TEXT NOT NULL,
        revision BIGINT NOT NULL,
        created_by TEXT NOT NULL REFERENCES account (id),
        created_at BIGINT NOT NULL,
        changed_by TEXT NOT NULL REFERENCES account (id),
        changed_at BIGINT NOT NULL,
        proposal_id TEXT
    )""",
)

BACKWARD = ("DROP TABLE catalogue_draft",)
