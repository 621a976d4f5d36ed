"""Sessions and one-time codes: what holds, apart from any storage."""

from __future__ import annotations

import re

import msgspec

SECOND = 1000
MINUTE = 60 * SECOND

CODE_DIGITS = 6
CODE_LIFE = 5 * MINUTE
CODE_RESEND = 60 * SECOND

# A session's last use is written at most this often: a read must not cost a write.
SEEN_EVERY = 2 * MINUTE


def normalise_name(text: str) -> str:
    """A name with blanks at the ends removed and the middle dot of minority names in one form."""
    return re.sub(r"[・•∙⋅.．]", "·", text.strip())


class SessionLimits(msgspec.Struct, frozen=True):
    """How long a session lives without use and at most, in milliseconds, for residents and for staff."""

    idle: int
    total: int
    staff_idle: int
    staff_total: int

    def ends(self, created_at: int, seen_at: int, *, staff: bool) -> int:
        """The instant at which a session made at `created_at` and last seen at `seen_at` is over."""
        if staff:
            return min(created_at + self.staff_total, seen_at + self.staff_idle)
        return min(created_at + self.total, seen_at + self.idle)
