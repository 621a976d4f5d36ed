"""QR symbols (ISO/IEC 18004) of alphanumeric text, with a fixed mask, as SVG or PNG.

The tables are qrcode's own, compiled once for each version, level and mask into one gather: the same symbol that
qrcode draws for that mask, module by module. A symbol is never inverted and always keeps its quiet zone.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Literal, TypeAlias

from qrcode import LUT, QRCode, base, constants, util

from qr.base45 import ALPHABET
from qr.errors import SymbolError

Level: TypeAlias = Literal["L", "M", "Q", "H"]

QUIET_ZONE = 4
_LEVELS = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}
_MODE = format(util.MODE_ALPHA_NUM, "04b")
_TEXT = re.compile(r"[0-9A-Z $%*+\-./:]+")
_PAIRS = {a + b: format(45 * i + j, "011b") for i, a in enumerate(ALPHABET) for j, b in enumerate(ALPHABET)}
_PAIRS.update({a: format(i, "06b") for i, a in enumerate(ALPHABET)})
_FLIP = bytes.maketrans(b"01", b"10")
_RUNS = re.compile(rb"1+")
_MAX_SCALE = 64


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol without its quiet zone: ``modules`` holds size x size bytes, row by row, ``b"1"`` for dark."""

    version: int
    size: int
    modules: bytes

    def row(self, index: int) -> bytes:
        """Return one row of modules."""
        return self.modules[index * self.size : (index + 1) * self.size]


def make(text: str, level: Level = "M", version: int | None = None, mask: int = 2) -> Symbol:
    """Return the symbol of a text in the alphanumeric alphabet, in the smallest version that holds it by default.

    ``mask`` is 0 to 7. Raises SymbolError: ``alphabet``, or ``size`` when the text does not fit.
    """
    if not _TEXT.fullmatch(text):
        raise SymbolError("alphabet", "the text is empty or has characters outside the alphanumeric alphabet")
    fitting = smallest_version(len(text), level)
    if version is None:
        version = fitting
    elif version < fitting:
        raise SymbolError("size", f"{len(text)} characters need version {fitting}-{level}")
    layout = _layout(version, _LEVELS[level], mask)
    count = format(len(text), f"0{util.length_in_bits(util.MODE_ALPHA_NUM, version)}b")
    body = "".join([_PAIRS[text[i : i + 2]] for i in range(0, len(text), 2)])
    return Symbol(version, version * 4 + 17, layout.draw(_MODE + count + body))


def smallest_version(length: int, level: Level = "M") -> int:
    """Return the smallest version, 1 to 40, that holds so many alphanumeric characters. Raises SymbolError ``size``."""
    bits = 4 + length // 2 * 11 + length % 2 * 6
    for version in range(1, 41):
        limit = util.BIT_LIMIT_TABLE[_LEVELS[level]][version]
        if bits + util.length_in_bits(util.MODE_ALPHA_NUM, version) <= limit:
            return version
    raise SymbolError("size", f"{length} characters fit no symbol of level {level}")


def svg(symbol: Symbol) -> str:
    """Return the symbol with its quiet zone as an SVG document, one unit a module."""
    side = symbol.size + 2 * QUIET_ZONE
    parts: list[str] = []
    for y in range(symbol.size):
        at = -QUIET_ZONE
        parts.append(f"M0 {y + QUIET_ZONE}.5")
        for run in _RUNS.finditer(symbol.row(y)):
            start, end = run.span()
            parts.append(f"m{start - at} 0h{end - start}")
            at = end
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path stroke="#000" d="{"".join(parts)}"/></svg>'
    )


def png(symbol: Symbol, scale: int = 8) -> bytes:
    """Return the symbol with its quiet zone as a one-bit PNG, ``scale`` (1 to 64) pixels a module.

    Raises SymbolError ``size`` for another scale.
    """
    if not 1 <= scale <= _MAX_SCALE:
        raise SymbolError("size", f"a module has 1 to {_MAX_SCALE} pixels")
    side = (symbol.size + 2 * QUIET_ZONE) * scale
    width = (side + 7) // 8
    light = b"\x00" + b"\xff" * width
    edge = "1" * (QUIET_ZONE * scale)
    wide = {48: "1" * scale, 49: "0" * scale}
    rows = [light * (QUIET_ZONE * scale)]
    for y in range(symbol.size):
        pixels = edge + symbol.row(y).decode("ascii").translate(wide) + edge
        line = int(pixels.ljust(width * 8, "1"), 2).to_bytes(width)
        rows.append((b"\x00" + line) * scale)
    rows.append(rows[0])
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows), 1)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the bits of one version, level and mask go."""

    data_bits: int
    blocks: tuple[tuple[int, int], ...]
    correction: int
    total: int
    gather: Callable[[bytes], tuple[int, ...]]

    def draw(self, bits: str) -> bytes:
        """Return the modules of a bit stream that has no terminator and padding yet."""
        bits += "0" * min(4, self.data_bits - len(bits))
        bits += "0" * (-len(bits) % 8)
        missing = (self.data_bits - len(bits)) // 8
        data = int(bits, 2).to_bytes(len(bits) // 8) + (b"\xec\x11" * (missing // 2 + 1))[:missing]
        stream = format(int.from_bytes(self.interleaved(data)), f"0{self.total * 8}b").encode("ascii")
        return bytes(self.gather(stream + stream.translate(_FLIP) + b"01"))

    def interleaved(self, data: bytes) -> bytes:
        """Return data and correction codewords in the order in which they are placed."""
        generator = _generator(self.correction)
        top = 8 * (self.correction - 1)
        low = (1 << top) - 1
        pieces = []
        for start, end in self.blocks:
            piece = data[start:end]
            remainder = 0
            for byte in piece:
                remainder = ((remainder & low) << 8) ^ generator[byte ^ (remainder >> top)]
            pieces.append((piece, remainder.to_bytes(self.correction)))
        result = bytearray(self.total)
        at = 0
        for column in range(max(end - start for start, end in self.blocks)):
            for piece, _ in pieces:
                if column < len(piece):
                    result[at] = piece[column]
                    at += 1
        for column, (_, correction) in enumerate(pieces):
            result[at + column :: len(pieces)] = correction
        return bytes(result)


@lru_cache(maxsize=16)
def _generator(correction: int) -> list[int]:
    """Return each byte times the generator polynomial without its first term, as big numbers: 256 of them."""
    polynomial = LUT.rsPoly_LUT.get(correction)
    if polynomial is None:
        product = base.Polynomial([1], 0)
        for power in range(correction):
            product = product * base.Polynomial([1, base.gexp(power)], 0)
        polynomial = product.num
    logs = [base.glog(term) for term in polynomial[1:]]
    products = [0]
    for byte in range(1, 256):
        products.append(int.from_bytes(bytes(base.gexp(log + base.glog(byte)) for log in logs)))
    return products


class _Blank(QRCode):
    """qrcode's symbol of no data at all, which also remembers the order in which modules are filled."""

    def map_data(self, data: object, mask_pattern: int) -> None:
        self.order: list[tuple[int, int]] = []
        row, step, last = self.modules_count - 1, -1, self.modules_count - 1
        for right in range(last, 0, -2):
            column = right - 1 if right <= 6 else right
            while 0 <= row <= last:
                self.order += [(row, c) for c in (column, column - 1) if self.modules[row][c] is None]
                row += step
            row, step = row - step, -step
        super().map_data(data, mask_pattern)


@lru_cache(maxsize=32)
def _layout(version: int, level: int, mask: int) -> _Layout:
    blank = _Blank(version=version, error_correction=level, mask_pattern=mask, border=0)
    blank.data_cache = []
    blank.makeImpl(False, mask)
    blocks = base.rs_blocks(version, level)
    total = sum(block.total_count for block in blocks)
    spans, start = [], 0
    for block in blocks:
        spans.append((start, start + block.data_count))
        start += block.data_count
    # The source of the gather: the bits, the same bits flipped by the mask, then a constant 0 and a constant 1.
    bits = total * 8
    places = [2 * bits + bool(module) for row in blank.modules for module in row]
    for index, (row, column) in enumerate(blank.order[:bits]):
        places[row * blank.modules_count + column] = index + (bits if blank.modules[row][column] else 0)
    correction = blocks[0].total_count - blocks[0].data_count
    return _Layout(start * 8, tuple(spans), correction, total, itemgetter(*places))
