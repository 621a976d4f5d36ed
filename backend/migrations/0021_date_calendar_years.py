"""From which notice a calendar year comes, and when it was imported: people whose dates move are told why."""

FORWARD = (
    "ALTER TABLE calendar_year ADD COLUMN title TEXT",
    "ALTER TABLE calendar_year ADD COLUMN dated TEXT",
    "ALTER TABLE calendar_year ADD COLUMN imported_at BIGINT",
)

BACKWARD = (
    "ALTER TABLE calendar_year DROP COLUMN imported_at",
    "ALTER TABLE calendar_year DROP COLUMN dated",
    "ALTER TABLE calendar_year DROP COLUMN title",
)
