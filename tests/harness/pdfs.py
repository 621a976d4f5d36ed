"""PDFs for tests: whole ones, and hostile ones written object by object."""

from __future__ import annotations

import io
import zlib

from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

A4 = (595, 842)


def pdf(pages: int = 1, word: str = "lease") -> bytes:
    """A PDF of so many A4 pages, each with its number."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1)
    for number in range(1, pages + 1):
        canvas.drawString(72, 700, f"{word} {number} of {pages}")
        canvas.rect(72, 72, 100 + number, 200, fill=1)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _written(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _copy() -> PdfWriter:
    writer = PdfWriter()
    writer.append(PdfReader(io.BytesIO(pdf())))
    return writer


def locked() -> bytes:
    """A PDF that asks for a password."""
    writer = _copy()
    writer.encrypt("secret", algorithm="AES-256-R5")
    return _written(writer)


def with_script() -> bytes:
    """A PDF with a script for the whole document."""
    return of_objects(
        [
            b"<</Type /Catalog /Pages 2 0 R /Names <</JavaScript <</Names [(a) 4 0 R]>>>>>>",
            b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
            b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800]>>",
            b"<</S /JavaScript /JS (app.alert\\(1\\);)>>",
        ]
    )


def with_attachment() -> bytes:
    """A PDF that carries another file."""
    writer = _copy()
    writer.add_attachment("invoice.exe", b"MZ")
    return _written(writer)


def of_objects(objects: list[bytes]) -> bytes:
    """A PDF of these objects, numbered from 1; the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer <</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def stream(dictionary: bytes, content: bytes) -> bytes:
    """A stream object."""
    return b"<<%s /Length %d>>\nstream\n" % (dictionary, len(content)) + content + b"\nendstream"


def _with_content(content: bytes, *more: bytes, resources: bytes = b"<<>>") -> bytes:
    page = b"<</Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources %s>>" % resources
    return of_objects(
        [b"<</Type /Catalog /Pages 2 0 R>>", b"<</Type /Pages /Kids [3 0 R] /Count 1>>", page, content, *more]
    )


def _zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    piece = bytes(1024 * 1024)
    return b"".join(packer.compress(piece) for _ in range(megabytes)) + packer.flush()


def unpacking_to(megabytes: int) -> bytes:
    """A PDF whose page unpacks, and unpacks again, to so many megabytes."""
    return _with_content(stream(b"/Filter [/FlateDecode /FlateDecode]", zlib.compress(_zeros(megabytes), 9)))


def nested_forms(depth: int, wide: int) -> bytes:
    """A PDF that draws a form `wide` times, which draws the next one `wide` times, and so on: wide ** depth in all."""
    forms = []
    for level in range(depth):
        last = level == depth - 1
        drawn = b"0 0 1 1 re f " if last else b"/X Do " * wide
        inner = b"" if last else b"/Resources <</XObject <</X %d 0 R>>>>" % (6 + level)
        forms.append(stream(b"/Type /XObject /Subtype /Form /BBox [0 0 600 800] " + inner, drawn))
    return _with_content(stream(b"", b"/X Do"), *forms, resources=b"<</XObject <</X 5 0 R>>>>")


def picture_of(width: int, height: int) -> bytes:
    """A PDF with one picture that says it has so many pixels."""
    image = stream(
        b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceRGB /BitsPerComponent 8"
        b" /Filter [/FlateDecode /FlateDecode]" % (width, height),
        zlib.compress(_zeros(min(3000, width * height * 3 // (1024 * 1024))), 9),
    )
    return _with_content(stream(b"", b"600 0 0 800 0 0 cm /X Do"), image, resources=b"<</XObject <</X 5 0 R>>>>")
