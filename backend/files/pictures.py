"""Judges a picture or a PDF by its bytes and makes the preview that is shown instead of it.

What residents send is never given back as it came: a preview is decoded and encoded anew, so neither a script hidden in
a file nor the place in its metadata reaches anyone.
"""

from __future__ import annotations

import io

from PIL import Image, ImageOps

from backend.files import pdf_pages
from backend.files.refusals import FileFault, Judged, kind_of

PIXEL_LIMIT = 50_000_000
SIDE_LIMIT = 30_000
PREVIEW_SIDE = 1600
THUMBNAIL_SIDE = 320
PREVIEW_QUALITY = 82

# Our own bound, which can say how large a picture is, is judged before anything is decoded; no other part opens any.
Image.MAX_IMAGE_PIXELS = None
_MAGIC = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
_MEDIA_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}


def judge(content: bytes) -> Judged:
    """What `content` is, by its first bytes and by decoding it once. Raises FileFault. Blocks: use a thread.

    The number of pixels is judged from the header before anything is decoded.
    """
    if content.startswith(pdf_pages.MAGIC):
        return pdf_pages.judge(content)
    image = _open(content)
    picture = Judged(_MEDIA_TYPES[_format(content)], image.width, image.height)
    try:
        image.verify()
    except Exception:
        raise FileFault("file-damaged") from None
    # What is taken can be shown: a kind of picture that has no preview is refused now, not at the desk.
    preview(content)
    return picture


def preview(content: bytes, *, page: int = 1, side: int = PREVIEW_SIDE) -> bytes:
    """A JPEG of at most `side` pixels a side, upright, without metadata; of a PDF the page `page`, counted from 1.

    Raises FileFault. Blocks: use a thread.
    """
    if content.startswith(pdf_pages.MAGIC):
        return pdf_pages.picture(content, page, side)
    image = _open(content)
    try:
        # A JPEG can be decoded straight to a fraction of its size, which keeps a phone's 48 megapixels small in memory.
        image.draft(None, (side, side))
        image.load()
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((side, side))
        plain = Image.new("RGB", upright.size, "white")
        if upright.mode in ("RGBA", "LA", "PA", "P"):
            layer = upright.convert("RGBA")
            plain.paste(layer, mask=layer.getchannel("A"))
        else:
            plain.paste(upright.convert("RGB"))
    except Exception:
        raise FileFault("file-damaged") from None
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=PREVIEW_QUALITY, optimize=True)
    return out.getvalue()


def _format(content: bytes) -> str:
    for magic, name in _MAGIC.items():
        if content.startswith(magic):
            return name
    raise FileFault("file-type", found=kind_of(content))


def _open(content: bytes) -> Image.Image:
    name = _format(content)
    try:
        # Opening reads no more than the header.
        image = Image.open(io.BytesIO(content), formats=(name,))
    except Exception:
        raise FileFault("file-damaged") from None
    if image.width * image.height > PIXEL_LIMIT:
        raise FileFault("file-pixels", limit=PIXEL_LIMIT, actual=image.width * image.height)
    if max(image.size) > SIDE_LIMIT:
        raise FileFault("file-pixels")
    return image
