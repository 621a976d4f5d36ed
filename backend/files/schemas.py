"""Files as other rooms see them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar.params import FromQuery, QueryParameter


class FileInfo(msgspec.Struct, frozen=True):
    """A file its owner has: the SHA-256 of its bytes, what it is and how large.

    `width` and `height` are pixels of a picture, points of a PDF's first page.
    """

    sha256: str
    media_type: str
    size: int
    width: int
    height: int
    created_at: int
    pages: int = 1


class Look(msgspec.Struct, frozen=True):
    """Which page of a file is looked at, counted from 1, and how large: at most 320 or 1600 pixels a side."""

    page: int = 1
    size: Literal["small", "large"] = "large"


PICTURES = ("image/jpeg", "image/png")
"""What a material takes that names no kinds of files."""
WHOLE = Look()
PageNumber = FromQuery[Annotated[int, QueryParameter(ge=1, le=50)]]
PreviewSize = FromQuery[Literal["small", "large"]]
