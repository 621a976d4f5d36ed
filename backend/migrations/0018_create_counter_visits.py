"""Applicants at the counter, for whom a clerk fills in a form; and the phone by which such a person's account is known.

A visit names whose application a clerk is entering, for which item and for how long; its id becomes the `draft` of the
one case it leads to. Nothing personal lies in it but the phone, sealed under the applicant's key.
"""

FORWARD = (
    """CREATE TABLE counter_visit (
        id TEXT NOT NULL PRIMARY KEY,
        account_id TEXT NOT NULL REFERENCES account (id),
        party_id TEXT NOT NULL REFERENCES party (id),
        subject_id TEXT NOT NULL,
        item TEXT NOT NULL,
        phone_sealed BYTEA NOT NULL,
        created_at BIGINT NOT NULL,
        ends_at BIGINT NOT NULL
    )""",
    "CREATE INDEX counter_visit_by_end ON counter_visit (ends_at)",
    "ALTER TABLE party ADD COLUMN window_phone_index TEXT",
    "CREATE INDEX account_by_subject ON account (subject_id)",
)

BACKWARD = (
    "DROP INDEX account_by_subject",
    "ALTER TABLE party DROP COLUMN window_phone_index",
    "DROP TABLE counter_visit",
)
