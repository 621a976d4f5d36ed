"""Publications that come into force later, and which guides a pack has, so that what changed between two can be told.

`effective_at` is when a publication comes into force; of those that are due the latest instant wins, at one instant the
last published. A proposal without it is meant to be in force as soon as it is published.
"""

FORWARD = (
    "ALTER TABLE city_publication ADD COLUMN effective_at BIGINT NOT NULL DEFAULT 0",
    "UPDATE city_publication SET effective_at = at",
    "ALTER TABLE publication_review ADD COLUMN effective_at BIGINT",
    """CREATE TABLE city_index (
        pack_hash TEXT NOT NULL PRIMARY KEY,
        guides TEXT NOT NULL
    )""",
)

BACKWARD = (
    "DROP TABLE city_index",
    "ALTER TABLE publication_review DROP COLUMN effective_at",
    "ALTER TABLE city_publication DROP COLUMN effective_at",
)
