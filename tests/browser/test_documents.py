"""A resident reads what was decided as a letter, keeps it as PDF, prints it on A4, and has it without the network."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdf
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.served_city import APPROVER, CLERK, RESIDENT, ServedCity
from tests.browser.visitors import Visitors, wait_for_worker

REASON = "居住时间不满半年，请住满以后再来"


def text_of(content: bytes) -> str:
    return "".join("".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages).split())


def printed(page: Page) -> bytes:
    """What the printer would get."""
    return page.pdf(format="A4", prefer_css_page_size=True)


def test_a_refusal_is_a_letter_that_is_kept_printed_and_read_again_without_the_network(
    visitors: Visitors, served: ServedCity, tmp_path: Path
) -> None:
    case = served.submit(RESIDENT)
    served.command(CLERK, case, "accept")
    served.command(APPROVER, case, "refuse", REASON)
    visitor = visitors.open()
    page = steps.signed_in(visitor, served, RESIDENT, f"/cases/{case}")
    wait_for_worker(page)
    page.get_by_role("link", name="不予决定书").click()
    letter = page.get_by_role("article")
    expect(letter.get_by_text(REASON)).to_be_visible()
    expect(letter.get_by_text("行政复议")).to_be_visible()
    with page.expect_download() as kept:
        page.get_by_role("button", name="下载 PDF").click()
    kept.value.save_as(tmp_path / "kept.pdf")
    assert REASON in text_of((tmp_path / "kept.pdf").read_bytes())
    paper = printed(page)
    assert REASON in text_of(paper)
    assert "下载" not in text_of(paper)
    pages = pypdf.PdfReader(BytesIO(paper)).pages
    assert len(pages) == 1
    assert [round(float(side)) for side in pages[0].mediabox[2:]] in ([595, 842], [596, 842])
    visitor.offline(True)
    page.reload()
    expect(page.get_by_role("article").get_by_text(REASON)).to_be_visible()


def test_the_desk_reads_the_letter_and_packs_the_closed_case(
    visitors: Visitors, served: ServedCity, tmp_path: Path
) -> None:
    case = served.submit(RESIDENT)
    served.command(CLERK, case, "accept")
    served.command(APPROVER, case, "refuse", REASON)
    page = steps.signed_in(visitors.open("desk"), served, CLERK, f"/desk/cases/{case}")
    with page.expect_download() as packed:
        page.get_by_role("button", name="打包下载").click()
    packed.value.save_as(tmp_path / "case.zip")
    assert (tmp_path / "case.zip").read_bytes()[:2] == b"PK"
    page.get_by_role("link", name="不予决定书").click()
    expect(page.get_by_role("article").get_by_text(REASON)).to_be_visible()
    paper = text_of(printed(page))
    assert REASON in paper
    assert "待办" not in paper
