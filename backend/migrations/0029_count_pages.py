"""How many pages a file has, and each file of a case: a PDF is shown page by page, a picture has one."""

FORWARD = (
    "ALTER TABLE file ADD COLUMN pages BIGINT NOT NULL DEFAULT 1",
    "ALTER TABLE case_file ADD COLUMN pages BIGINT NOT NULL DEFAULT 1",
)

BACKWARD = ("ALTER TABLE case_file DROP COLUMN pages", "ALTER TABLE file DROP COLUMN pages")
