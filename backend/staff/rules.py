"""What a staff password must be, and how the codes of a second factor (TOTP, RFC 6238) are judged: no I/O, no clock."""

from __future__ import annotations

import hmac
import string
import unicodedata
from typing import Literal

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

TOTP_SECONDS = 30
TOTP_DIGITS = 6
TOTP_SECRET_BYTES = 20
_LONGEST_PASSWORD = 128
# The beginnings of what people choose when three kinds of characters are asked for.
_COMMON = ("password", "passw0rd", "p@ssw0rd", "qwerty", "admin", "welcome", "abc123", "iloveyou", "zhangban", "1q2w3e")

Weakness = Literal["too-short", "too-long", "too-uniform", "holds-number", "common", "used-before"]


def password_weakness(password: str, number: str, *, shortest: int) -> Weakness | None:
    """Why a password may not be taken, or None: length in characters, three of four kinds, not the staff number.

    Graded protection level 3 (GB/T 22239-2019 8.1.4.1) asks for at least 8 characters of several kinds.
    """
    if len(password) < shortest:
        return "too-short"
    if len(password) > _LONGEST_PASSWORD:
        return "too-long"
    kinds = (
        any(each in string.ascii_lowercase for each in password),
        any(each in string.ascii_uppercase for each in password),
        any(each in string.digits for each in password),
        any(not each.isascii() or each in string.punctuation + " " for each in password),
    )
    if sum(kinds) < 3 or len(set(password)) < shortest // 2:
        return "too-uniform"
    folded = password.casefold()
    if number.casefold() in folded:
        return "holds-number"
    return "common" if any(word in folded for word in _COMMON) else None


def normalise_password(password: str) -> str:
    """One spelling of a password, whatever keyboard it was typed on (NFKC, RFC 8265 §4.2)."""
    return unicodedata.normalize("NFKC", password)


def normalise_number(number: str) -> str:
    """A staff number as it is stored: upper case, without blanks."""
    return "".join(number.split()).upper()


def step_of(now: int) -> int:
    """The time step of an instant in milliseconds."""
    return now // 1000 // TOTP_SECONDS


def totp_code(secret: bytes, step: int) -> str:
    """The code of a step."""
    return TOTP(secret, TOTP_DIGITS, SHA1(), TOTP_SECONDS).generate(step * TOTP_SECONDS).decode()  # noqa: S303  # nosec B303


def accepted_step(secret: bytes, code: str, now: int, last_step: int) -> int | None:
    """The step whose code was given: this one or a neighbour, and later than any used before; None when there is none.

    All candidates are compared whatever the outcome, so that the time taken tells nothing.
    """
    found = None
    given = "".join(code.split())
    for step in range(step_of(now) - 1, step_of(now) + 2):
        same = hmac.compare_digest(totp_code(secret, step).encode(), given.encode())
        if same and step > last_step:
            found = step
    return found
