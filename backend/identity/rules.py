"""Sessions and one-time codes: what holds, apart from any storage."""

from __future__ import annotations

import re

SECOND = 1000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

CODE_DIGITS = 6
CODE_LIFE = 5 * MINUTE
CODE_TRIES = 5
CODE_RESEND = 60 * SECOND

# Residents keep their phone to themselves; a desk is shared, and graded protection asks for 15 to 30 minutes there.
RESIDENT_IDLE, RESIDENT_LIFE = 7 * DAY, 30 * DAY
STAFF_IDLE, STAFF_LIFE = 30 * MINUTE, 12 * HOUR
# A session's last use is written at most this often: a read must not cost a write.
SEEN_EVERY = 2 * MINUTE


def normalise_name(text: str) -> str:
    """A name with blanks at the ends removed and the middle dot of minority names in one form."""
    return re.sub(r"[・•∙⋅.．]", "·", text.strip())


def session_limits(*, staff: bool) -> tuple[int, int]:
    """Idle and absolute life of a session in milliseconds."""
    return (STAFF_IDLE, STAFF_LIFE) if staff else (RESIDENT_IDLE, RESIDENT_LIFE)


def session_ends(created_at: int, seen_at: int, *, staff: bool) -> int:
    """The instant at which a session last seen at `seen_at` is over."""
    idle, life = session_limits(staff=staff)
    return min(created_at + life, seen_at + idle)
