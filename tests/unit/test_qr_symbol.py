"""QR symbols: module by module those of qrcode, and drawings that say the same."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode import QRCode, constants, util

from qr import symbol
from qr.base45 import ALPHABET
from qr.errors import SymbolError
from tests.scale import examples

LEVELS: dict[symbol.Level, int] = {
    "L": constants.ERROR_CORRECT_L,
    "M": constants.ERROR_CORRECT_M,
    "Q": constants.ERROR_CORRECT_Q,
    "H": constants.ERROR_CORRECT_H,
}


def reference(text: str, level: symbol.Level, mask: int) -> QRCode:
    code = QRCode(error_correction=LEVELS[level], mask_pattern=mask, border=0)
    code.add_data(util.QRData(text.encode(), mode=util.MODE_ALPHA_NUM))
    code.make()
    return code


def same(text: str, level: symbol.Level, mask: int) -> None:
    made, code = symbol.make(text, level, mask=mask), reference(text, level, mask)
    assert made.version == code.version
    assert made.modules == b"".join(b"1" if module else b"0" for row in code.modules for module in row)


@settings(max_examples=examples(3_000), deadline=None)
@given(
    st.text(ALPHABET, min_size=1, max_size=30),
    st.integers(1, 30),
    st.sampled_from(sorted(LEVELS)),
    st.integers(0, 7),
)
def test_the_symbol_is_the_one_that_qrcode_makes(text: str, times: int, level: symbol.Level, mask: int) -> None:
    same(text * times, level, mask)


@pytest.mark.parametrize(("length", "version"), [(20, 1), (21, 2), (600, 15), (601, 16), (970, 20), (3391, 40)])
def test_the_capacities_of_level_m_are_those_of_the_standard(length: int, version: int) -> None:
    assert symbol.smallest_version(length) == version
    same("A" * length, "M", 2)


def test_a_text_that_fits_no_symbol_or_alphabet_is_refused() -> None:
    for text, level, version, code in (
        ("A" * 3392, "M", None, "size"),
        ("A" * 601, "M", 15, "size"),
        ("a", "M", None, "alphabet"),
        ("", "M", None, "alphabet"),
        ("A\n", "M", None, "alphabet"),
    ):
        with pytest.raises(SymbolError) as refused:
            symbol.make(text, level, version)  # type: ignore[arg-type]
        assert refused.value.code == code


def test_the_png_shows_the_modules_and_a_light_quiet_zone() -> None:
    made = symbol.make("ZB1:HELLO WORLD")
    with Image.open(io.BytesIO(symbol.png(made, 3))) as image:
        image.load()
        side = made.size + 8
        assert image.size == (side * 3, side * 3)
        for y in range(side):
            for x in range(side):
                inside = 4 <= x < side - 4 and 4 <= y < side - 4
                dark = inside and made.row(y - 4)[x - 4 : x - 3] == b"1"
                assert image.getpixel((x * 3 + 1, y * 3 + 2)) == (0 if dark else 255)


def test_the_svg_draws_each_run_of_dark_modules_once() -> None:
    made = symbol.make("ZB1:HELLO WORLD")
    drawn = bytearray(b"0" * made.size * made.size)
    path = re.search(r'stroke="#000" d="([^"]+)"', symbol.svg(made))
    assert path is not None
    x, y = 0, 0
    for command, first in re.findall(r"([Mmh])(-?\d+)(?: [\d.]+)?", path[1]):
        if command == "M":
            x, y = 0, y + 1
        else:
            if command == "h":
                start = (y - 1) * made.size + x - 4
                drawn[start : start + int(first)] = b"1" * int(first)
            x += int(first)
    assert bytes(drawn) == made.modules
