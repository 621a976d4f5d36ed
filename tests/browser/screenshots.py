"""`python -m tests.browser.screenshots [NAME…]`: every screen in every dress into build/screenshots, README's pictures.

With names, only the screens of routes.json whose pictures begin with one of them. `stages` alone is a case at every
stage, on the phone and at the desk.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import FilePayload, Page, Playwright, sync_playwright

from tests.browser import steps
from tests.browser.furnished_city import ROUTES, Furnished, Roles, fresh_city, remember, roles, settle, visitor_of
from tests.browser.photos import portrait
from tests.browser.served_city import APPROVER, CLERK, NEIGHBOUR, RESIDENT, ServedCity
from tests.browser.stages import DRESSED, Looks, every_stage
from tests.browser.symbols import picture_of_code
from tests.browser.visitors import PHONE, SMALL_PHONE, Visitor, Visitors, launch, wait_for_worker
from tests.browser.wording import ZH
from tests.harness.served import ROOT, STAFF_NUMBERS

OUT = ROOT / "build" / "screenshots"
PICTURES = ROOT / "docs" / "pictures"


def shot(page: Page, name: str, *, whole: bool = True) -> None:
    """One picture; whole pages unless what floats over the page matters."""
    page.evaluate("document.activeElement?.blur()")
    page.screenshot(path=OUT / f"{name}.png", full_page=whole)


def slug(route: dict[str, str]) -> str:
    """A file name for a route."""
    name = re.sub(r"[^a-z]+", "-", route["path"].replace(":", "")).strip("-") or "home"
    return name if route["role"] in ("anyone", "resident", "staff") else f"{name}-{route['role'].replace('_', '-')}"


def every_screen(furnished: Furnished, people: Roles, names: Sequence[str]) -> None:
    """Light, small, dark, elder and English; only those whose names begin with one of `names`, if there are any."""
    for route in ROUTES:
        name = slug(route)
        if names and not name.startswith(tuple(names)):
            continue
        visitor = visitor_of(route, people)
        page = visitor.page
        page.goto("about:blank")
        page.goto(furnished.address(route["sample"]))
        settle(visitor)
        shot(page, name)
        page.emulate_media(color_scheme="dark")
        shot(page, f"{name}-dark")
        page.emulate_media(color_scheme="light")
        if route["entry"] != "desk":
            page.set_viewport_size(SMALL_PHONE)
            shot(page, f"{name}-360", whole=False)
            page.set_viewport_size(PHONE)
            remember(visitor, size="elder")
            shot(page, f"{name}-elder")
        remember(visitor, size="standard", language="en")
        shot(page, f"{name}-english")
        remember(visitor, language="zh")


def form_states(city: ServedCity, visitors: Visitors) -> None:
    """The form's pages as they are filled with no network, and what it says of mistakes."""
    phone = visitors.open()
    page = phone.page
    page.goto("/")
    wait_for_worker(page)
    steps.held(page, city.form_path())
    phone.offline(True)
    page.goto("/search?q=jzzx")
    settle(phone)
    shot(page, "search-none-offline")
    page.goto("/")
    steps.find_and_start(page)
    page.get_by_role("button", name=ZH.next_page).click()
    shot(page, "form-1-errors")
    steps.answer_first_page(page)
    steps.next_page(page)
    steps.answer_address(page)
    shot(page, "form-2-offline", whole=False)
    steps.next_page(page)
    page.get_by_role("radio", name=ZH.proof_kind).check()
    steps.attach(page, ZH.photo, "本人照片.jpg", portrait())
    shot(page, "form-3-offline")
    steps.answer_proof(page)
    steps.next_page(page)
    shot(page, "form-4-offline")
    page.get_by_role("radio", name=ZH.card).check()
    steps.next_page(page)
    shot(page, "form-5-review-offline")
    page.goto("/")
    page.get_by_text("继续填").wait_for()
    shot(page, "home-draft-offline")
    page.goto("/me")
    settle(phone)
    shot(page, "me-drafts-offline")


def other_states(furnished: Furnished, visitors: Visitors, people: Roles) -> None:
    """Empty, ended, refused and failed."""
    page = people.resident.page
    for name, path in {"case-granted": furnished.granted}.items():
        page.goto(f"/cases/{path}")
        settle(people.resident)
        shot(page, name)
    people.resident.offline(True)
    for name, path in {
        "cases": "/cases",
        "case": f"/cases/{furnished.case}",
        "certificate": f"/certificates/{furnished.certificate}",
    }.items():
        page.goto(path)
        settle(people.resident)
        shot(page, f"{name}-offline")
    people.resident.offline(False)
    stranger = visitors.open()
    stranger.page.goto("/s#" + "A" * 22)
    stranger.page.get_by_text("没有这个链接").wait_for()
    shot(stranger.page, "s-unknown")
    stranger.page.goto("/status")
    shot(stranger.page, "status-without-script")
    stranger.page.goto("/sign-in")
    stranger.page.get_by_label(ZH.phone, exact=True).fill(NEIGHBOUR)
    stranger.page.get_by_role("button", name=ZH.send_code).click()
    stranger.page.get_by_label(ZH.code, exact=True).fill("000000")
    stranger.page.get_by_role("button", name=ZH.sign_in, exact=True).click()
    stranger.page.get_by_text("还能试").wait_for()
    shot(stranger.page, "sign-in-wrong-code")


def frame_states(furnished: Furnished, visitors: Visitors, people: Roles) -> None:
    """A narrowed list, nothing found, feedback with mistakes and sent, and a session that has ended."""
    page = people.resident.page
    for name, path in {
        "cases-ended": "/cases?state=ended",
        "cases-sought": "/cases?q=jzz",
        "cases-none": "/cases?q=xyz",
    }.items():
        page.goto(path)
        settle(people.resident)
        shot(page, name)
    page.goto("/feedback?page=/cases")
    page.get_by_role("button", name="发送").click()
    shot(page, "feedback-errors")
    page.get_by_role("radio", name="看不懂").check()
    page.get_by_label("请说说是什么样").fill("期限怎么算的，看不懂。")
    page.get_by_role("button", name="发送").click()
    page.get_by_text("收到了，谢谢").wait_for()
    shot(page, "feedback-sent")
    guest = visitors.open()
    page = steps.signed_in(guest, furnished.city, RESIDENT, f"/cases/{furnished.case}")
    page.get_by_role("link", name="这一页有问题？").wait_for()
    guest.watch.expect(r" 401 ")
    page.route(
        "**/api/v1/cases/*/links",
        lambda route: route.fulfill(
            status=401,
            content_type="application/problem+json",
            body='{"type":"urn:zhangban:problem:sign-in-required","title":"请先登录","status":401,"detail":"请先登录。您填的内容都还在。"}',
        ),
    )
    page.get_by_role("button", name="生成链接").click()
    page.get_by_text("登录过期了").wait_for()
    shot(page, "session-ended", whole=False)
    page.get_by_role("button", name="重新登录").click()
    shot(page, "session-ended-dialog", whole=False)


def verdicts(furnished: Furnished, visitors: Visitors, symbol: bytes) -> None:
    """What the verifier says of a live code and of a text that is none."""
    page = visitors.open().page
    page.goto("/verify")
    page.get_by_text("签发单位名单").wait_for()
    file: FilePayload = {"name": "code.png", "mimeType": "image/png", "buffer": symbol}
    page.get_by_label("选一张照片").set_input_files(files=[file])
    page.get_by_role("article").wait_for()
    shot(page, "verify-verdict")
    page.get_by_role("button", name="再核一张").click()
    page.get_by_text("粘贴码里的文字").click()
    shot(page, "verify-text")
    page.get_by_label("码里的文字", exact=True).fill("ZB1:6BF")
    page.get_by_role("button", name="核验", exact=True).click()
    page.get_by_role("article").wait_for()
    shot(page, "verify-unreadable")


def desk_states(furnished: Furnished, visitors: Visitors, people: Roles) -> None:
    """The desk beyond its first pages, at the height of its screen."""
    page = people.staff.page
    for name, path in {"desk-queue-mine": "/desk/queue/mine", "desk-queue-closed": "/desk/queue/closed"}.items():
        page.goto(path)
        settle(people.staff)
        shot(page, name)
    page.goto(f"/desk/cases/{furnished.granted}")
    settle(people.staff)
    shot(page, "desk-case-closed")
    approver = visitors.open("desk")
    steps.signed_in(approver, furnished.city, APPROVER, f"/desk/cases/{furnished.case}")
    settle(approver)
    shot(approver.page, "desk-case-approver", whole=False)
    approver.page.get_by_text("其他办理").click()
    approver.page.get_by_role("button", name="不予批准").click()
    sheet = approver.page.get_by_role("dialog")
    sheet.get_by_role("button", name="不予批准").click()
    shot(approver.page, "desk-case-reason-needed", whole=False)
    sheet.get_by_role("textbox", name="理由").fill("租房合同已经到期。")
    shot(approver.page, "desk-case-reason", whole=False)


def counter_states(visitors: Visitors) -> None:
    """Filing for somebody at the counter: who it is, the form, its mistakes, the review, the question, the receipt."""
    clerk = visitors.open("desk")
    steps.signed_in_at_desk(clerk, STAFF_NUMBERS[CLERK])
    page = clerk.page
    page.goto("/desk/counter")
    page.get_by_role("button", name=ZH.item).click()
    page.get_by_role("button", name="核对身份，开始填表").click()
    shot(page, "desk-counter-applicant-errors")
    page.get_by_label("姓名", exact=True).fill("林晓舟")
    page.get_by_label("证件号码", exact=True).fill("990321199508162421")
    page.get_by_label("申请人的手机号", exact=True).fill("139 1234 0077")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="换一件事").click()
    shot(page, "desk-counter-leave", whole=False)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="核对身份，开始填表").click()
    forward = page.get_by_role("button", name="下一步", exact=True)
    forward.click()
    shot(page, "desk-counter-form-errors")
    steps.answer_first_page(page)
    forward.click()
    steps.answer_address(page)
    forward.click()
    steps.answer_proof(page)
    forward.click()
    page.get_by_role("radio", name=ZH.card).check()
    page.get_by_role("button", name="去核对").click()
    shot(page, "desk-counter-review")
    page.get_by_role("button", name=ZH.submit).click()
    page.get_by_text("已替申请人提交").wait_for()
    shot(page, "desk-counter-receipt")
    page.emulate_media(media="print")
    shot(page, "desk-counter-receipt-printed")


def readme_pictures(furnished: Furnished, visitors: Visitors, people: Roles) -> bytes:
    """The five pictures of README; gives the certificate's code as shown."""
    PICTURES.mkdir(parents=True, exist_ok=True)

    def keep(page: Page, name: str) -> None:
        page.evaluate("document.activeElement?.blur()")
        page.screenshot(path=PICTURES / f"{name}.png")

    def open_and_keep(visitor: Visitor, path: str, name: str, ready: Callable[[Page], None] | None = None) -> None:
        visitor.page.goto(path)
        settle(visitor)
        if ready:
            ready(visitor.page)
        keep(visitor.page, name)

    open_and_keep(people.resident, "/", "home")
    open_and_keep(people.resident, f"/cases/{furnished.case}", "case")
    open_and_keep(people.resident, f"/certificates/{furnished.certificate}", "certificate")
    symbol = picture_of_code(people.resident.page)
    people.resident.page.goto("/items/residence-permit/form")
    settle(people.resident)
    people.resident.offline(True)
    steps.answer_first_page(people.resident.page)
    steps.next_page(people.resident.page)
    steps.answer_address(people.resident.page)
    people.resident.page.wait_for_timeout(2500)
    keep(people.resident.page, "form-offline")
    people.resident.offline(False)
    open_and_keep(people.staff, f"/desk/cases/{furnished.case}", "desk-case")
    return symbol


def every_case(playwright: Playwright, directory: Path) -> list[str]:
    """A case at every stage, on the phone and at the desk; some also in large letters and in English."""
    OUT.mkdir(parents=True, exist_ok=True)
    city = ServedCity(directory)
    browser = launch(playwright)
    try:
        stages = every_stage(city)
        visitors = Visitors(browser, city.url)
        looks = Looks(visitors, city)
        for name, stage in stages.items():
            home = looks.at_home(stage)
            shot(home.page, f"stage-{name}")
            if name in DRESSED:
                home.page.set_viewport_size(SMALL_PHONE)
                remember(home, size="elder")
                shot(home.page, f"stage-{name}-elder")
                home.page.set_viewport_size(PHONE)
                remember(home, size="standard", language="en")
                shot(home.page, f"stage-{name}-english")
                remember(home, language="zh")
            shot(looks.at_desk(stage).page, f"stage-{name}-desk")
        return visitors.close()
    finally:
        browser.close()
        city.stop()


def take_all(playwright: Playwright, directory: Path, names: Sequence[str]) -> list[str]:
    """All pictures, or those of some screens; gives what went wrong in any browser."""
    OUT.mkdir(parents=True, exist_ok=True)
    furnished = fresh_city(directory)
    browser = launch(playwright)
    try:
        visitors = Visitors(browser, furnished.city.url)
        people = roles(visitors, furnished)
        every_screen(furnished, people, names)
        if not names or any("desk-counter".startswith(name) or name.startswith("desk-counter") for name in names):
            counter_states(visitors)
        if names:
            return visitors.close()
        symbol = readme_pictures(furnished, visitors, people)
        verdicts(furnished, visitors, symbol)
        form_states(furnished.city, visitors)
        other_states(furnished, visitors, people)
        frame_states(furnished, visitors, people)
        desk_states(furnished, visitors, people)
        return visitors.close()
    finally:
        browser.close()
        furnished.city.stop()


def main() -> None:
    """Takes the pictures and says where they are."""
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as directory:
        names = sys.argv[1:]
        errors = [] if names == ["stages"] else take_all(playwright, Path(directory) / "city", names)
        if not names or names == ["stages"]:
            errors += every_case(playwright, Path(directory) / "stages")
    print(f"{len(list(OUT.glob('*.png')))} pictures in {OUT}, README's in {PICTURES}")
    for error in errors:
        print(f"  {error}")


if __name__ == "__main__":
    main()
