"""One real matter, carried through every layer by the people it concerns, in real browsers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import FilePayload, Page, Playwright, expect

from tests.browser import steps
from tests.browser.push_service import (
    PushService,
    await_message,
    click_notification,
    deliver,
    notifications,
    push_service,
)
from tests.browser.served_city import APPROVER, CLERK, RESIDENT, ServedCity
from tests.browser.symbols import camera_file, forged, picture_of_code, read_symbol
from tests.browser.visitors import Visitor, Visitors, launch, until, wait_for_worker
from tests.browser.wording import EN, ZH

PERSONAL = ("林晓舟", "晓舟", "990321199508162421", "8162421", "听涛路", "海棠苑", "13900000001", "0000001")


@pytest.fixture
def pushes() -> Iterator[PushService]:
    """A push service for this test."""
    with push_service() as service:
        yield service


def test_a_matter_goes_from_search_to_a_certificate_in_the_hand(
    served: ServedCity, visitors: Visitors, pushes: PushService, playwright: Playwright, tmp_path: Path
) -> None:
    served.give_both_roles(CLERK)
    phone = visitors.open()
    phone_messages = pushes.subscribe(phone)

    fill_offline_and_submit(phone, served)
    case_path = phone.page.url.removeprefix(served.url)
    ask_for_notifications(phone)
    link = make_link(phone, case_path)

    desk = visitors.open("desk")
    accept_and_be_refused_the_decision(desk, served)
    stranger = visitors.open()
    stranger_sees_progress_only(stranger, link, "已受理")
    desk_link_opens_and_is_taken_back(desk, visitors.open())

    payload = await_message(phone_messages, 1)
    push_shows_neutral_words_and_opens_the_case(phone, payload, case_path)
    approver = visitors.open("desk")
    grant(approver, served)
    await_message(phone_messages, 2)
    assert pushes.faults == []

    symbol, taken = show_certificate(phone)
    verifier = visitors.open()
    verify_offline(verifier, symbol, taken)
    verify_by_camera(playwright, served, symbol, tmp_path)
    revoke_link(phone, stranger, case_path, link, served)
    a_later_month_says_expired(verifier, served, symbol)


def test_nobody_is_asked_to_type_what_only_the_server_knows_of_them(visitors: Visitors, served: ServedCity) -> None:
    phone = visitors.open()
    known = "**/api/v1/me/applicant"
    phone.context.route(known, lambda route: route.fulfill(status=503, json={"type": "x", "status": 503}))
    phone.watch.expect(r"GET 503 \S+/me/applicant")
    page = steps.signed_in(phone, served, RESIDENT, "/items/residence-permit/form")
    steps.fill_form(page)
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_role("alert")).to_contain_text("还没取到您的实名信息")
    expect(page.get_by_role("heading", level=1)).to_have_text("核对后提交")
    phone.context.unroute(known)
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(ZH.received)


def fill_offline_and_submit(phone: Visitor, served: ServedCity) -> None:
    page = phone.page
    # One visit: the worker takes the app, and a little later the guides and forms of what can be applied for.
    page.goto("/")
    wait_for_worker(page)
    steps.held(page, "/items/residence-permit")
    steps.held(page, served.form_path())
    phone.offline(True)
    steps.find_and_start(page)
    steps.answer_first_page(page)
    expect(steps.offline_bar(page)).to_contain_text("已保存在本机")
    steps.next_page(page)
    steps.answer_address(page)
    steps.stored(page)
    page.reload()
    expect(page.get_by_label(ZH.detail, exact=True)).to_have_value("听涛路 18 号海棠苑 3 栋 502 室")
    expect(page.get_by_label(ZH.street, exact=True)).to_have_value("990102001000")
    steps.next_page(page)
    steps.answer_proof(page)
    page.reload()
    expect(page.get_by_text("portrait.jpg")).to_be_visible()
    steps.next_page(page)
    page.get_by_role("radio", name=ZH.card).check()
    steps.next_page(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("核对后提交")

    phone.offline(False)
    page.get_by_role("link", name=ZH.go_sign_in).click()
    steps.sign_in(page, served, RESIDENT)
    expect(page.get_by_role("button", name=ZH.submit)).to_be_visible()
    steps.held(page, "/me/applicant")
    phone.offline(True)
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("还没送到，联网后自动再送")
    phone.offline(False)
    expect(page.get_by_role("heading", level=1)).to_have_text(ZH.received)
    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}"))
    expect(main).to_contain_text(re.compile(r"预计 \d+月\d+日（周.）前办结"))
    expect(main).to_contain_text(re.compile(r"11990100990100026J4990799001000\w{12}"))
    page.get_by_role("link", name=ZH.progress).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("服务器已收到，等窗口受理")


def ask_for_notifications(phone: Visitor) -> None:
    phone.page.goto("/me")
    switch = phone.page.get_by_role("switch", name="手机通知")
    with phone.page.expect_response("**/push/subscriptions") as reply:
        switch.check()
    assert reply.value.status == 204
    expect(switch).to_be_checked()


def make_link(phone: Visitor, case_path: str) -> str:
    phone.page.goto(case_path)
    phone.page.get_by_role("button", name=ZH.make_link).click()
    return phone.page.get_by_role("link", name="/s#").inner_text()


def accept_and_be_refused_the_decision(desk: Visitor, served: ServedCity) -> None:
    page = steps.signed_in(desk, served, CLERK, "/desk")
    expect(page.get_by_role("heading", level=1)).to_have_text("待办 1 件")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("林晓舟")
    expect(page.get_by_role("main")).to_contain_text("听涛路 18 号海棠苑 3 栋 502 室")
    expect(page.get_by_role("img", name="本人照片")).to_be_visible()
    page.keyboard.press("]")
    expect(page.get_by_role("img", name="住址、工作或在读证明")).to_be_visible()
    page.get_by_role("button", name="受理", exact=True).click()
    expect(page.get_by_text("已受理，开始计时").first).to_be_visible()
    # The same person has the second role too, sees the command, and sees why it is not theirs to give.
    expect(page.get_by_role("button", name="准予", exact=True)).to_be_disabled()
    expect(page.get_by_text("您已受理这件申请，要由另一位同事作决定。")).to_be_visible()


def stranger_sees_progress_only(stranger: Visitor, link: str, state: str) -> None:
    with httpx.Client(follow_redirects=True) as reader:
        assert reader.get(link).status_code == 200
        assert reader.get(link.replace("/s#", "/status#")).status_code == 200
    stranger.page.goto(link)
    expect(stranger.page.get_by_role("heading", level=1)).to_contain_text(state)
    text = stranger.page.get_by_role("main").inner_text()
    assert [word for word in PERSONAL if word in text + stranger.page.title() + stranger.page.url] == []
    assert "林" in text
    assert "#" not in stranger.page.url


def desk_link_opens_and_is_taken_back(desk: Visitor, stranger: Visitor) -> None:
    page = desk.page
    page.get_by_role("button", name="生成进度链接").click()
    link = page.get_by_role("status").filter(has_text="/s#").inner_text()
    stranger_sees_progress_only(stranger, link, "已受理")
    page.get_by_role("button", name="收回").first.click()
    expect(page.get_by_text("已收回，链接打不开了")).to_be_visible()
    opens_as_ended(stranger, link)


def opens_as_ended(stranger: Visitor, link: str) -> None:
    stranger.watch.expect(r"POST 410 \S+/links/open")
    stranger.page.goto("about:blank")
    stranger.page.goto(link)
    expect(stranger.page.get_by_text("链接失效了")).to_be_visible()


def push_shows_neutral_words_and_opens_the_case(phone: Visitor, payload: str, case_path: str) -> None:
    phone.page.goto("/")
    wait_for_worker(phone.page)
    deliver(phone, payload)
    phone.page.wait_for_function("Notification.permission === 'granted'")
    shown = notifications(phone)
    assert (shown[0]["title"], shown[0]["body"]) == ("掌上办", "您的一个办件有新进展")
    assert [word for word in (*PERSONAL, "居住证") if word in payload] == []
    click_notification(phone)
    phone.page.wait_for_url(f"**{case_path}")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("已受理，正在审查")


def grant(approver: Visitor, served: ServedCity) -> None:
    page = steps.signed_in(approver, served, APPROVER, "/desk")
    page.get_by_role("link", name=ZH.item).click()
    page.get_by_role("button", name="准予", exact=True).click()
    expect(page.get_by_text("已办理：准予")).to_be_visible()


def show_certificate(phone: Visitor) -> tuple[bytes, datetime]:
    """The code on the screen, and the moment at which it was there."""
    page = phone.page
    page.goto("/inbox")
    page.get_by_role("link", name=re.compile("办好了")).click()
    page.get_by_role("link", name="出示证照").click()
    expect(page.get_by_text("实时码，到点自动换新")).to_be_visible()
    return picture_of_code(page), datetime.now(UTC)


def _verdict(page: Page) -> str:
    word = page.locator(".verdict__word")
    expect(word).to_be_visible()
    return word.inner_text()


def _verify_photo(page: Page, symbol: bytes) -> str:
    again(page)
    file: FilePayload = {"name": "code.png", "mimeType": "image/png", "buffer": symbol}
    page.get_by_label("选一张照片").set_input_files(files=[file])
    return _verdict(page)


def _verify_text(page: Page, text: str) -> str:
    again(page)
    page.get_by_text("粘贴码里的文字").click()
    page.get_by_label("码里的文字", exact=True).fill(text)
    page.get_by_role("button", name="核验", exact=True).click()
    return _verdict(page)


def again(page: Page) -> None:
    button = page.get_by_role("button", name="再核一张")
    if button.is_visible():
        button.click()


def _visit_verifier_once(visitor: Visitor) -> Page:
    page = visitor.page
    page.goto("/verify")
    wait_for_worker(page)
    kept = "caches.open('zhangban-scanner').then((kept) => kept.keys()).then((keys) => keys.length)"
    until(page, lambda: page.evaluate(kept))
    expect(page.get_by_text("签发单位名单")).to_be_visible()
    visitor.offline(True)
    page.reload()
    return page


def verify_offline(verifier: Visitor, symbol: bytes, taken: datetime) -> None:
    page = _visit_verifier_once(verifier)
    # A shown code is good for a minute and a half, which a busy machine may need for less than this.
    page.clock.set_fixed_time(taken)
    assert _verify_photo(page, symbol) == "此刻有效"
    expect(page.get_by_role("article")).to_contain_text("居住证")
    text = read_symbol(symbol)
    assert text.startswith("ZP1:")
    assert _verify_text(page, text) == "此刻有效"
    assert _verify_text(page, forged(text)) == "是假的，不要采信"
    assert _verify_text(page, text[:200]) == "认不出来"
    page.clock.set_fixed_time(taken + timedelta(minutes=3))
    assert _verify_text(page, text) == "内容真实，但是复印件"


def verify_by_camera(playwright: Playwright, served: ServedCity, symbol: bytes, directory: Path) -> None:
    video = camera_file(symbol, directory / "camera.y4m")
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    browser = launch(playwright, *flags, f"--use-file-for-fake-video-capture={video}")
    people = Visitors(browser, served.url)
    page = _visit_verifier_once(people.open())
    page.get_by_role("button", name="打开相机扫码").click()
    assert _verdict(page) in ("此刻有效", "内容真实，但是复印件")
    assert people.close() == []
    browser.close()


def revoke_link(phone: Visitor, stranger: Visitor, case_path: str, link: str, served: ServedCity) -> None:
    page = phone.page
    page.goto(case_path)
    # Opened once by a person; the two bare requests before left no trace.
    expect(page.get_by_text(re.compile("打开过 1 次"))).to_be_visible()
    page.get_by_role("button", name=re.compile("^收回")).first.click()
    expect(page.get_by_text("已收回，那个链接打不开了")).to_be_visible()
    opens_as_ended(stranger, link)


def a_later_month_says_expired(verifier: Visitor, served: ServedCity, symbol: bytes) -> None:
    later = datetime.now(UTC) + timedelta(days=31)
    served.set_clock(later.isoformat(timespec="seconds").replace("+00:00", "Z"))
    verifier.offline(False)
    verifier.page.clock.set_fixed_time(later + timedelta(seconds=5))
    verifier.page.reload()
    expect(verifier.page.get_by_text("签发单位名单")).to_be_visible()
    assert _verify_photo(verifier.page, symbol) == "已过期，不要采信"


@pytest.mark.parametrize(
    "served",
    [pytest.param("sqlite", marks=pytest.mark.sqlite), pytest.param("postgresql", marks=pytest.mark.postgresql)],
    indirect=True,
)
def test_the_same_in_english_up_to_the_link(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open(english=True)
    page = phone.page
    page.goto("/")
    page.get_by_role("button", name="Switch to English").click()
    steps.find_and_start(page, EN)
    steps.fill_form(page, EN)
    page.get_by_role("link", name=EN.go_sign_in).click()
    steps.sign_in(page, served, RESIDENT, EN)
    page.get_by_role("button", name=EN.submit, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(EN.received)
    page.get_by_role("link", name=EN.progress).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Received, waiting to be accepted")
    page.get_by_role("button", name=EN.make_link).click()
    link = page.get_by_role("link", name="/s#").inner_text()
    stranger = visitors.open(english=True)
    stranger.page.goto(link)
    stranger.page.get_by_role("button", name="Switch to English").click()
    expect(stranger.page.get_by_text("Only the progress shows here")).to_be_visible()
    text = stranger.page.get_by_role("main").inner_text()
    assert [word for word in PERSONAL if word in text] == []
