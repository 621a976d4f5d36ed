"""The provider's own description (OpenID Connect Discovery 1.0): believed only when it names the issuer we were set."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta

from backend.identity.unified.errors import Refusal
from backend.identity.unified.fetching import is_fit_address
from backend.identity.unified.tokens import ALGORITHMS

_Address = Annotated[str, Meta(max_length=2000)]
_Names = Annotated[tuple[Annotated[str, Meta(max_length=200)], ...], Meta(max_length=200)]


class Metadata(msgspec.Struct, frozen=True):
    """What of a provider's description is used; absent lists have the defaults of the standard (§3)."""

    issuer: _Address
    authorization_endpoint: _Address
    token_endpoint: _Address
    jwks_uri: _Address
    userinfo_endpoint: _Address | None = None
    end_session_endpoint: _Address | None = None
    response_types_supported: _Names = ()
    code_challenge_methods_supported: _Names | None = None
    id_token_signing_alg_values_supported: _Names = ()
    token_endpoint_auth_methods_supported: _Names = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


def description_address(issuer: str) -> str:
    """Where an issuer's description lies (§4)."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def read_metadata(body: bytes, issuer: str, *, allow_loopback: bool) -> Metadata:
    """A description that was fetched for `issuer`.

    Raises Refusal: `reply-malformed`, `wrong-issuer`, or `provider-unfit` (an address that is not https, no code flow,
    PKCE without S256, or no signature that we accept).
    """
    try:
        metadata = msgspec.json.decode(body, type=Metadata)
    except msgspec.DecodeError:
        raise Refusal("reply-malformed") from None
    if metadata.issuer != issuer:
        raise Refusal("wrong-issuer")
    addresses = [metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri]
    addresses += [each for each in (metadata.userinfo_endpoint, metadata.end_session_endpoint) if each is not None]
    # A provider that says nothing of PKCE may know it; one that lists methods without S256 does not.
    challenges = metadata.code_challenge_methods_supported
    if (
        not all(is_fit_address(each, allow_loopback=allow_loopback) for each in addresses)
        or "code" not in metadata.response_types_supported
        or (challenges is not None and "S256" not in challenges)
        or not set(ALGORITHMS) & set(metadata.id_token_signing_alg_values_supported)
    ):
        raise Refusal("provider-unfit")
    return metadata
