"""Files as other rooms see them."""

from __future__ import annotations

import msgspec


class FileInfo(msgspec.Struct, frozen=True):
    """A file its owner has: the SHA-256 of its bytes, what it is and how large (bytes, pixels)."""

    sha256: str
    media_type: str
    size: int
    width: int
    height: int
    created_at: int
