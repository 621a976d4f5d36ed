"""Separated powers and places of staff: pure rules."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable
from typing import Literal
from urllib.parse import quote, urlencode

import msgspec

from backend.identity.permissions import ADMINISTRATORS
from backend.staff import rules

LOCKED_FOR_GOOD = 253_402_300_799_000
"""Until the year 9999 (milliseconds): locked until an administrator unlocks it."""
PASSWORD_LENGTH = 16
# Without what is mistaken for another character when read from paper.
_LETTERS, _CAPITALS, _DIGITS = "abcdefghijkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789"
# District, street and community codes; four digits are a whole city.
_DIVISION = re.compile(r"\d{4}(\d{2}(\d{3}(\d{3})?)?)?", re.ASCII)

RolesFault = Literal["separated", "repeated"]


def roles_fault(roles: Iterable[str]) -> RolesFault | None:
    """Why nobody may have just these roles: one is named twice, or an administrator's stands beside another."""
    given = list(roles)
    if len(set(given)) != len(given):
        return "repeated"
    return "separated" if len(given) > 1 and not ADMINISTRATORS.isdisjoint(given) else None


def administrator_kind(roles: Iterable[str]) -> str | None:
    """Which administrator somebody with these roles is, if any."""
    return next(iter(ADMINISTRATORS.intersection(roles)), None)


def is_division(code: str, streets: Iterable[str]) -> bool:
    """Whether a code is the beginning of a division in which there are streets."""
    return _DIVISION.fullmatch(code) is not None and any(street.startswith(code) for street in streets)


def first_password(number: str, choose: Callable[[str], str] = secrets.choice) -> str:
    """A random password that meets every rule: 16 characters, of at least 88 bits."""
    while True:
        password = "".join(choose(_LETTERS + _CAPITALS + _DIGITS) for _ in range(PASSWORD_LENGTH))
        if rules.password_weakness(password, number, shortest=PASSWORD_LENGTH) is None:
            return password


def totp_uri(number: str, secret: str) -> str:
    """What an authenticator app reads from a QR code (Key Uri Format)."""
    issuer = "掌上办"
    told = urlencode({"secret": secret, "issuer": issuer, "digits": rules.TOTP_DIGITS, "period": rules.TOTP_SECONDS})
    return f"otpauth://totp/{quote(issuer)}:{quote(number)}?{told}"


def place_in_words(roles: str, department: str, division: str | None) -> str:
    """A place as the audit trail keeps it; `roles` is JSON text."""
    named = ",".join(msgspec.json.decode(roles, type=list[str])) or "-"
    return f"{named} @{department}{f'/{division}' if division else ''}"
