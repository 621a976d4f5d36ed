"""Tokens of status links: pure."""

from __future__ import annotations

import base64
import hashlib
import re

TOKEN_BYTES = 16
DAY = 24 * 3600 * 1000
LINKS_LIMIT = 20
VISITS_LOGGED = 1000

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")
# What people paste into the form may be the whole address.
_PASTED = re.compile(r"(?:.*[#/])?([A-Za-z0-9_-]{22})")


def token_from(secret: str) -> str:
    """The 128-bit token that a keyed digest gives, in base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()[:TOKEN_BYTES]).rstrip(b"=").decode()


def token_hash(token: str) -> str | None:
    """What is stored of a token; None for a text that can be no token."""
    return hashlib.sha256(token.encode()).hexdigest() if _TOKEN.fullmatch(token) else None


def pasted_token(text: str) -> str:
    """The token in what a person typed or pasted: the token itself, or an address that ends with it."""
    match = _PASTED.fullmatch(text.strip())
    return match[1] if match else ""
