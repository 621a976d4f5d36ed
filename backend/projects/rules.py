"""The code of an investment project (standards §2.5): how it is made, written and judged. Pure.

`YYMM-RRRRRR-HH-LL-NNNNNN`: year and month, division, industry, kind, serial. It has no check digit.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final, Literal

CodeError = Literal["format", "month"]
SERIAL_DIGITS: Final = 6
_CODE = re.compile(r"[0-9]{4}-[0-9]{6}-[0-9]{2}-[0-9]{2}-[0-9]{6}")
_LENGTHS: Final = (4, 6, 2, 2, 6)
_BETWEEN = re.compile(r"[\s‐-―−﹣－-]+")


def normalise_code(text: str) -> str:
    """What people type or paste as a code in the form that is stored: 20 digits with hyphens in their places.

    Anything that is not 20 digits comes back without blanks around it, for `check_code` to refuse.
    """
    plain = _BETWEEN.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{20}", plain):
        return text.strip()
    parts, at = [], 0
    for length in _LENGTHS:
        parts.append(plain[at : at + length])
        at += length
    return "-".join(parts)


def check_code(code: str) -> CodeError | None:
    """The first thing wrong with the shape of a code, or None."""
    if not _CODE.fullmatch(code):
        return "format"
    return None if 1 <= int(code[2:4]) <= 12 else "month"


def stem_of(day: date, division: str, industry: str, kind: str) -> str:
    """A code up to its serial, with the hyphen before it: what the serial is counted by."""
    return f"{day:%y%m}-{division}-{industry}-{kind}-"
