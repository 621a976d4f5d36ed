"""What an authenticator's answer must say to be believed (WebAuthn Level 3 §7.1, §7.2): no I/O, no clock.

The library verifies; what it refuses is told apart here, because its messages are for logs.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from typing import Any, Literal, TypeVar
from urllib.parse import urlsplit

import msgspec
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    options_to_json_dict,
    parse_attestation_object,
    parse_authenticator_data,
    parse_client_data_json,
)
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorData,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backend.foundation.settings import Settings

T = TypeVar("T")

ANSWER_SECONDS = 300
MOST_PASSKEYS = 10
_LONGEST_CREDENTIAL_ID = 1023
_LONGEST_PUBLIC_KEY = 1200
_ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# Asked for none, a browser leaves out who made the device, or passes on what the device signed of itself.
_ATTESTATIONS = ("none", "packed")

Reason = Literal[
    "malformed",
    "challenge",
    "origin",
    "site",
    "not-verified",
    "attestation",
    "unknown",
    "owner",
    "signature",
    "sign-count",
]
"""malformed: not an answer of an authenticator. challenge: not asked for here and now, or answered before. origin,
site: made for another page or address. not-verified: the device did not unlock for its owner. attestation: more than
was asked for. unknown: no such passkey. owner: another account's. signature: not made with the stored key.
sign-count: the device counts backwards, so there may be a copy of it."""


class Unbelieved(Exception):
    """An answer that is not believed, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


class RelyingParty(msgspec.Struct, frozen=True):
    """The name that passkeys are bound to, and the pages that may ask for one."""

    id: str
    origins: tuple[str, ...]


class NewPasskey(msgspec.Struct, frozen=True):
    """What is stored of a passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool


class Shown(msgspec.Struct, frozen=True):
    """What a believed answer says beside being right."""

    sign_count: int
    backed_up: bool


def relying_party(settings: Settings) -> RelyingParty | None:
    """Whom passkeys of this installation are made for, from `server.public_origin`; None for an address of numbers.

    On the machine's own number a demonstration may be opened as localhost, which browsers take for a name.
    """
    server = settings.server
    parts = urlsplit(server.public_origin)
    host = (parts.hostname or "").lower()
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return RelyingParty(host, (f"{parts.scheme}://{parts.netloc.lower()}",)) if host else None
    if not address.is_loopback or settings.mode == "production":
        return None
    ports = dict.fromkeys((parts.port, server.port))
    return RelyingParty("localhost", tuple(f"{parts.scheme}://localhost:{port}" for port in ports if port))


def credential_hash(credential_id: bytes) -> str:
    """What a passkey is found by; devices choose the id, up to a kilobyte of it."""
    return hashlib.sha256(credential_id).hexdigest()


def sign_in_options(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """What a browser needs to have any passkey of this site shown; the same for everyone but for the challenge."""
    return options_to_json_dict(
        generate_authentication_options(
            rp_id=party.id,
            challenge=challenge,
            timeout=ANSWER_SECONDS * 1000,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
    )


def adding_options(
    party: RelyingParty, challenge: bytes, *, site: str, handle: bytes, name: str, known: list[bytes]
) -> dict[str, Any]:
    """What a browser needs to make a passkey for an account that has the `known` ones."""
    return options_to_json_dict(
        generate_registration_options(
            rp_id=party.id,
            rp_name=site,
            user_id=handle,
            user_name=name,
            challenge=challenge,
            timeout=ANSWER_SECONDS * 1000,
            attestation=AttestationConveyancePreference.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
            ),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=each) for each in known],
            supported_pub_key_algs=_ALGORITHMS,
        )
    )


def verify_new(party: RelyingParty, challenge: bytes, credential: dict[str, Any]) -> NewPasskey:
    """What to store of a passkey that was just made. Raises Unbelieved."""
    response = credential["response"]
    attested = _read(lambda: parse_attestation_object(base64url_to_bytes(response["attestationObject"])))
    _judge_page(party, challenge, response["clientDataJSON"], "webauthn.create")
    _judge_flags(party, attested.auth_data)
    if attested.fmt not in _ATTESTATIONS:
        raise Unbelieved("attestation")
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            require_user_verification=True,
            supported_pub_key_algs=_ALGORITHMS,
        )
    except Exception as error:  # the library lets errors of its parsers through beside its own
        raise Unbelieved("malformed") from error
    data = attested.auth_data.attested_credential_data
    too_long = len(made.credential_id) > _LONGEST_CREDENTIAL_ID or len(made.credential_public_key) > _LONGEST_PUBLIC_KEY
    if too_long or data is None or _bytes(credential["rawId"]) != data.credential_id:
        raise Unbelieved("malformed")
    return NewPasskey(
        made.credential_id, made.credential_public_key, made.sign_count, backed_up=made.credential_backed_up
    )


def verify_shown(
    party: RelyingParty, challenge: bytes, credential: dict[str, Any], *, public_key: bytes, sign_count: int
) -> Shown:
    """What a passkey's answer says. Raises Unbelieved; `sign-count` only for an answer that is right otherwise."""
    response = credential["response"]
    _judge_page(party, challenge, response["clientDataJSON"], "webauthn.get")
    _judge_flags(party, _read(lambda: parse_authenticator_data(base64url_to_bytes(response["authenticatorData"]))))
    try:
        shown = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=list(party.origins),
            credential_public_key=public_key,
            # Compared below, after the signature: a count that nobody signed says nothing of a copied device.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise Unbelieved("signature") from error
    if (shown.new_sign_count or sign_count) and shown.new_sign_count <= sign_count:
        raise Unbelieved("sign-count")
    return Shown(shown.new_sign_count, shown.credential_backed_up)


def credential_id_of(credential: dict[str, Any]) -> bytes:
    """What the device calls the passkey it shows. Raises Unbelieved."""
    return _bytes(credential["rawId"])


def handle_of(credential: dict[str, Any]) -> bytes | None:
    """Whose passkey the device says it shows, or None when it does not say. Raises Unbelieved."""
    handle = credential["response"].get("userHandle")
    return None if handle is None else _bytes(handle)


def _bytes(text: str) -> bytes:
    return _read(lambda: base64url_to_bytes(text))


def _read(parse: Callable[[], T]) -> T:
    try:
        return parse()
    except Exception as error:  # parsers raise whatever the bytes make them stumble over
        raise Unbelieved("malformed") from error


def _judge_page(party: RelyingParty, challenge: bytes, client_data: str, kind: str) -> None:
    said = _read(lambda: parse_client_data_json(base64url_to_bytes(client_data)))
    if said.type != kind:
        raise Unbelieved("malformed")
    if said.challenge != challenge:
        raise Unbelieved("challenge")
    # A page that another site has framed is not one the person knows to be on.
    if said.origin not in party.origins or said.cross_origin:
        raise Unbelieved("origin")


def _judge_flags(party: RelyingParty, said: AuthenticatorData) -> None:
    if said.rp_id_hash != hashlib.sha256(party.id.encode()).digest():
        raise Unbelieved("site")
    if not said.flags.up or not said.flags.uv:
        raise Unbelieved("not-verified")
