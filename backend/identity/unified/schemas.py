"""Unified identity on the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from backend.city.structures import Text
from backend.identity.schemas import SessionView
from backend.identity.unified.tokens import MOST_TOKEN_CHARACTERS

# Some providers' codes are whole tokens.
_Parameter = Annotated[str, Meta(min_length=1, max_length=4096)]


class UnifiedMethod(msgspec.Struct, frozen=True):
    """The provider by the name that residents know."""

    name: Text


class SignInMethods(msgspec.Struct, frozen=True):
    """Which ways of signing in this installation has."""

    code: bool
    passkey: bool
    unified: UnifiedMethod | None


class UnifiedStart(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Begins a sign-in; `link` links the provider's account to the signed-in one instead."""

    next: Annotated[str, Meta(max_length=2000)] = "/"
    shared: bool = False
    link: bool = False


class UnifiedAddress(msgspec.Struct, frozen=True):
    """Where the browser goes now."""

    address: str


class UnifiedReturn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the provider sent back with the browser, as it stands in the page's address."""

    state: _Parameter
    code: _Parameter | None = None
    iss: _Parameter | None = None
    error: _Parameter | None = None


class UnifiedReturned(msgspec.Struct, frozen=True):
    """The session now, where to go on, and whether an account was linked rather than signed in."""

    session: SessionView
    next: str
    linked: bool


class LogoutForm(msgspec.Struct, frozen=True):
    """A logout that the provider delivers; other members are ignored, as the standard asks."""

    logout_token: Annotated[str, Meta(min_length=1, max_length=MOST_TOKEN_CHARACTERS)]


class UnifiedIdentity(msgspec.Struct, frozen=True):
    """One account at a provider that the caller can sign in with."""

    id: str
    name: Text
    linked_at: str


class UnifiedIdentityList(msgspec.Struct, frozen=True):
    """The caller's links, the oldest first."""

    identities: list[UnifiedIdentity]
