"""Identifiers of people, bodies, places, items, cases and certificates: check, build, normalise.

Every ``check_*`` judges the canonical form only (upper case, ASCII, no blanks) and returns ``None`` or the code of the
first thing wrong; ``normalise_*`` turns what people type into that form. The twin is ``pwa/src/rules/identifiers.ts``.
"""

import os
import re
import secrets
import time
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Final, Literal

IdentifierError = Literal[
    "length",
    "alphabet",
    "birth-date",
    "check-character",
    "organisation-check",
    "province",
    "level",
    "root",
    "segments",
    "type",
    "issuer",
    "serial",
    "version",
    "format",
    "month",
]

USCC_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
QUERY_CODE_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CERTIFICATE_ROOT: Final = "1.2.156.3005.2."
CERTIFICATE_MAX_LENGTH: Final = 128
# GB/T 2260, and 99, which no real place has: the demo city's.
PROVINCES: Final = frozenset(
    {
        "11", "12", "13", "14", "15",
        "21", "22", "23",
        "31", "32", "33", "34", "35", "36", "37",
        "41", "42", "43", "44", "45", "46",
        "50", "51", "52", "53", "54",
        "61", "62", "63", "64", "65",
        "71", "81", "82", "99",
    }
)  # fmt: skip
_OLDEST_AGE: Final = 150
_MOD_11_2_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_USCC_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)


def parse_date(text: str) -> date | None:
    """The day that ``YYYY-MM-DD`` names, or None when it is no day of the Gregorian calendar, years 1 to 9999."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return None
    try:
        return date(int(text[:4]), int(text[5:7]), int(text[8:]))
    except ValueError:
        return None


def check_resident_id(text: str, today: date) -> IdentifierError | None:
    """A resident ID number: GB 11643, residence permits 81/82/83, permanent residence cards 9… and ABC + 12 digits.

    ``today`` bounds the birth date: not after it, not over 150 years before it. The county is not looked up: codes are
    abolished while their holders live on.
    """
    if len(text) == 15:
        if re.fullmatch(r"[A-Z]{3}[0-9]{12}", text):
            return None
        # Fifteen digits are the first-generation number, abolished in 2013.
        return "length" if re.fullmatch(r"[0-9]{15}", text) else "alphabet"
    if len(text) != 18:
        return "length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", text):
        return "alphabet"
    birth = parse_date(f"{text[6:10]}-{text[10:12]}-{text[12:14]}")
    if birth is None or birth > today:
        return "birth-date"
    if (birth.year + _OLDEST_AGE, birth.month, birth.day) < (today.year, today.month, today.day):
        return "birth-date"
    total = sum(int(digit) * weight for digit, weight in zip(text, _MOD_11_2_WEIGHTS, strict=False))
    return None if "10X98765432"[total % 11] == text[17] else "check-character"


def check_uscc(text: str) -> IdentifierError | None:
    """A unified social credit code (GB 32100), its organisation code (GB 11714, positions 9 to 17) included."""
    if len(text) != 18:
        return "length"
    if any(character not in USCC_ALPHABET for character in text) or not re.fullmatch(r"[0-9]{6}", text[2:8]):
        return "alphabet"
    total = sum(USCC_ALPHABET.index(character) * weight for character, weight in zip(text, _USCC_WEIGHTS, strict=False))
    if USCC_ALPHABET[-total % 31] != text[17]:
        return "check-character"
    total = sum(int(character, 36) * weight for character, weight in zip(text[8:], _ORGANISATION_WEIGHTS, strict=False))
    return None if "0123456789X"[-total % 11] == text[16] else "organisation-check"


def check_area_code(text: str) -> IdentifierError | None:
    """A division code: GB/T 2260 (6 digits), township (9) or village (12); zeros only right of the last used level."""
    if len(text) not in (6, 9, 12):
        return "length"
    if not re.fullmatch(r"[0-9]+", text):
        return "alphabet"
    if text[:2] not in PROVINCES:
        return "province"
    used = [int(level) > 0 for level in (text[2:4], text[4:6], text[6:9], text[9:12]) if level]
    return None if used == sorted(used, reverse=True) else "level"


def check_item_code(text: str) -> IdentifierError | None:
    """An item code of our own making: base 12 digits; implementation 31 = USCC, level 1-7, base; with serial 33."""
    if len(text) not in (12, 31, 33):
        return "length"
    if len(text) == 12:
        return None if re.fullmatch(r"[0-9]{12}", text) else "alphabet"
    if (fault := check_uscc(text[:18])) is not None:
        return fault
    if not re.fullmatch(r"[0-9]+", text[18:]):
        return "alphabet"
    return None if text[18] in "1234567" else "level"


def check_imported_item_code(text: str) -> IdentifierError | None:
    """An item code of another system: 1 to 55 letters, digits and hyphens."""
    if not 1 <= len(text) <= 55:
        return "length"
    return None if re.fullmatch(r"[0-9A-Za-z-]+", text) else "alphabet"


def certificate_check_character(stem: str) -> str:
    """The ISO/IEC 7064 MOD 37,36 character of ``stem`` (0-9A-Z, the segments joined without dots)."""
    product = 36
    for character in stem:
        product = 2 * ((product + int(character, 36)) % 36 or 36) % 37
    return "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[(37 - product) % 36]


def check_certificate_identifier(text: str) -> IdentifierError | None:
    """An electronic certificate identifier (GB/T 36904): root, type 21, issuer, serial, version 001-999, check."""
    if len(text) > CERTIFICATE_MAX_LENGTH:
        return "length"
    if not re.fullmatch(r"[0-9A-Z.]*", text):
        return "alphabet"
    if not text.startswith(CERTIFICATE_ROOT):
        return "root"
    segments = text[len(CERTIFICATE_ROOT) :].split(".")
    if len(segments) != 5:
        return "segments"
    kind, issuer, serial, version, check = segments
    if len(kind) != 21 or check_uscc(kind[:18]) is not None:
        return "type"
    if (check_area_code(issuer) if len(issuer) == 6 else check_uscc(issuer)) is not None:
        return "issuer"
    if not serial:
        return "serial"
    if not re.fullmatch(r"[0-9]{3}", version) or version == "000":
        return "version"
    return None if certificate_check_character("".join(segments[:4])) == check else "check-character"


def build_certificate_identifier(kind: str, issuer: str, serial: str, version: int) -> str:
    """The identifier of these segments with its check character; raises ValueError when they make no valid one."""
    stem = [kind, issuer, serial, f"{version:03d}"]
    if not re.fullmatch(r"[0-9A-Z]+", "".join(stem)):
        raise ValueError("a certificate identifier is made of 0-9 and A-Z")
    text = CERTIFICATE_ROOT + ".".join([*stem, certificate_check_character("".join(stem))])
    if (fault := check_certificate_identifier(text)) is not None:
        raise ValueError(f"not a certificate identifier ({fault}): {text}")
    return text


def _times_alpha(value: int, power: int = 1) -> int:
    """``value``·αᵖ in GF(32) = GF(2)[x]/(x⁵+x²+1), α = x."""
    for _ in range(power):
        value <<= 1
        if value & 32:
            value ^= 0b100101
    return value


def _syndrome(values: list[int]) -> int:
    total = 0
    for place, value in enumerate(values, start=1):
        total ^= _times_alpha(value, place)
    return total


def check_query_code(text: str) -> IdentifierError | None:
    """A query code: 8 characters of Crockford's alphabet with Σ αⁱ·vᵢ = 0, so every single error and swap is caught."""
    if len(text) != 8:
        return "length"
    if any(character not in QUERY_CODE_ALPHABET for character in text):
        return "alphabet"
    return None if _syndrome([QUERY_CODE_ALPHABET.index(character) for character in text]) == 0 else "check-character"


def new_query_code(random_bits: Callable[[int], int] = secrets.randbits) -> str:
    """A fresh query code: 35 random bits and the eighth character that makes it sum to zero."""
    bits = random_bits(35)
    values = [bits >> shift & 31 for shift in range(30, -1, -5)]
    # α³¹ = 1: dividing by α⁸ is multiplying by α²³.
    values.append(_times_alpha(_syndrome(values), 31 - 8))
    return "".join(QUERY_CODE_ALPHABET[value] for value in values)


def check_investment_project_code(text: str) -> IdentifierError | None:
    """A national investment project code, ``YYMM-RRRRRR-HH-LL-NNNNNN``; it has no check character."""
    if len(text) != 24:
        return "length"
    if not re.fullmatch(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}", text):
        return "format"
    return None if "01" <= text[2:4] <= "12" else "month"


def check_mobile(text: str) -> IdentifierError | None:
    """A mainland mobile number, 11 digits."""
    if len(text) != 11:
        return "length"
    return None if re.fullmatch(r"1[3-9][0-9]{9}", text) else "format"


def check_postcode(text: str) -> IdentifierError | None:
    """A postcode, 6 digits."""
    if len(text) != 6:
        return "length"
    return None if re.fullmatch(r"[0-9]{6}", text) else "format"


def check_bank_card(text: str) -> IdentifierError | None:
    """The number of a bank card, 12 to 19 digits with the check digit of ISO/IEC 7812 (Luhn)."""
    if not 12 <= len(text) <= 19:
        return "length"
    if not re.fullmatch(r"[0-9]+", text):
        return "alphabet"
    digits = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(text))]
    return None if sum(digit - 9 * (digit > 9) for digit in digits) % 10 == 0 else "check-character"


def check_phone(text: str) -> IdentifierError | None:
    """A number to call: mobile, landline with area code, 400/800, or a short service number such as 12345."""
    if not 3 <= len(text) <= 20:
        return "length"
    kinds = (
        r"1[3-9][0-9]{9}",
        r"0[0-9]{2,3}-?[0-9]{7,8}(-[0-9]{1,6})?",
        r"[48]00[0-9]{7}",
        r"12[0-9]{3}|9[0-9]{4,5}|1[12][0-9]",
    )
    return None if any(re.fullmatch(kind, text) for kind in kinds) else "format"


def build_case_number(implementation_code: str, day: date, serial: int) -> str:
    """The case number (办件编号): the implementation code, the day, the serial of that day in 4 or else 6 digits.

    Raises ValueError for an item code that is not 31 or 33 long or not valid, or a serial outside 1 to 999,999.
    """
    if len(implementation_code) not in (31, 33) or check_item_code(implementation_code) is not None:
        raise ValueError(f"not an implementation code: {implementation_code}")
    if not 1 <= serial <= 999_999:
        raise ValueError(f"a case serial is 1 to 999999, not {serial}")
    return f"{implementation_code[:31]}{day:%Y%m%d}{serial:0{4 if serial <= 9999 else 6}d}"


def check_case_number(text: str) -> IdentifierError | None:
    """A case number as ``build_case_number`` makes it: 43 characters, or 45 with a six-digit serial."""
    if len(text) not in (43, 45):
        return "length"
    if (fault := check_item_code(text[:31])) is not None:
        return fault
    if not re.fullmatch(r"[0-9]+", text[31:]):
        return "alphabet"
    return None if parse_date(f"{text[31:35]}-{text[35:37]}-{text[37:39]}") else "format"


def _folded(text: str) -> str:
    """Full-width forms made ASCII, upper case, without any blank."""
    return "".join(unicodedata.normalize("NFKC", text).upper().split())


def normalise_identifier(text: str) -> str:
    """What someone typed for an ID number, credit code, area or item code: half-width, upper case, no blanks."""
    return _folded(text)


def normalise_query_code(text: str) -> str:
    """What someone typed or heard for a query code: any case, O as 0, I and L as 1, blanks and hyphens dropped."""
    return re.sub(r"[-‐‑‒–—−]", "", _folded(text)).translate(str.maketrans("OIL", "011"))


def normalise_phone(text: str) -> str:
    """What someone typed for a phone: half-width, no blanks, brackets or +86; a mobile number also without hyphens."""
    plain = re.sub(r"[()]", "", _folded(text)).replace("‐", "-").replace("–", "-")
    plain = re.sub(r"^(?:\+86|0086)-?|^86(?=1[3-9])", "", plain)
    joined = plain.replace("-", "")
    return joined if check_mobile(joined) is None else plain


# Random parts of ids, drawn many at a time: each draw lets go of the interpreter's lock, and with database threads at
# work getting it back takes longer than all else that making an id does.
_drawn: list[int] = []
os.register_at_fork(after_in_child=_drawn.clear)


def _random_74_bits() -> int:
    try:
        return _drawn.pop()
    except IndexError:
        drawn = os.urandom(10 * 256)
        own, *others = (int.from_bytes(drawn[first : first + 10], "big") >> 6 for first in range(0, len(drawn), 10))
        _drawn.extend(others)
        return own


def new_id(now_milliseconds: int | None = None) -> str:
    """A UUIDv7 (RFC 9562) in lower-case text: later ones sort later, to the millisecond."""
    milliseconds = time.time_ns() // 1_000_000 if now_milliseconds is None else now_milliseconds
    random = _random_74_bits()
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | random >> 62 << 64 | 0b10 << 62 | random & (1 << 62) - 1
    digits = f"{value:032x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
