"""Base45, RFC 9285. The encoding is one to one: every text that decodes is the encoding of what it decodes to."""

import re
import struct

from qr.errors import Base45Error

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_ALLOWED = re.compile(r"[0-9A-Z $%*+\-./:]*")
_TO_DIGIT = bytes.maketrans(ALPHABET.encode(), bytes(range(45)))
_TRIPLES = [ALPHABET[n % 45] + ALPHABET[n // 45 % 45] + ALPHABET[n // 2025] for n in range(65536)]


def encode(data: bytes) -> str:
    """Return the base45 text of ``data``."""
    pairs = struct.unpack(f">{len(data) // 2}H", data[: len(data) & ~1])
    text = "".join([_TRIPLES[pair] for pair in pairs])
    return text + _TRIPLES[data[-1]][:2] if len(data) & 1 else text


def decode(text: str) -> bytes:
    """Return the bytes of a base45 text.

    Raises Base45Error: ``alphabet`` for a foreign character, ``length`` for a lone last character, ``overflow`` for
    three characters above 65535 or two above 255.
    """
    if not _ALLOWED.fullmatch(text):
        raise Base45Error("alphabet", "a character is outside the base45 alphabet")
    rest = len(text) % 3
    if rest == 1:
        raise Base45Error("length", "one character is left over")
    digits = text.encode("ascii").translate(_TO_DIGIT)
    whole = len(digits) - rest
    first, second, third = digits[0:whole:3], digits[1:whole:3], digits[2:whole:3]
    values = [a + 45 * b + 2025 * c for a, b, c in zip(first, second, third, strict=True)]
    if values and max(values) > 0xFFFF:
        raise Base45Error("overflow", "three characters stand for more than 65535")
    data = struct.pack(f">{len(values)}H", *values)
    if rest:
        last = digits[-2] + 45 * digits[-1]
        if last > 0xFF:
            raise Base45Error("overflow", "the last two characters stand for more than 255")
        data += bytes((last,))
    return data
