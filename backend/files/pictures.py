"""Judges a picture by its bytes and makes the preview that is shown instead of it.

What residents send is never given back as it came: a preview is decoded and encoded anew, so neither a script hidden in
a file nor the place in its metadata reaches anyone.
"""

from __future__ import annotations

import io
import warnings
from typing import Literal

import msgspec
from PIL import Image, ImageOps

PIXEL_LIMIT = 50_000_000
SIDE_LIMIT = 30_000
PREVIEW_SIDE = 1600
PREVIEW_QUALITY = 82

Fault = Literal["file-type", "file-damaged", "file-pixels"]
_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


class PictureRefused(ValueError):
    """The bytes are no picture we take; `fault` is stable."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


class Picture(msgspec.Struct, frozen=True):
    """What a judged picture really is; width and height in pixels, before any rotation its metadata asks for."""

    media_type: str
    width: int
    height: int


def judge(content: bytes) -> Picture:
    """What `content` is, by its first bytes and by decoding it once. Raises PictureRefused. Blocks: use a thread.

    The number of pixels is judged from the header before anything is decoded.
    """
    image = _open(content)
    picture = Picture(_MEDIA_TYPES[_format(content)], image.width, image.height)
    try:
        image.verify()
    except Exception:
        raise PictureRefused("file-damaged") from None
    # What is taken can be shown: a kind of picture that has no preview is refused now, not at the desk.
    preview(content)
    return picture


def preview(content: bytes) -> bytes:
    """A JPEG of at most 1600 pixels a side, upright, without metadata. Raises PictureRefused. Blocks: use a thread."""
    image = _open(content)
    try:
        # A JPEG can be decoded straight to a fraction of its size, which keeps a phone's 48 megapixels small in memory.
        image.draft(None, (PREVIEW_SIDE, PREVIEW_SIDE))
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
        plain = Image.new("RGB", upright.size, "white")
        if upright.mode in ("RGBA", "LA", "PA", "P"):
            layer = upright.convert("RGBA")
            plain.paste(layer, mask=layer.getchannel("A"))
        else:
            plain.paste(upright.convert("RGB"))
    except Exception:
        raise PictureRefused("file-damaged") from None
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=PREVIEW_QUALITY, optimize=True)
    return out.getvalue()


def _format(content: bytes) -> str:
    for magic, name in _MAGIC.items():
        if content.startswith(magic):
            return name
    raise PictureRefused("file-type")


def _open(content: bytes) -> Image.Image:
    name = _format(content)
    try:
        # Our own bound is judged below; Pillow only warns at its, and opening reads no more than the header.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=(name,))
    except Image.DecompressionBombError:
        raise PictureRefused("file-pixels") from None
    except Exception:
        raise PictureRefused("file-damaged") from None
    if image.width * image.height > PIXEL_LIMIT or max(image.size) > SIDE_LIMIT:
        raise PictureRefused("file-pixels")
    return image
