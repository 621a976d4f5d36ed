"""Judges a PDF and draws its pages, each time in a process that ends with it. Nobody is ever shown the PDF itself.

Why so, and why PDFium: docs/decisions/0013-pdf-files.md.
"""

from __future__ import annotations

import subprocess  # nosec B404
import sys
from pathlib import Path

import msgspec

from backend.files.refusals import Fault, FileFault, Judged

MEDIA_TYPE = "application/pdf"
MAGIC = b"%PDF-"
# Beyond the seconds of computing that the reader allows itself; only a machine that is very busy gets here.
WALL_SECONDS = 60
_REFUSED = 3
_READER = Path(__file__).with_name("pdf_reader.py")


class _Found(msgspec.Struct, frozen=True):
    pages: int
    width: int
    height: int


class _Fault(msgspec.Struct, frozen=True):
    fault: Fault
    limit: int | None = None
    actual: int | None = None


def judge(content: bytes) -> Judged:
    """How many pages a PDF has, and how large the first is (points). Raises FileFault. Blocks: use a thread."""
    found = msgspec.json.decode(_read(content, "judge"), type=_Found)
    return Judged(MEDIA_TYPE, found.width, found.height, found.pages)


def picture(content: bytes, page: int, side: int) -> bytes:
    """Page `page` (from 1) as a JPEG whose longer side has `side` pixels. Raises FileFault. Blocks: use a thread."""
    return _read(content, "picture", str(page), str(side))


def _read(content: bytes, *arguments: str) -> bytes:
    try:
        # The reader is our own file, and what it is told are numbers.
        done = subprocess.run(  # noqa: S603  # nosec B603
            [sys.executable, "-I", str(_READER), *arguments],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            env={},
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise FileFault("pdf-heavy") from None
    if done.returncode == 0:
        return done.stdout
    if done.returncode == _REFUSED:
        told = msgspec.json.decode(done.stdout, type=_Fault)
        raise FileFault(told.fault, limit=told.limit, actual=told.actual)
    # Out of memory or time, or it fell over: the same for whoever sent it.
    raise FileFault("pdf-heavy")
