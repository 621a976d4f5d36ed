"""One wrapped data key per subject: shredding it erases the person from the data and from every backup of the data.

A shredded key leaves its row without the key, so that the subject stays known as erased and is never made anew.
"""

FORWARD = (
    """CREATE TABLE subject_key (
        subject_id TEXT NOT NULL,
        generation BIGINT NOT NULL,
        master_key TEXT NOT NULL,
        wrapped BYTEA,
        created_at BIGINT NOT NULL,
        shredded_at BIGINT,
        PRIMARY KEY (subject_id, generation),
        CHECK ((wrapped IS NULL) = (shredded_at IS NOT NULL))
    )""",
)

BACKWARD = ("DROP TABLE subject_key",)
