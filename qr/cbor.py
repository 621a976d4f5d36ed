"""The CBOR subset of docs/formats.md, RFC 8949, strict and bounded.

An own reader rather than cbor2, because the phone must refuse exactly what the server refuses: cbor2 turns tags into
dates, sets and big numbers, and its answer to hostile input is its own.
"""

import math
import struct
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from qr.errors import CborError

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 16
MAX_ITEMS = 65_536
MAX_SAFE_INTEGER = 2**53 - 1

Value: TypeAlias = "bool | int | float | str | bytes | list[Value] | dict[int | str, Value] | None"


def decode(data: bytes, *, foreign: bool = False) -> Value:
    """Read exactly one item.

    ``foreign`` is for payloads that others wrote: it unwraps tags and takes indefinite lengths.
    Raises CborError for everything outside the subset, and for bytes after the item.
    """
    if len(data) > MAX_BYTES:
        raise CborError(f"{len(data)} bytes are more than {MAX_BYTES}")
    reader = _Reader(data, foreign)
    value = reader.item(0)
    if reader.position != len(data):
        raise CborError("bytes follow the item")
    return value


def split_tag(data: bytes) -> tuple[int | None, bytes]:
    """Return the number of the tag that ``data`` starts with, or None, and what stands under it.

    Raises CborError when the tag itself is cut off.
    """
    if not data or data[0] >> 5 != 6:
        return None, data
    reader = _Reader(data, False)
    number = reader.argument(reader.take(1)[0] & 31)
    return number, data[reader.position :]


class _Reader:
    __slots__ = ("data", "foreign", "items", "position")

    def __init__(self, data: bytes, foreign: bool) -> None:
        self.data = data
        self.foreign = foreign
        self.position = 0
        self.items = 0

    def take(self, length: int) -> bytes:
        start = self.position
        end = start + length
        if end > len(self.data):
            raise CborError("the bytes end too early")
        self.position = end
        return self.data[start:end]

    def argument(self, info: int) -> int:
        if info < 24:
            return info
        if info > 27:
            raise CborError("a reserved or indefinite length")
        return int.from_bytes(self.take(1 << (info - 24)))

    def at_break(self) -> bool:
        if self.data[self.position : self.position + 1] != b"\xff":
            return False
        self.position += 1
        return True

    def item(self, depth: int) -> Value:
        if depth > MAX_DEPTH:
            raise CborError(f"more than {MAX_DEPTH} nested containers")
        self.items += 1
        if self.items > MAX_ITEMS:
            raise CborError(f"more than {MAX_ITEMS} items")
        initial = self.take(1)[0]
        major, info = initial >> 5, initial & 31
        if major == 7:
            return self.simple(info)
        if info == 31 and self.foreign and 2 <= major <= 5:
            return self.indefinite(major, depth)
        argument = self.argument(info)
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 2:
            return self.take(argument)
        if major == 3:
            return self.text(argument)
        if major == 6:
            if not self.foreign:
                raise CborError("a tag")
            return self.item(depth + 1)
        if argument > len(self.data) - self.position:
            raise CborError("a container longer than the bytes")
        if major == 4:
            return [self.item(depth + 1) for _ in range(argument)]
        pairs: dict[int | str, Value] = {}
        for _ in range(argument):
            self.pair(pairs, depth)
        return pairs

    def text(self, length: int) -> str:
        try:
            return self.take(length).decode("utf-8")
        except UnicodeDecodeError:
            raise CborError("text that is not UTF-8") from None

    def pair(self, pairs: dict[int | str, Value], depth: int) -> None:
        key = self.item(depth + 1)
        if isinstance(key, bool) or not isinstance(key, int | str):
            raise CborError("a map key that is neither integer nor text")
        if key in pairs:
            raise CborError("a map key stands twice")
        pairs[key] = self.item(depth + 1)

    def indefinite(self, major: int, depth: int) -> Value:
        if major == 4:
            items: list[Value] = []
            while not self.at_break():
                items.append(self.item(depth + 1))
            return items
        if major == 5:
            pairs: dict[int | str, Value] = {}
            while not self.at_break():
                self.pair(pairs, depth)
            return pairs
        chunks: list[bytes] = []
        texts: list[str] = []
        while not self.at_break():
            initial = self.take(1)[0]
            if initial >> 5 != major:
                raise CborError("a chunk of another type")
            length = self.argument(initial & 31)
            if major == 2:
                chunks.append(self.take(length))
            else:
                texts.append(self.text(length))
        return b"".join(chunks) if major == 2 else "".join(texts)

    def simple(self, info: int) -> Value:
        if info == 20:
            return False
        if info == 21:
            return True
        if info == 22:
            return None
        if 25 <= info <= 27:
            form = (">e", ">f", ">d")[info - 25]
            number: float = struct.unpack(form, self.take(1 << (info - 24)))[0]
            if math.isfinite(number):
                return number
            raise CborError("a number that is not finite")
        raise CborError("a simple value outside the subset")


def encode(value: object) -> bytes:
    """Write one item deterministically (RFC 8949 §4.2.1; floats always in 64 bits).

    Raises CborError for a value outside the subset, an integer beyond 64 bits or too deep a nesting.
    """
    parts: list[bytes] = []
    _write(value, parts, 0)
    return b"".join(parts)


def head(major: int, argument: int) -> bytes:
    """Return the initial bytes of an item: major type 0 to 7 with its argument, in the shortest form."""
    if argument < 24:
        return bytes((major << 5 | argument,))
    for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes((major << 5 | info,)) + argument.to_bytes(size)
    raise CborError("an integer beyond 64 bits")


def _write(value: object, parts: list[bytes], depth: int) -> None:
    if depth > MAX_DEPTH:
        raise CborError(f"more than {MAX_DEPTH} nested containers")
    if value is None or isinstance(value, bool):
        parts.append(b"\xf6" if value is None else b"\xf5" if value else b"\xf4")
    elif isinstance(value, int):
        parts.append(head(0, value) if value >= 0 else head(1, -1 - value))
    elif isinstance(value, bytes):
        parts.append(head(2, len(value)) + value)
    elif isinstance(value, str):
        try:
            text = value.encode("utf-8")
        except UnicodeEncodeError:
            raise CborError("text with a lone surrogate") from None
        parts.append(head(3, len(text)) + text)
    elif isinstance(value, float) and math.isfinite(value):
        parts.append(b"\xfb" + struct.pack(">d", value))
    elif isinstance(value, Mapping):
        if any(isinstance(key, bool) or not isinstance(key, int | str) for key in value):
            raise CborError("a map key that is neither integer nor text")
        parts.append(head(5, len(value)))
        for key, entry in sorted(((encode(key), entry) for key, entry in value.items()), key=lambda pair: pair[0]):
            parts.append(key)
            _write(entry, parts, depth + 1)
    elif isinstance(value, Sequence):
        parts.append(head(4, len(value)))
        for entry in value:
            _write(entry, parts, depth + 1)
    else:
        raise CborError(f"a value of type {type(value).__name__}")


def number(value: Value) -> float | None:
    """Return an integer within ±(2^53 - 1) or a float, such as a NumericDate; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return None if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER else value


def as_json(value: Value) -> object:
    """Return a decoded payload as JSON: integer keys as decimal text, bytes as lower-case hex.

    Raises CborError for a number outside ±(2^53 - 1), or two keys that would read the same.
    """
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, int | float) and abs(value) > MAX_SAFE_INTEGER:
        raise CborError("a number beyond 2^53 - 1")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        result = {str(as_json(key)): as_json(entry) for key, entry in value.items()}
        if len(result) != len(value):
            raise CborError("an integer key and a text key read the same")
        return result
    return value
