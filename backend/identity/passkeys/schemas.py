"""Passkeys on the wire. Members of a credential are named as browsers name them (WebAuthn Level 3 §5.1.8)."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta, field

_Short = Annotated[str, Meta(min_length=1, max_length=2_000)]
_Long = Annotated[str, Meta(min_length=1, max_length=20_000)]
PasskeyName = Annotated[str, Meta(min_length=1, max_length=40)]


class AssertionResponse(msgspec.Struct, frozen=True):
    """What an authenticator signed, base64url. Members that are not read may follow."""

    client_data: _Short = field(name="clientDataJSON")
    authenticator_data: _Short = field(name="authenticatorData")
    signature: _Short
    user_handle: Annotated[str, Meta(max_length=100)] | None = field(name="userHandle", default=None)


class Assertion(msgspec.Struct, frozen=True):
    """A passkey that was shown, as `PublicKeyCredential.toJSON()` gives it."""

    id: _Short
    raw_id: _Short = field(name="rawId")
    type: Literal["public-key"]
    response: AssertionResponse


class AttestationResponse(msgspec.Struct, frozen=True):
    """What an authenticator made, base64url. Members that are not read may follow."""

    client_data: _Short = field(name="clientDataJSON")
    attestation: _Long = field(name="attestationObject")


class Attestation(msgspec.Struct, frozen=True):
    """A passkey that was made, as `PublicKeyCredential.toJSON()` gives it."""

    id: _Short
    raw_id: _Short = field(name="rawId")
    type: Literal["public-key"]
    response: AttestationResponse


class Asked(msgspec.Struct, frozen=True):
    """A challenge: `options` is what the browser's own functions take (`parseRequestOptionsFromJSON`, …)."""

    challenge_id: str
    options: dict[str, Any]


class PasskeyProof(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device's answer to a challenge."""

    challenge_id: UUID
    credential: Assertion


class PasskeySignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A device's answer that opens a session; `shared` on a device that others use too."""

    challenge_id: UUID
    credential: Assertion
    shared: bool = False


class PasskeyAddition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new passkey and what its owner calls it."""

    challenge_id: UUID
    credential: Attestation
    name: PasskeyName


class PasskeyView(msgspec.Struct, frozen=True):
    """One of the caller's passkeys; `backed_up` ones are on every device of their owner's account with its maker."""

    id: str
    name: str
    backed_up: bool
    created_at: str
    used_at: str | None


class PasskeyList(msgspec.Struct, frozen=True):
    """The caller's passkeys, the newest first, and how many there may be."""

    passkeys: list[PasskeyView]
    limit: int
