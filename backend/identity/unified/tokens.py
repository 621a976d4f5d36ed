"""Which tokens are believed: OpenID Connect Core 1.0 §3.1.3.7 and Back-Channel Logout 1.0 §2.6, apart from any I/O.

PyJWT takes tokens and keys apart and checks signatures; the rules about claims are here, because each refusal needs its
own reason and the time is the house's, not the machine's.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated, Any

import jwt
import msgspec
from jwt.api_jws import PyJWS
from msgspec import Meta

from backend.identity.unified.errors import Refusal

ALGORITHMS = ("ES256", "RS256", "PS256", "EdDSA")
MOST_TOKEN_CHARACTERS = 16_384
MOST_KEYS = 64
# A token is made for the moment it is asked for; one that is older was kept by someone.
RECENT = 10 * 60_000
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

# Which kind of key verifies which signature; a key is never used for another, whatever a token says.
_KINDS = {"ES256": ("EC", "P-256"), "RS256": ("RSA", None), "PS256": ("RSA", None), "EdDSA": ("OKP", "Ed25519")}
# The hash of at_hash (§3.1.3.6); for Ed25519 it is that of the signature itself.
_HASHES = {"ES256": hashlib.sha256, "RS256": hashlib.sha256, "PS256": hashlib.sha256, "EdDSA": hashlib.sha512}
_JWS = PyJWS(algorithms=ALGORITHMS, options={"enforce_minimum_key_length": True})

Jwk = dict[str, Any]
_Seconds = Annotated[float, Meta(ge=0, le=1e11)]
_Subject = Annotated[str, Meta(min_length=1, max_length=255)]
_Text = Annotated[str, Meta(max_length=2000)]


class Header(msgspec.Struct, frozen=True):
    """The unverified header of a token: good for choosing a key and for nothing else."""

    alg: str
    kid: str | None


class Expected(msgspec.Struct, frozen=True, kw_only=True):
    """What a token must be for and when: `now` and `skew` in milliseconds."""

    issuer: str
    client_id: str
    now: int
    skew: int


class IdToken(msgspec.Struct, frozen=True):
    """A believed ID token: who signed in, the provider's session when it has one, and every claim.

    `authenticated_at` is when the person proved who they are (milliseconds), where the provider says so.
    """

    subject: str
    sid: str | None
    authenticated_at: int | None
    claims: dict[str, Any]


class LogoutToken(msgspec.Struct, frozen=True):
    """A believed logout token: which session, or whose sessions, have ended; `remember_until` in milliseconds."""

    token_id: str
    subject: str | None
    sid: str | None
    remember_until: int


class _Claims(msgspec.Struct, frozen=True):
    iss: _Text
    aud: _Text | Annotated[list[_Text], Meta(max_length=32)]
    exp: _Seconds
    iat: _Seconds
    sub: _Subject | None = None
    auth_time: _Seconds | None = None
    nbf: _Seconds | None = None
    sid: _Subject | None = None
    azp: _Text | None = None
    nonce: _Text | None = None
    at_hash: _Text | None = None
    jti: _Subject | None = None
    events: dict[str, Any] | None = None


class _KeySet(msgspec.Struct, frozen=True):
    keys: Annotated[list[Jwk], Meta(max_length=MOST_KEYS)]


def read_key_set(body: bytes) -> list[Jwk]:
    """The keys of a JWK Set (RFC 7517), as they are. Raises Refusal `reply-malformed`."""
    try:
        return msgspec.json.decode(body, type=_KeySet).keys
    except msgspec.DecodeError:
        raise Refusal("reply-malformed") from None


def header_of(token: str, types: Sequence[str] = ("JWT",)) -> Header:
    """The header of a token whose `typ`, where it has one, is among `types`.

    Raises Refusal: `token-malformed`, `wrong-type`, `wrong-algorithm` (`none` and HS* always), `unknown-critical`.
    """
    if len(token) > MOST_TOKEN_CHARACTERS or not token.isascii() or token.count(".") != 2:
        raise Refusal("token-malformed")
    try:
        first = token.partition(".")[0]
        header = msgspec.json.decode(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)), type=dict[str, Any])
    except (ValueError, msgspec.DecodeError):
        raise Refusal("token-malformed") from None
    algorithm, kid, kind = header.get("alg"), header.get("kid"), header.get("typ")
    if algorithm not in ALGORITHMS:
        raise Refusal("wrong-algorithm")
    # We understand no extension: not even one that the library would.
    if "crit" in header or "b64" in header:
        raise Refusal("unknown-critical")
    if kid is not None and not isinstance(kid, str):
        raise Refusal("token-malformed")
    if kind is not None and not _is_type(kind, types):
        raise Refusal("wrong-type")
    return Header(str(algorithm), kid)


def keys_for(header: Header, keys: Sequence[Jwk]) -> list[Jwk]:
    """The keys that may have signed a token: of its kid and kind, meant for signing; none is the answer to a bad set.

    Without a kid only the one key that fits is meant (Core §10.1).
    """
    fitting = [key for key in keys if _fits(key, header.alg)]
    if header.kid is None:
        return fitting if len(fitting) == 1 else []
    return [key for key in fitting if key.get("kid") == header.kid]


def read_id_token(
    token: str, keys: Sequence[Jwk], expected: Expected, *, nonce: str, access_token: str | None
) -> IdToken:
    """A believed ID token. Raises Refusal with the first of the standard's rules that does not hold."""
    header = header_of(token)
    payload = _verified(token, header, keys)
    claims = _claims(payload)
    _check_origin(claims, expected)
    _check_times(claims, expected)
    if claims.nonce is None or not hmac.compare_digest(claims.nonce.encode(), nonce.encode()):
        raise Refusal("wrong-nonce")
    if claims.at_hash is not None and (
        access_token is None or not hmac.compare_digest(claims.at_hash.encode(), _half_hash(header.alg, access_token))
    ):
        raise Refusal("wrong-access-token-hash")
    if claims.sub is None:
        raise Refusal("wrong-subject")
    at = None if claims.auth_time is None else min(int(claims.auth_time * 1000), expected.now)
    return IdToken(claims.sub, claims.sid, at, msgspec.json.decode(payload, type=dict[str, Any]))


def read_logout_token(token: str, keys: Sequence[Jwk], expected: Expected) -> LogoutToken:
    """A believed logout token; whether it was used before is for the caller to know by `token_id`.

    Raises Refusal with the first of the standard's rules that does not hold.
    """
    header = header_of(token, LOGOUT_TYPES)
    claims = _claims(_verified(token, header, keys))
    _check_origin(claims, expected)
    _check_times(claims, expected)
    event = (claims.events or {}).get(LOGOUT_EVENT)
    # With a nonce it would be an ID token that someone passes off as a logout.
    if not isinstance(event, dict) or claims.nonce is not None or claims.jti is None:
        raise Refusal("not-a-logout")
    if claims.sub is None and claims.sid is None:
        raise Refusal("wrong-subject")
    # After this instant it is too old to be believed, so that it need not be remembered any longer.
    until = int(claims.iat * 1000) + RECENT + 2 * expected.skew
    return LogoutToken(claims.jti, claims.sub, claims.sid, until)


LOGOUT_TYPES = ("logout+jwt", "JWT")


def _is_type(kind: object, types: Sequence[str]) -> bool:
    return isinstance(kind, str) and kind.lower().removeprefix("application/") in {each.lower() for each in types}


def _fits(key: Jwk, algorithm: str) -> bool:
    kind, curve = _KINDS[algorithm]
    operations = key.get("key_ops")
    return (
        key.get("kty") == kind
        and (curve is None or key.get("crv") == curve)
        and key.get("use") in (None, "sig")
        and key.get("alg") in (None, algorithm, "Ed25519" if algorithm == "EdDSA" else algorithm)
        and (operations is None or (isinstance(operations, list) and "verify" in operations))
        # A published private key is nobody's signature.
        and "d" not in key
    )


def _verified(token: str, header: Header, keys: Sequence[Jwk]) -> bytes:
    """The payload of a token that one of `keys` signed."""
    candidates = keys_for(header, keys)
    if not candidates:
        raise Refusal("unknown-key")
    for candidate in candidates:
        try:
            key = jwt.PyJWK(candidate, algorithm=header.alg)
            decoded = _JWS.decode_complete(token, key.key, algorithms=[header.alg])
        except jwt.InvalidSignatureError:
            continue
        except jwt.DecodeError:
            raise Refusal("token-malformed") from None
        except (jwt.PyJWTError, ValueError, TypeError):
            # A key that cannot be used (too short, not on its curve) verifies nothing.
            continue
        payload: bytes = decoded["payload"]
        return payload
    raise Refusal("bad-signature")


def _claims(payload: bytes) -> _Claims:
    try:
        return msgspec.json.decode(payload, type=_Claims)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal("token-malformed") from None


def _check_origin(claims: _Claims, expected: Expected) -> None:
    if claims.iss != expected.issuer:
        raise Refusal("wrong-issuer")
    audiences = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    # We trust no audience but ourselves: a token that others hold too can be replayed by them (§3.1.3.7 rule 3).
    if not audiences or any(each != expected.client_id for each in audiences):
        raise Refusal("wrong-audience")
    if claims.azp is not None and claims.azp != expected.client_id:
        raise Refusal("wrong-party")


def _check_times(claims: _Claims, expected: Expected) -> None:
    now, skew = expected.now, expected.skew
    if now >= claims.exp * 1000 + skew:
        raise Refusal("expired")
    if claims.iat * 1000 > now + skew or (claims.nbf is not None and claims.nbf * 1000 > now + skew):
        raise Refusal("from-the-future")
    if claims.iat * 1000 < now - RECENT - skew:
        raise Refusal("issued-long-ago")


def _half_hash(algorithm: str, access_token: str) -> bytes:
    digest = _HASHES[algorithm](access_token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=")
