"""Status links: whoever holds one sees how far a case has come, and nothing personal (docs/formats.md, Status link)."""
