"""Presentations and challenges: docs/formats.md, "Presentation" and "Challenge"."""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Literal

from qr import base45, cbor, cose
from qr.errors import Base45Error, CborError, CredentialError, KeyMaterialError
from qr.keys import SigningKey, from_cose_key

TYP = "application/zp"
PREFIX = "ZP1:"
CHALLENGE_PREFIX = "ZC1:"
MAX_TEXT = 4296
SHOWN_SECONDS = 30
CLOCK_SKEW = 60
MAX_VERIFIER, MAX_PURPOSE = 64, 128
_CREDENTIAL, _TIME, _ANSWER = 1, 2, 3
_CHALLENGE = re.compile(r"ZC1:[0-9A-Z $%*+\-./:]+")


@dataclass(frozen=True, slots=True)
class Shown:
    """A well-formed presentation whose device signature has not been checked; ``time`` is in POSIX seconds."""

    message: cose.Sign1
    credential: bytes
    time: float
    answer: bytes | None


@dataclass(frozen=True, slots=True)
class Challenge:
    """A verifier's question: who asks, what for, and when (POSIX seconds)."""

    nonce: bytes
    verifier: str
    purpose: str
    time: float


def present(credential: str, device: SigningKey, now: int, challenge: str | None = None) -> str:
    """Return the text of a presentation, ``ZP1:…``, as the holder's phone makes it.

    Raises CredentialError ``claims`` when ``credential`` is no ``ZB1:`` text or ``challenge`` no ``ZC1:`` text.
    """
    if not credential.startswith("ZB1:"):
        raise CredentialError("claims", "not a credential")
    try:
        claims: dict[int, object] = {_TIME: now, _CREDENTIAL: base45.decode(credential[4:])}
    except Base45Error as error:
        raise CredentialError("claims", error.detail) from None
    if challenge is not None:
        claims[_ANSWER] = _answer(challenge)
        if claims[_ANSWER] is None:
            raise CredentialError("claims", "not a challenge")
    return PREFIX + base45.encode(cose.sign1(cbor.encode(claims), device, typ=TYP, kid=None))


def read(data: bytes) -> Shown:
    """Return the presentation in these bytes. Raises CoseError, or CredentialError ``claims``, when it is malformed."""
    message = cose.parse1(data, cwt=True)
    if message.unprotected or message.protected.get(cose.TYP) != TYP:
        raise CredentialError("claims", "not a presentation")
    try:
        claims = cbor.decode(message.payload)
    except CborError as error:
        raise CredentialError("claims", error.detail) from None
    if not isinstance(claims, dict):
        raise CredentialError("claims", "the payload is not a map")
    time, credential, answer = cbor.number(claims.get(_TIME)), claims.get(_CREDENTIAL), claims.get(_ANSWER)
    if time is None or not isinstance(credential, bytes):
        raise CredentialError("claims", "the credential or the time are missing")
    if _ANSWER in claims and not isinstance(answer, bytes):
        raise CredentialError("claims", "the answer is not bytes")
    return Shown(message, credential, time, answer if isinstance(answer, bytes) else None)


def judge(
    shown: Shown, confirmation: cbor.Value, now: float, challenge: str | None
) -> Literal["live", "genuine-copy", "forged"]:
    """Judge a presentation of a credential whose ``cnf`` claim is ``confirmation`` at ``now`` (POSIX seconds).

    ``forged``: not signed by the key that the credential names, or it names none. ``genuine-copy``: another answer
    than to ``challenge``, or, where none was given, out of the time window.
    """
    if not isinstance(confirmation, dict):
        return "forged"
    try:
        device = from_cose_key(confirmation.get(1))
    except KeyMaterialError:
        return "forged"
    if not shown.message.verified_by(device):
        return "forged"
    if challenge is not None:
        expected = _answer(challenge)
        return "live" if expected is not None and shown.answer == expected else "genuine-copy"
    in_window = shown.time - CLOCK_SKEW <= now <= shown.time + SHOWN_SECONDS + CLOCK_SKEW
    return "live" if in_window else "genuine-copy"


def new_challenge(verifier: str, purpose: str, now: int) -> str:
    """Return the text of a fresh challenge, ``ZC1:…``. Raises CredentialError ``claims`` for a missing or long name."""
    if not 1 <= len(verifier) <= MAX_VERIFIER or not 1 <= len(purpose) <= MAX_PURPOSE:
        raise CredentialError("claims", "a challenge names its verifier and its purpose, briefly")
    payload = {1: secrets.token_bytes(16), 2: verifier, 3: purpose, 4: now}
    return CHALLENGE_PREFIX + base45.encode(cbor.encode(payload))


def read_challenge(text: str) -> Challenge:
    """Return what a challenge says, for the holder to read. Raises CredentialError ``claims`` when it is malformed."""
    if _answer(text) is None:
        raise CredentialError("claims", "not a challenge")
    try:
        value = cbor.decode(base45.decode(text[4:]))
    except (Base45Error, CborError) as error:
        raise CredentialError("claims", error.detail) from None
    if isinstance(value, dict):
        nonce, verifier, purpose, time = value.get(1), value.get(2), value.get(3), cbor.number(value.get(4))
        if (
            isinstance(nonce, bytes)
            and len(nonce) == 16
            and isinstance(verifier, str)
            and 1 <= len(verifier) <= MAX_VERIFIER
            and isinstance(purpose, str)
            and 1 <= len(purpose) <= MAX_PURPOSE
            and time is not None
        ):
            return Challenge(nonce, verifier, purpose, time)
    raise CredentialError("claims", "a challenge holds nonce, verifier, purpose and time")


def _answer(challenge: str) -> bytes | None:
    if len(challenge) > MAX_TEXT or not _CHALLENGE.fullmatch(challenge):
        return None
    return hashlib.sha256(challenge.encode("ascii")).digest()[:16]
