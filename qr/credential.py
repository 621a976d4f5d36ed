"""Credentials: docs/formats.md, "Credential". Issuing, and the one verification with its closed list of verdicts."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from qr import base45, cbor, cose, presentation
from qr.errors import Base45Error, CborError, CoseError, CredentialError, InflateError, StatusListError
from qr.inflate import inflate
from qr.keys import PublicKey, SigningKey
from qr.status_list import SUSPENDED, VALID, StatusList
from qr.trust import USAGE_CREDENTIAL, TrustedKey

TYP = "application/zb+cwt"
PREFIX = "ZB1:"
FOREIGN_PREFIX = "HC1:"
MAX_TEXT = 4296
MAX_FOREIGN = 16384
CLOCK_SKEW = 60
ISS, EXP, NBF, IAT, CTI, CNF, STATUS, FIELDS = 1, 4, 5, 6, 7, 8, 65535, -65537
_FOREIGN_CERTIFICATE = -260
_KINDS: tuple[tuple[int, type], ...] = ((ISS, str), (CTI, bytes), (CNF, dict), (STATUS, dict), (FIELDS, dict))

Profile: TypeAlias = Literal["zb", "dcc"]
Verdict: TypeAlias = Literal[
    "live",
    "genuine-copy",
    "stale",
    "suspended",
    "revoked",
    "expired",
    "not-yet-valid",
    "clock-doubtful",
    "untrusted",
    "forged",
    "unreadable",
]
Stage: TypeAlias = Literal["prefix", "base45", "inflate", "cose", "key", "signature", "time", "status", "holder"]
Claims: TypeAlias = dict[int | str, cbor.Value]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a verification found. ``stage`` is the first one that failed, None when all passed.

    ``claims`` are there once the signature has held: the payload as JSON, integer keys as decimal text, bytes as hex.
    """

    verdict: Verdict
    stage: Stage | None
    claims: Mapping[str, object] | None = None


def new_claims(
    issuer: str,
    issued_at: int,
    expires_at: int,
    fields: Mapping[int | str, object],
    device: PublicKey | None = None,
    not_before: int | None = None,
) -> dict[int, object]:
    """Return the claims of a new credential with a fresh random ``cti``; instants are POSIX seconds.

    ``fields`` are the fields of one view (docs/formats.md); ``device`` is the holder's key, None on paper.
    """
    claims: dict[int, object] = {ISS: issuer, EXP: expires_at, IAT: issued_at, CTI: new_cti()}
    if not_before is not None:
        claims[NBF] = not_before
    if device is not None:
        claims[CNF] = {1: device.cose_key}
    claims[FIELDS] = dict(fields)
    return claims


def new_cti() -> bytes:
    """Return a fresh random credential identifier, 16 bytes."""
    return secrets.token_bytes(16)


def issue(claims: Mapping[int, object], key: SigningKey, kid: bytes | None = None) -> str:
    """Return the credential's text, ``ZB1:…``; ``kid`` is the key's own by default.

    Raises CredentialError: ``claims`` when a reader would refuse them, ``size`` above 4,296 characters.
    """
    try:
        payload = cbor.encode(claims)
        read_claims(payload)
    except CborError as error:
        raise CredentialError("claims", error.detail) from None
    text = PREFIX + base45.encode(cose.sign1(payload, key, typ=TYP, kid=key.public.kid if kid is None else kid))
    if len(text) > MAX_TEXT:
        raise CredentialError("size", f"{len(text)} characters are more than {MAX_TEXT}")
    return text


def read_claims(payload: bytes, *, foreign: bool = False) -> Claims:
    """Return the claims in a payload. Raises CborError or CredentialError ``claims`` for what readers must refuse."""
    claims = cbor.decode(payload, foreign=foreign)
    if not isinstance(claims, dict):
        raise CredentialError("claims", "the payload is not a map")
    if EXP not in claims:
        raise CredentialError("claims", "exp is missing")
    for name, key in (("exp", EXP), ("nbf", NBF), ("iat", IAT)):
        if key in claims and cbor.number(claims[key]) is None:
            raise CredentialError("claims", f"{name} is not a number")
    for key, kind in _KINDS[: 2 if foreign else None]:
        if key in claims and not isinstance(claims[key], kind):
            raise CredentialError("claims", f"claim {key} is of a wrong type")
    if not foreign and STATUS in claims:
        _status_reference(claims)
    cbor.as_json(claims)
    return claims


def verify(
    text: str,
    trust: Sequence[TrustedKey],
    now: float,
    *,
    profile: Profile = "zb",
    status: StatusList | None = None,
    challenge: str | None = None,
) -> Outcome:
    """Judge the text of a QR code at ``now`` (POSIX seconds): a credential, a presentation, or with ``dcc`` an EU
    digital COVID certificate. ``challenge`` is the text that the verifier showed. Never raises on any text.
    """
    opened = _open(text, profile)
    if isinstance(opened, Outcome):
        return opened
    message, shown = opened
    candidates = _candidates(message, trust, profile, now)
    if not candidates:
        return Outcome("untrusted", "key")
    signers = [key for key in candidates if message.verified_by(key.public)]
    if not signers:
        return Outcome("forged", "signature")
    try:
        claims = read_claims(message.payload, foreign=profile == "dcc")
    except (CborError, CredentialError):
        return Outcome("unreadable", "cose")
    if not any(_may_sign(key, claims, profile) for key in signers):
        return Outcome("untrusted", "key")
    verdict, stage = _judge(claims, now, profile, status, shown, challenge)
    return Outcome(verdict, stage, {str(key): cbor.as_json(value) for key, value in claims.items()})


def _open(text: str, profile: Profile) -> Outcome | tuple[cose.Sign1, presentation.Shown | None]:
    prefix = text[:4]
    allowed = (FOREIGN_PREFIX,) if profile == "dcc" else (PREFIX, presentation.PREFIX)
    if prefix not in allowed or len(text) > MAX_TEXT:
        return Outcome("unreadable", "prefix")
    try:
        data = base45.decode(text[4:])
    except Base45Error:
        return Outcome("unreadable", "base45")
    if profile == "dcc":
        try:
            data = inflate(data, MAX_FOREIGN)
        except InflateError:
            return Outcome("unreadable", "inflate")
    try:
        shown = None
        if prefix == presentation.PREFIX:
            shown = presentation.read(data)
            data = shown.credential
        message = cose.parse1(data, cwt=True)
    except (CoseError, CredentialError):
        return Outcome("unreadable", "cose")
    if profile == "zb" and (message.unprotected or message.protected.get(cose.TYP) != TYP):
        return Outcome("unreadable", "cose")
    return message, shown


def _candidates(message: cose.Sign1, trust: Sequence[TrustedKey], profile: Profile, now: float) -> list[TrustedKey]:
    headers = message.protected
    if profile == "dcc" and cose.KID not in headers:
        headers = message.unprotected
    kid = headers.get(cose.KID)
    return [
        key
        for key in trust
        if key.kid == kid
        and key.public.algorithm == message.alg
        and key.allows(None if profile == "dcc" else USAGE_CREDENTIAL, now)
    ]


def _may_sign(key: TrustedKey, claims: Claims, profile: Profile) -> bool:
    if profile == "zb":
        return key.issuer is None or key.issuer == claims.get(ISS)
    if key.usage is None:
        return True
    container = claims.get(_FOREIGN_CERTIFICATE)
    certificate = container.get(1) if isinstance(container, dict) else None
    kinds = {kind for kind in ("v", "t", "r") if isinstance(certificate, dict) and kind in certificate}
    return bool(kinds) and kinds <= key.usage


def _judge(
    claims: Claims,
    now: float,
    profile: Profile,
    status: StatusList | None,
    shown: presentation.Shown | None,
    challenge: str | None,
) -> tuple[Verdict, Stage | None]:
    expires_at, issued_at, not_before = (cbor.number(claims.get(key)) for key in (EXP, IAT, NBF))
    if expires_at is not None and (now > expires_at or (now == expires_at and profile == "zb")):
        return "expired", "time"
    if issued_at is not None and now + CLOCK_SKEW < issued_at:
        return "clock-doubtful", "time"
    if not_before is not None and now < not_before:
        return "not-yet-valid", "time"
    if profile == "dcc":
        return "genuine-copy", None
    if STATUS in claims:
        found = _status_verdict(claims, status)
        if found is not None:
            return found, "status"
    if shown is None:
        return "genuine-copy", None if challenge is None else "holder"
    verdict = presentation.judge(shown, claims.get(CNF), now, challenge)
    return verdict, None if verdict == "live" else "holder"


def _status_reference(claims: Claims) -> tuple[int, str]:
    status = claims.get(STATUS)
    entry = status.get("status_list") if isinstance(status, dict) else None
    index, uri = (entry.get("idx"), entry.get("uri")) if isinstance(entry, dict) else (None, None)
    if isinstance(index, bool) or not isinstance(index, int) or index < 0 or not isinstance(uri, str):
        raise CredentialError("claims", "status without a well-formed status_list")
    return index, uri


def _status_verdict(claims: Claims, status: StatusList | None) -> Verdict | None:
    index, uri = _status_reference(claims)
    if status is None or status.uri != uri:
        return "stale"
    try:
        value = status.get(index)
    except StatusListError:
        return "stale"
    if value != VALID:
        return "suspended" if value == SUSPENDED else "revoked"
    return "stale" if status.age > status.max_age else None
