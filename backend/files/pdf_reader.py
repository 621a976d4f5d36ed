"""Reads one PDF from standard input in a process of its own: `judge`, or `picture PAGE SIDE`.

Started by `pdf_pages`, with no environment and nothing of ours imported. Whatever a hostile PDF does to it ends with
it: it has so much memory and time and may write no file. Says JSON (`judge`) or a JPEG (`picture`) on standard output.
"""

from __future__ import annotations

import io
import json
import resource
import sys

MEMORY = 1024 * 1024 * 1024
SECONDS = 15
PAGES_LIMIT = 50
POINTS_LIMIT = 14_400.0
_JUDGED_SIDE = 400
_QUALITY = 82
_PASSWORD = 4
# XFA forms are programs, not pages.
_XFA = (2, 3)


class _Refused(Exception):
    """`args` are the fault, and the limit and what was found instead where there is one."""


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _open(content: bytes):  # type: ignore[no-untyped-def] # pypdfium2 has no types
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        raise _Refused("pdf-locked" if error.err_code == _PASSWORD else "file-damaged") from None
    if pages < 1:
        raise _Refused("file-damaged")
    if pages > PAGES_LIMIT:
        raise _Refused("pdf-pages", PAGES_LIMIT, pages)
    return document


def _picture(document, number: int, side: int) -> bytes:  # type: ignore[no-untyped-def] # as above
    import pypdfium2

    try:
        page = document[number - 1]
        width, height = page.get_size()
        if not (0 < width <= POINTS_LIMIT and 0 < height <= POINTS_LIMIT):
            raise _Refused("file-damaged")
        image = page.render(scale=side / max(width, height), limit_image_cache=True).to_pil().convert("RGB")
    except pypdfium2.PdfiumError:
        raise _Refused("file-damaged") from None
    out = io.BytesIO()
    image.save(out, "JPEG", quality=_QUALITY, optimize=True)
    return out.getvalue()


def _judge(content: bytes) -> dict[str, int]:
    import pypdfium2.raw as pdfium

    document = _open(content)
    if (
        pdfium.FPDFDoc_GetJavaScriptActionCount(document.raw) > 0
        or pdfium.FPDFDoc_GetAttachmentCount(document.raw) > 0
        or pdfium.FPDF_GetFormType(document.raw) in _XFA
    ):
        raise _Refused("pdf-active")
    # What is taken can be shown: every page is drawn once, so one that never ends is refused now, not at the desk.
    for number in range(1, len(document) + 1):
        _picture(document, number, _JUDGED_SIDE)
    width, height = document[0].get_size()
    return {"pages": len(document), "width": max(1, round(width)), "height": max(1, round(height))}


def main() -> None:
    """One reading. Ends with 0 and an answer, with 3 and `{fault, limit?, actual?}`, or is ended by its bounds."""
    _confine()
    content = sys.stdin.buffer.read()
    try:
        if sys.argv[1] == "judge":
            sys.stdout.buffer.write(json.dumps(_judge(content)).encode())
        else:
            sys.stdout.buffer.write(_picture(_open(content), int(sys.argv[2]), int(sys.argv[3])))
    except _Refused as refused:
        fault, *bound = refused.args
        names = dict(zip(("limit", "actual"), bound, strict=False))
        sys.stdout.buffer.write(json.dumps({"fault": fault, **names}).encode())
        sys.exit(3)


if __name__ == "__main__":
    main()
