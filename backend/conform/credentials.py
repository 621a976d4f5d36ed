"""The conformance operations on base45, COSE, credentials and status lists: docs/conformance.md."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeAlias

from backend.conform.errors import BadRequest
from qr import base45, cose, credential, keys, status_list
from qr.errors import KeyMaterialError, QrError
from qr.trust import TrustedKey

Request: TypeAlias = dict[str, object]
Reply: TypeAlias = dict[str, object]

MAX_TRUST = 10_000
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,18}")
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,18})?(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


def base45_decode(request: Request) -> Reply:
    """``base45.decode``: text to hex."""
    return _answer(lambda: {"out": base45.decode(_text(request, "in")).hex()})


def base45_encode(request: Request) -> Reply:
    """``base45.encode``: hex to text."""
    return {"ok": True, "out": base45.encode(_bytes(request, "in"))}


def cose_verify1(request: Request) -> Reply:
    """``cose.verify1``: the payload of a COSE_Sign1 that ``key`` signed."""
    data, aad = _bytes(request, "in"), _bytes(request, "aad") if request.get("aad") is not None else b""
    jwk = _object(request.get("key"), "key")
    return _answer(lambda: {"out": cose.verify1(data, keys.from_jwk(jwk), aad).hex()})


def credential_verify(request: Request) -> Reply:
    """``credential.verify``: verdict, stage and claims of a text at ``now``."""
    text, now = _text(request, "text"), instant(_text(request, "now"))
    profile = request.get("profile", "zb")
    if profile != "zb" and profile != "dcc":
        raise BadRequest("profile is neither zb nor dcc")
    entries = request.get("trust")
    if not isinstance(entries, list) or len(entries) > MAX_TRUST:
        raise BadRequest("trust is not a list of at most 10,000 keys")
    trust = [key for key in (_trusted(entry, profile) for entry in entries) if key is not None]
    challenge = _text(request, "challenge") if request.get("challenge") is not None else None
    status = _status(request["status"]) if request.get("status") is not None else None
    outcome = credential.verify(text, trust, now, profile=profile, status=status, challenge=challenge)
    return {"ok": True, "verdict": outcome.verdict, "stage": outcome.stage, "claims": outcome.claims}


def credential_issue(request: Request) -> Reply:
    """``credential.issue``: the text of a credential; a missing ``cti`` is drawn."""
    jwk, kid = _object(request.get("key"), "key"), _bytes(request, "kid")
    given = _object(request.get("claims"), "claims")
    if not all(_INTEGER.fullmatch(name) for name in given):
        raise BadRequest("a claim key is not an integer in decimal text")
    claims: dict[int, object] = {int(name): _claim(int(name), value) for name, value in given.items()}
    claims.setdefault(credential.CTI, credential.new_cti())
    return _answer(lambda: {"out": credential.issue(claims, keys.signing_key(jwk), kid)})


def status_get(request: Request) -> Reply:
    """``status.get``: the value at an index of a status list."""
    data, bits, index = (
        _bytes(request, "list"),
        _integer(request.get("bits"), "bits"),
        _integer(request.get("index"), "index"),
    )
    if bits not in (1, 2, 4, 8):
        raise BadRequest("bits is not 1, 2, 4 or 8")
    return _answer(lambda: {"value": status_list.get(data, bits, index)})


OPERATIONS: dict[str, Callable[[Request], Reply]] = {
    "base45.decode": base45_decode,
    "base45.encode": base45_encode,
    "cose.verify1": cose_verify1,
    "credential.issue": credential_issue,
    "credential.verify": credential_verify,
    "status.get": status_get,
}


def instant(text: str) -> float:
    """Return an RFC 3339 instant in POSIX seconds. Raises BadRequest.

    A fraction is kept within a microsecond of the whole seconds around it, so that rounding to a double never moves it
    onto a second or across one.
    """
    match = _INSTANT.fullmatch(text)
    if not match:
        raise BadRequest("not an RFC 3339 instant")
    year, month, day, hour, minute, second = (int(match[group]) for group in range(1, 7))
    offset_hour, offset_minute = int(match[9] or 0), int(match[10] or 0)
    if hour > 23 or minute > 59 or second > 60 or offset_hour > 23 or offset_minute > 59:
        raise BadRequest("not an RFC 3339 instant")
    try:
        days = date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()
    except ValueError:
        raise BadRequest("not a day of the calendar") from None
    offset = (offset_hour * 60 + offset_minute) * (-60 if match[8] == "-" else 60)
    whole = days * 86400 + hour * 3600 + minute * 60 + second - offset
    fraction = float("0" + match[7]) if match[7] else 0.0
    return whole + min(max(fraction, 1e-6), 0.999999) if fraction else float(whole)


def _answer(work: Callable[[], Reply]) -> Reply:
    try:
        return {"ok": True, **work()}
    except QrError as error:
        return {"ok": False, "error": error.code, "detail": error.detail}


def _text(request: Mapping[str, object], name: str) -> str:
    value = request.get(name)
    if not isinstance(value, str):
        raise BadRequest(f"{name} is not text")
    return value


def _bytes(request: Mapping[str, object], name: str) -> bytes:
    text = _text(request, name)
    if not _HEX.fullmatch(text):
        raise BadRequest(f"{name} is not lower-case hex")
    return bytes.fromhex(text)


def _object(value: object, name: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise BadRequest(f"{name} is not an object")
    return value


def _number(value: object, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= 2**53 - 1:
        raise BadRequest(f"{name} is not a number within 2^53")
    return value


def _integer(value: object, name: str) -> int:
    number = _number(value, name)
    if not math.floor(number) == number:
        raise BadRequest(f"{name} is not an integer")
    return int(number)


def _trusted(value: object, profile: str) -> TrustedKey | None:
    entry = _object(value, "a trusted key")
    kid, usage = _bytes(entry, "kid"), entry.get("usage")
    if isinstance(usage, str):
        usage = list(usage) if profile == "dcc" else [usage]
    if usage is not None and not (isinstance(usage, list) and all(isinstance(item, str) for item in usage)):
        raise BadRequest("usage is neither text nor a list of texts")
    certificate = _text(entry, "x509") if entry.get("jwk") is None else None
    jwk = _object(entry["jwk"], "jwk") if certificate is None else {}
    try:
        public = keys.from_jwk(jwk) if certificate is None else keys.from_x509(certificate)
    except KeyMaterialError:
        return None
    return TrustedKey(kid, public, None if usage is None else frozenset(usage))


def _status(value: object) -> status_list.StatusList:
    entry = _object(value, "status")
    bits = _integer(entry.get("bits"), "bits")
    if bits not in (1, 2, 4, 8):
        raise BadRequest("bits is not 1, 2, 4 or 8")
    age, max_age = _number(entry.get("age"), "age"), _number(entry.get("max_age"), "max_age")
    return status_list.StatusList(_text(entry, "uri"), bits, _bytes(entry, "list"), age, max_age)


def _claim(key: int, value: object) -> object:
    if key == credential.CTI:
        return _bytes({"cti": value}, "cti")
    if key == credential.CNF:
        confirmation = _object(value, "cnf")
        device = _object(confirmation.get("1"), "the key in cnf")
        return {1: {int(name): _key_member(name, part) for name, part in device.items() if _INTEGER.fullmatch(name)}}
    return _plain(value, 0)


def _key_member(name: str, value: object) -> object:
    return _bytes({name: value}, name) if isinstance(value, str) else _plain(value, 0)


def _plain(value: object, depth: int) -> object:
    if depth > 16:
        raise BadRequest("claims are nested too deeply")
    if isinstance(value, dict):
        return {
            int(name) if _INTEGER.fullmatch(name) else name: _plain(part, depth + 1) for name, part in value.items()
        }
    if isinstance(value, list):
        return [_plain(part, depth + 1) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
