"""PDFs are judged by drawing every page in a bounded process, and shown as pictures of their pages only."""

from __future__ import annotations

import io
import time

import pytest
from PIL import Image

from backend.files import pdf_pages
from backend.files.pictures import judge, preview
from backend.files.refusals import FileFault, words
from tests.harness import pdfs


def test_a_pdf_has_its_pages_and_the_size_of_the_first() -> None:
    judged = judge(pdfs.pdf(3))
    assert (judged.media_type, judged.pages, judged.width, judged.height) == ("application/pdf", 3, 595, 842)


def test_each_page_is_a_jpeg_of_its_own() -> None:
    content = pdfs.pdf(2)
    first, second = (Image.open(io.BytesIO(preview(content, page=page))) for page in (1, 2))
    assert first.format == second.format == "JPEG"
    assert max(first.size) == 1600
    assert first.tobytes() != second.tobytes()
    assert max(Image.open(io.BytesIO(preview(content, page=2, side=320))).size) == 320


def test_nothing_of_a_pdf_but_its_look_travels_on() -> None:
    shown = preview(pdfs.pdf(1, word="hidden-words"))
    assert b"hidden-words" not in shown
    assert b"PDF" not in shown


def test_as_many_pages_as_allowed_are_taken_and_one_more_is_refused_with_both_numbers() -> None:
    assert judge(pdfs.pdf(50)).pages == 50
    with pytest.raises(FileFault) as caught:
        judge(pdfs.pdf(51))
    assert (caught.value.fault, caught.value.limit, caught.value.actual) == ("pdf-pages", 50, 51)
    assert "51" in words(caught.value)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (pdfs.locked(), "pdf-locked"),
        (pdfs.with_script(), "pdf-active"),
        (pdfs.with_attachment(), "pdf-active"),
        (b"%PDF-1.7 and nothing more", "file-damaged"),
        (pdfs.pdf(3)[:700], "file-damaged"),
        (b"\n" + pdfs.pdf(), "file-type"),
    ],
)
def test_a_pdf_that_is_no_plain_document_is_refused_with_its_fault(content: bytes, fault: str) -> None:
    with pytest.raises(FileFault) as caught:
        judge(content)
    assert caught.value.fault == fault


@pytest.mark.parametrize(
    "bomb",
    [
        pytest.param(lambda: pdfs.unpacking_to(1500), id="unpacks"),
        pytest.param(lambda: pdfs.nested_forms(12, 20), id="draws"),
    ],
)
def test_a_pdf_bomb_ends_with_its_process_and_is_told_as_too_heavy(bomb) -> None:  # type: ignore[no-untyped-def]
    content = bomb()
    assert len(content) < 20_000
    began = time.monotonic()
    with pytest.raises(FileFault) as caught:
        judge(content)
    assert caught.value.fault == "pdf-heavy"
    assert time.monotonic() - began < pdf_pages.WALL_SECONDS


def test_the_reader_sees_no_environment_and_writes_no_file() -> None:
    """It is started with nothing, so that what takes it over has nothing."""
    import subprocess
    import sys

    script = (
        "import os, resource, runpy, sys\n"
        f"reader = runpy.run_path({str(pdf_pages._READER)!r})\n"
        "reader['_confine']()\n"
        "print(sorted(set(os.environ) - {'LC_CTYPE'}), resource.getrlimit(resource.RLIMIT_FSIZE)[0],"
        " any(name.startswith('backend') for name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], env={}, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] 0 False"
