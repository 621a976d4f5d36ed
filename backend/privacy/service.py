"""The privacy room's use cases, and what other rooms may ask of it."""

from __future__ import annotations

from backend.privacy.consents import consents, give, has_consent, notice, withdraw
from backend.privacy.erasure import preview, request
from backend.privacy.export import build, pieces, refuse_too_large
from backend.privacy.reads import reads

__all__ = [
    "build",
    "consents",
    "give",
    "has_consent",
    "notice",
    "pieces",
    "preview",
    "reads",
    "refuse_too_large",
    "request",
    "withdraw",
]
