"""Pictures are judged by their bytes and shown only re-encoded."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from backend.files.pictures import PREVIEW_SIDE, judge, preview
from backend.files.refusals import FileFault


def encoded(form: str, size: tuple[int, int] = (60, 40), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode != "P" else 1).save(out, form, **options)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes whose header promises more pixels than memory has."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_is_a_jpeg(mode: str) -> None:
    picture = judge(encoded("JPEG", mode=mode))
    assert (picture.media_type, picture.width, picture.height) == ("image/jpeg", 60, 40)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "LA", "P", "1"])
def test_a_png_of_any_colour_kind_is_a_png_that_can_be_shown(mode: str) -> None:
    content = encoded("PNG", mode=mode) if mode not in ("LA", "1") else encoded_grey(mode)
    assert judge(content).media_type == "image/png"
    assert Image.open(io.BytesIO(preview(content))).format == "JPEG"


def encoded_grey(mode: str) -> bytes:
    out = io.BytesIO()
    Image.new("L", (60, 40), 128).convert(mode).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "file-type"),
        (b"just text", "file-type"),
        (b"%PDF-1.7\n", "file-damaged"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file-type"),
        (encoded("GIF", mode="P"), "file-type"),
        (b"\xff\xd8\xff\xe0 not really", "file-damaged"),
        (encoded("JPEG", (600, 400))[:-600], "file-damaged"),
        (encoded("PNG")[:-20], "file-damaged"),
        (bomb(50_000, 50_000), "file-pixels"),
        (bomb(1, 40_000), "file-pixels"),
        (bomb(9000, 9000), "file-pixels"),
    ],
)
def test_what_is_no_whole_picture_is_refused_with_its_fault(content: bytes, fault: str) -> None:
    with pytest.raises(FileFault) as caught:
        judge(content)
    assert caught.value.fault == fault


def test_a_preview_is_small_upright_and_says_nothing_of_where_it_was_taken() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x010F] = "Maker of the phone"
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    content = encoded("JPEG", (4000, 2000), exif=exif)
    shown = Image.open(io.BytesIO(preview(content)))
    assert shown.size == (PREVIEW_SIDE // 2, PREVIEW_SIDE)
    assert not shown.getexif()
    assert b"Maker" not in preview(content)


def test_what_follows_the_picture_in_the_file_is_not_in_the_preview() -> None:
    assert b"<script>" not in preview(encoded("JPEG") + b"<script>alert(1)</script>")
