"""Cursors of keyset pages: opaque to clients, and refused when they are not one of ours."""

from __future__ import annotations

import base64
import binascii

from backend.foundation.errors import Problem

MAXIMUM = 200


class CursorInvalid(Problem):
    """The cursor is not one that an earlier page gave."""

    status = 400
    code = "cursor-invalid"
    title = "翻页位置有误"


def encode(*parts: str) -> str:
    """A cursor of the last row's keys."""
    return base64.urlsafe_b64encode("\n".join(parts).encode()).decode().rstrip("=")


def decode(cursor: str, parts: int) -> tuple[str, ...]:
    """The keys in a cursor. Raises CursorInvalid."""
    try:
        found = tuple(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True).decode().split("\n")
        )
    except (binascii.Error, UnicodeDecodeError, ValueError):
        found = ()
    # PostgreSQL text cannot hold NUL.
    if len(found) != parts or "\0" in "".join(found):
        raise CursorInvalid("翻页位置已失效。请从第一页重新打开。")
    return found
