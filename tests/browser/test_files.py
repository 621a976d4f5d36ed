"""Files on the phone: several at once, turned, cut, taken back, refused with a word, and sent through a bad network."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, Route, expect

from tests.browser import steps
from tests.browser.furnished_city import remember
from tests.browser.photos import lease, portrait
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import SMALL_PHONE, Visitor, Visitors
from tests.browser.wording import ZH
from tests.harness import pdfs

MEGABYTE = 1024 * 1024


def to_files(visitor: Visitor, city: ServedCity) -> Page:
    """The form's page that asks for files, signed in."""
    page = steps.signed_in(visitor, city, RESIDENT, then="/items/residence-permit/form")
    steps.answer_first_page(page)
    steps.next_page(page)
    steps.answer_address(page)
    steps.next_page(page)
    page.get_by_role("radio", name=ZH.proof_kind).check()
    return page


def choose(field: Locator, *files: tuple[str, str, bytes]) -> None:
    """Chooses files of a name, a declared type and bytes, all at once."""
    payloads: list[FilePayload] = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    field.get_by_label(ZH.choose_picture).set_input_files(files=payloads)


def picture(shade: int) -> bytes:
    """A small picture of one shade."""
    out = io.BytesIO()
    Image.new("RGB", (400, 300), (shade, 120, 200)).save(out, "JPEG")
    return out.getvalue()


def noisy(side: int) -> bytes:
    """A picture that stays large however it is encoded."""
    out = io.BytesIO()
    Image.effect_noise((side, side), 90).convert("RGB").save(out, "JPEG", quality=95)
    return out.getvalue()


def wide_png(side: int) -> bytes:
    """The head of a PNG of so many pixels a side; it is refused before the rest matters."""
    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + header
        + struct.pack(">I", zlib.crc32(header))
        + bytes(900)
    )


def names(field: Locator) -> list[str]:
    """What lies there, in order."""
    return [text.split("\n")[0] for text in field.locator(".files__name").all_inner_texts()]


def test_what_cannot_be_used_is_said_at_its_field_and_what_was_there_stays(
    served: ServedCity, visitors: Visitors, tmp_path: Path
) -> None:
    visitor = visitors.open(SMALL_PHONE)
    page = to_files(visitor, served)
    proof = page.get_by_role("group", name=ZH.proof)
    # The limits are told before anything is chosen.
    expect(proof.get_by_text("照片或 PDF，最多")).to_be_visible()
    choose(proof, ("lease.jpg", "image/jpeg", lease("林晓舟")))
    expect(proof.get_by_text("lease.jpg")).to_be_visible()
    for name, kind, content, word in (
        ("photo.jpg", "image/jpeg", b"<html>not a picture</html>", "这不是能打开的"),
        ("empty.jpg", "image/jpeg", b"", "这个文件是空的"),
        ("half.pdf", "application/pdf", pdfs.pdf()[:300], "没有下载完"),
        ("secret.pdf", "application/pdf", pdfs.locked(), "有密码"),
        ("huge.png", "image/png", wide_png(20_000), "400 百万像素"),
    ):
        choose(proof, (name, kind, content))
        expect(proof.locator(".field__error")).to_contain_text(word)
        assert names(proof) == ["lease.jpg"]
    # From a file of the disk: 25 MB are much to hand over in one message.
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.7" + bytes(25 * MEGABYTE) + b"%%EOF")
    proof.get_by_label(ZH.choose_picture).set_input_files(large)
    expect(proof.locator(".field__error")).to_contain_text("26.2 MB，太大了")
    assert names(proof) == ["lease.jpg"]
    assert violations(page) == []
    photo = page.get_by_role("group", name=ZH.photo)
    choose(photo, ("portrait.pdf", "application/pdf", pdfs.pdf()))
    expect(photo.locator(".field__error")).to_contain_text("只收照片，不收 PDF")


def test_forty_are_chosen_at_once_and_as_many_as_fit_are_taken(served: ServedCity, visitors: Visitors) -> None:
    page = to_files(visitors.open(), served)
    proof = page.get_by_role("group", name=ZH.proof)
    choose(proof, *((f"p{number:02}.jpg", "image/jpeg", picture(number * 5)) for number in range(40)))
    expect(proof.locator(".field__error")).to_contain_text("没有放进来")
    taken = names(proof)
    assert taken == [f"p{number:02}.jpg" for number in range(len(taken))]
    expect(proof.locator(".field__error")).to_contain_text(f"最多放 {len(taken)} 个，多出的 {40 - len(taken)} 个")
    # What is removed can be taken back, by the keyboard alone.
    proof.get_by_role("button", name="去掉 p00.jpg").press("Enter")
    expect(proof.get_by_text("已去掉 p00.jpg")).to_be_visible()
    expect(proof.get_by_role("button", name="撤销")).to_be_focused()
    assert "p00.jpg" not in names(proof)
    page.keyboard.press("Enter")
    expect(proof.get_by_role("button", name="去掉 p00.jpg")).to_be_visible()
    assert sorted(names(proof)) == taken


def test_a_picture_is_turned_and_cut_by_keyboard_and_keeps_its_place(served: ServedCity, visitors: Visitors) -> None:
    page = to_files(visitors.open(), served)
    proof = page.get_by_role("group", name=ZH.proof)
    choose(proof, ("first.jpg", "image/jpeg", picture(10)), ("second.jpg", "image/jpeg", picture(60)))
    expect(proof.get_by_text("second.jpg")).to_be_visible()
    proof.get_by_role("button", name="看大图、转正或裁剪 first.jpg").press("Enter")
    editor = page.get_by_role("dialog", name="first.jpg")
    expect(editor.get_by_role("img")).to_be_visible()
    assert violations(page) == []
    editor.get_by_role("button", name="向右转").press("Enter")
    left = editor.get_by_role("slider", name="左边")
    for _ in range(20):
        left.press("ArrowRight")
    expect(left).to_have_value("20")
    expect(left).to_have_attribute("aria-valuetext", "裁掉百分之 20")
    editor.get_by_role("button", name="就用这样的").press("Enter")
    expect(editor).to_be_hidden()
    # 400 × 300 turned is 300 × 400; a fifth of the width is gone.
    image = proof.get_by_role("button", name="看大图、转正或裁剪 first.jpg").locator("img")
    expect(image).to_have_js_property("naturalWidth", 240)
    expect(image).to_have_js_property("naturalHeight", 400)
    assert names(proof) == ["first.jpg", "second.jpg"]
    # A look that changes nothing changes nothing.
    proof.get_by_role("button", name="看大图、转正或裁剪 second.jpg").click()
    page.get_by_role("dialog", name="second.jpg").get_by_role("button", name="不用改").click()
    assert names(proof) == ["first.jpg", "second.jpg"]


def test_a_network_lost_at_every_part_loses_nothing_and_each_file_says_how_far_it_is(
    served: ServedCity, visitors: Visitors
) -> None:
    visitor = visitors.open()
    page = to_files(visitor, served)
    proof = page.get_by_role("group", name=ZH.proof)
    choose(
        proof,
        ("large.jpg", "image/jpeg", noisy(1500)),
        ("lease.pdf", "application/pdf", pdfs.pdf(3)),
    )
    expect(proof.get_by_text("lease.pdf")).to_be_visible()
    steps.attach(page, ZH.photo, "portrait.jpg", portrait())
    steps.next_page(page)
    page.get_by_role("radio", name=ZH.card).check()
    steps.next_page(page)
    seen: dict[str, int] = {}
    sent: list[int] = []

    def lost(route: Route) -> None:
        """Each part is lost once on its way; the second time it arrives."""
        offset = int(route.request.headers["upload-offset"])
        key = f"{route.request.url} {offset}"
        seen[key] = seen.get(key, 0) + 1
        if seen[key] == 1:
            route.abort("internetdisconnected")
            return
        sent.append(offset)
        route.continue_()

    visitor.context.route(
        "**/api/v1/uploads/*", lambda route: lost(route) if route.request.method == "PATCH" else route.continue_()
    )
    page.get_by_role("button", name=ZH.submit).click()
    for _ in range(40):
        if page.get_by_text("服务器已收到").is_visible():
            break
        again = page.get_by_role("button", name="现在就送")
        if again.is_visible() and again.is_enabled() and again.get_attribute("aria-busy") is None:
            again.click()
        page.wait_for_timeout(400)
    expect(page.get_by_text("服务器已收到")).to_be_visible()
    assert len(seen) == len(sent)
    assert len(seen) >= 4
    # No part that arrived was sent again.
    assert len(set(seen)) == len(sent)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_field_and_the_editor_fit_the_smallest_phone_with_the_largest_letters(
    served: ServedCity, visitors: Visitors, language: str
) -> None:
    visitor = visitors.open(SMALL_PHONE)
    page = to_files(visitor, served)
    proof = page.get_by_role("group", name=ZH.proof)
    choose(proof, ("lease.jpg", "image/jpeg", lease("林晓舟")), ("lease.pdf", "application/pdf", pdfs.pdf(2)))
    expect(proof.get_by_text("lease.pdf")).to_be_visible()
    steps.stored(page)
    remember(visitor, size="elder", language=language)
    page.reload()
    page.locator(".files__look").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert sideways(page) <= 0
    assert (
        page.evaluate("(dialog => dialog.scrollWidth - dialog.clientWidth)(document.querySelector('dialog[open]'))")
        <= 0
    )
    assert violations(page) == []
