"""Sessions and one-time codes: what holds, apart from any storage."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from backend.identity.actor import Level, SignInMethod

ADULT = 18
# Whoever is younger does not consent alone to the handling of their data (PIPL art. 31).
OWN_CONSENT = 14

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


def safe_next(wanted: str) -> str:
    """Where a browser goes on after signing in: a path of this app only, so that a link cannot send anyone elsewhere.

    The same rule as the app's `safeNext`; control characters too are refused, because browsers drop them from addresses
    and `/<tab>/elsewhere` would become another host.
    """
    local = re.fullmatch(r"/(?![/\\])[^\x00-\x20\x7f]*", wanted) is not None
    return wanted if local and len(wanted) <= 500 else "/"


def birthday(id_number: str, years: int) -> date | None:
    """The day on which the holder of a checked 18-digit number is so many years old; None for other numbers.

    Someone born on 29 February comes of age on 1 March of a common year (Civil Code art. 201).
    """
    if len(id_number) != 18:
        return None
    year, month, day = int(id_number[6:10]) + years, int(id_number[10:12]), int(id_number[12:14])
    try:
        return date(year, month, day)
    except ValueError:
        return date(year, 3, 1)


def is_younger(id_number: str, years: int, today: date) -> bool:
    """Whether the holder of a checked number is known to be less than so many years old."""
    reached = birthday(id_number, years)
    return reached is not None and today < reached


_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)
_BROWSERS = (
    ("MicroMessenger", "微信"),
    ("AlipayClient", "支付宝"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_of(user_agent: str) -> str:
    """What a person recognises a device by, such as `Android · Chrome`; nothing else of the header is kept."""
    known = [next((name for mark, name in kinds if mark in user_agent[:512]), None) for kinds in (_SYSTEMS, _BROWSERS)]
    return " · ".join(name for name in known if name)


def level_of(*, identified: bool, in_person: bool, method: SignInMethod) -> Level:
    """How sure the house is of the person: 3 takes a matched name and being seen in person, or a passkey's session."""
    if not identified:
        return 1
    return 3 if in_person or method == "passkey" else 2


class SessionLimits(msgspec.Struct, frozen=True):
    """How long a session lives without use and at most, in milliseconds: residents, shared devices, staff."""

    idle: int
    total: int
    shared_idle: int
    shared_total: int
    staff_idle: int
    staff_total: int

    def ends(self, created_at: int, seen_at: int, *, staff: bool, shared: bool = False) -> int:
        """The instant at which a session made at `created_at` and last seen at `seen_at` is over."""
        if staff:
            return min(created_at + self.staff_total, seen_at + self.staff_idle)
        if shared:
            return min(created_at + self.shared_total, seen_at + self.shared_idle)
        return min(created_at + self.total, seen_at + self.idle)
