"""Renewal: which certificate another one is the next version of, and the one open case that is to renew it."""

FORWARD = (
    "ALTER TABLE certificate ADD COLUMN replaces TEXT",
    "ALTER TABLE certificate ADD COLUMN renewal_case TEXT",
    "CREATE INDEX certificate_by_replaced ON certificate (replaces) WHERE replaces IS NOT NULL",
)

BACKWARD = (
    "DROP INDEX certificate_by_replaced",
    "ALTER TABLE certificate DROP COLUMN renewal_case",
    "ALTER TABLE certificate DROP COLUMN replaces",
)
