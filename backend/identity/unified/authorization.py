"""The request that a browser carries to the provider, and what may come back with it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from backend.identity.unified.discovery import Metadata
from backend.identity.unified.errors import Refusal


class Attempt(msgspec.Struct, frozen=True):
    """The secrets of one sign-in, each of 256 bits and used once."""

    state: str
    nonce: str
    verifier: str


def new_state() -> str:
    """A fresh state of 256 random bits."""
    return secrets.token_urlsafe(32)


def attempt_of(browser: str, state: str) -> Attempt:
    """The secrets of the sign-in that a browser began with `state`.

    Nonce and verifier follow from the browser's own secret, so that nothing stored here could continue a sign-in, and a
    response that reaches another browser is worth nothing to it.
    """
    return Attempt(state, _derived(browser, "nonce", state), _derived(browser, "verifier", state))


def new_attempt() -> Attempt:
    """The secrets of a sign-in of a browser of its own."""
    return attempt_of(secrets.token_urlsafe(32), new_state())


def _derived(browser: str, purpose: str, state: str) -> str:
    digest = hmac.digest(browser.encode(), f"{purpose}\0{state}".encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def challenge_of(verifier: str) -> str:
    """PKCE's S256 challenge of a verifier (RFC 7636 §4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def authorization_address(
    metadata: Metadata,
    attempt: Attempt,
    *,
    client_id: str,
    redirect_uri: str,
    scopes: tuple[str, ...],
    again: bool,
    most_age_seconds: int,
) -> str:
    """Where the browser goes to sign in; `again` asks the provider not to take an old sign-in of its own for it."""
    parts = urlsplit(metadata.authorization_endpoint)
    fields = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "scope": " ".join(dict.fromkeys(("openid", *scopes))),
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": challenge_of(attempt.verifier),
        "code_challenge_method": "S256",
        # Whoever is asked for an age must also say when the person signed in (Core §3.1.2.1).
        "max_age": str(most_age_seconds),
        **({"prompt": "login"} if again else {}),
    }
    # A query that the endpoint has of its own is kept (RFC 6749 §3.1), but may not speak for us.
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name not in fields]
    return urlunsplit(parts._replace(query=urlencode([*kept, *fields.items()])))


def check_response(metadata: Metadata, issuer_named: str | None) -> None:
    """Raises Refusal `wrong-issuer` when a response is not of this provider (RFC 9207): a mix-up of two providers."""
    if issuer_named is None:
        if metadata.authorization_response_iss_parameter_supported:
            raise Refusal("wrong-issuer")
    elif issuer_named != metadata.issuer:
        raise Refusal("wrong-issuer")
