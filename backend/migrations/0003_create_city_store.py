"""Published definitions by content hash, and the order in which packs came into force: rows are added, never changed.

A case pins hashes, so what it was filed under stays readable after any number of later packs.
"""

FORWARD = (
    """CREATE TABLE city_object (
        hash TEXT NOT NULL PRIMARY KEY,
        kind TEXT NOT NULL,
        body TEXT NOT NULL
    )""",
    """CREATE TABLE city_publication (
        number BIGINT NOT NULL PRIMARY KEY,
        pack_hash TEXT NOT NULL,
        at BIGINT NOT NULL,
        actor TEXT NOT NULL
    )""",
)

BACKWARD = (
    "DROP TABLE city_publication",
    "DROP TABLE city_object",
)
