"""With which event of its case a file came: what is sent anew stands in place of what was there; both are kept."""

FORWARD = ("ALTER TABLE case_file ADD COLUMN version BIGINT NOT NULL DEFAULT 1",)

BACKWARD = ("ALTER TABLE case_file DROP COLUMN version",)
