"""The one way a definition becomes bytes, so that its hash means the same everywhere and for ever."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec


def canonical(value: Any) -> bytes:
    """JSON with sorted members, no blanks and UTF-8 text (RFC 8785 for text, whole numbers, true, false and null)."""
    return msgspec.json.encode(value, order="sorted")


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical(value)).hexdigest()
