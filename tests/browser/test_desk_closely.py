"""The desk from close by: one case by the keyboard alone, notes on pictures, colleagues, lists, shown drafts."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, Page, expect

from tests.browser import steps
from tests.browser.served_city import APPROVER, CLERK, ELDER, RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import SMALL_PHONE, Visitor, Visitors, until
from tests.harness.served import API, STAFF_NUMBERS


def at_desk(visitors: Visitors, phone: str) -> Visitor:
    visitor = visitors.open("desk", reduced_motion="reduce")
    steps.signed_in_at_desk(visitor, STAFF_NUMBERS[phone])
    return visitor


def version_of(visitor: Visitor, case: str) -> int:
    return int(visitor.context.request.get(f"{API}/desk/cases/{case}").json()["version"])


def scale_of(page: Page) -> str:
    return str(page.locator(".viewer__stage").first.evaluate("(one) => one.style.transform"))


def test_a_clerk_does_the_main_job_by_the_keyboard_alone_and_takes_a_step_back(
    served: ServedCity, visitors: Visitors
) -> None:
    case = served.submit(RESIDENT)
    clerk = at_desk(visitors, CLERK)
    page, keyboard = clerk.page, clerk.page.keyboard
    page.goto("/desk/queue/open")
    expect(page.get_by_role("link", name="居住证申领")).to_be_visible()
    keyboard.press("j")
    keyboard.press("k")
    keyboard.press("Enter")
    page.wait_for_url(re.compile(case))
    expect(page.get_by_role("application")).to_be_visible()
    keyboard.press("?")
    help_ = page.get_by_role("dialog", name="全部快捷键")
    expect(help_.get_by_text("办主要一步")).to_be_visible()
    assert violations(page) == []
    keyboard.press("Escape")
    keyboard.press("+")
    keyboard.press("r")
    assert "rotate(90deg)" in scale_of(page)
    keyboard.press("0")
    assert "rotate(0deg) scale(1)" in scale_of(page)

    # A note, at the place that lies under the cross.
    keyboard.press("n")
    expect(page.get_by_role("application")).to_be_focused()
    keyboard.press("ArrowLeft")
    keyboard.press("Enter")
    expect(page.get_by_label("批注", exact=True)).to_be_focused()
    keyboard.type("右边被手指挡住了")
    keyboard.press("Enter")
    notes = page.get_by_role("list", name="批注")
    expect(notes).to_contain_text("右边被手指挡住了")
    expect(page.get_by_role("button", name="批注 1：右边被手指挡住了")).to_be_visible()
    assert violations(page) == []

    keyboard.press("h")
    expect(page.get_by_text("您在办").first).to_be_visible()
    keyboard.press("Control+Enter")
    bar = page.get_by_role("region", name="还可以撤销")
    expect(bar).to_be_visible()
    assert violations(page) == []
    keyboard.press("Control+z")
    expect(bar).to_be_hidden()
    assert version_of(clerk, case) == 1
    keyboard.press("Control+Enter")
    expect(page.get_by_text("已办理：受理")).to_be_visible()
    assert version_of(clerk, case) == 2
    # Everything else lies behind one key too.
    keyboard.press("o")
    expect(page.locator(".more button").first).to_be_focused()
    keyboard.press("Escape")
    page.wait_for_url(re.compile("/queue/open"))
    page.get_by_role("link", name=re.compile("^我在办的")).click()
    expect(page.get_by_role("row")).to_have_count(2)
    assert violations(page) == []


def test_what_was_given_goes_out_on_leaving_the_page_and_closing_the_tab_asks_first(
    served: ServedCity, visitors: Visitors
) -> None:
    first, second = served.submit(RESIDENT), served.submit(ELDER)
    clerk = at_desk(visitors, CLERK)
    page = clerk.page
    page.goto(f"/desk/cases/{first}")
    page.get_by_role("button", name="受理", exact=True).click()
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.close(run_before_unload=True)
    until(page, lambda: asked)
    assert asked == ["beforeunload"]
    # The next case is worked on meanwhile; its step sends the one before at once.
    page.get_by_role("button", name="回待办").or_(page.locator(".header__back")).first.click()
    page.locator(f'a[href$="{second}"]').click()
    page.get_by_role("button", name="受理", exact=True).click()
    until(page, lambda: version_of(clerk, first) == 2)
    assert version_of(clerk, second) == 1
    page.get_by_role("button", name="现在就送").click()
    expect(page.get_by_text("已办理：受理")).to_be_visible()
    assert version_of(clerk, second) == 2


def test_what_could_not_be_done_after_the_page_was_left_is_told_where_one_is(
    served: ServedCity, visitors: Visitors
) -> None:
    case = served.submit(RESIDENT)
    clerk = at_desk(visitors, CLERK)
    clerk.watch.expect(r"POST 409 \S+/desk/cases/")
    page = clerk.page
    page.goto(f"/desk/cases/{case}")
    page.get_by_role("button", name="受理", exact=True).click()
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile("/queue/open"))
    served.command(CLERK, case, "accept")
    expect(page.get_by_text("刚才那件没有办成。")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="打开这件").click()
    page.wait_for_url(re.compile(case))
    expect(page.get_by_text("刚才那件没有办成。")).to_be_hidden()


def test_a_note_on_a_picture_becomes_the_defect_of_a_correction_notice(served: ServedCity, visitors: Visitors) -> None:
    case = served.submit(RESIDENT)
    clerk = at_desk(visitors, CLERK)
    page = clerk.page
    page.goto(f"/desk/cases/{case}")
    viewer = page.get_by_role("application")
    expect(viewer.locator("img")).to_be_visible()
    page.get_by_role("button", name="放大看").click()
    large = page.get_by_role("dialog")
    expect(large).to_be_visible()
    box = large.get_by_role("application").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.move(*middle)
    page.mouse.wheel(0, -300)
    until(page, lambda: "scale(1.25)" in large.locator(".viewer__stage").evaluate("(one) => one.style.transform"))
    page.mouse.down()
    page.mouse.move(middle[0] + 50, middle[1] + 20, steps=4)
    page.mouse.up()
    moved = re.match(r"translate\((\d+)", large.locator(".viewer__stage").evaluate("(one) => one.style.transform"))
    assert moved is not None
    assert abs(int(moved[1]) - 50) <= 1
    large.get_by_role("button", name=re.compile("^写批注")).click()
    page.mouse.click(*middle)
    large.get_by_label("批注", exact=True).fill("章盖得不清楚")
    large.get_by_role("button", name="存下批注").click()
    expect(large.get_by_role("button", name="批注 1：章盖得不清楚")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    name = page.locator('.tab[aria-selected="true"]').inner_text().splitlines()[0]
    page.get_by_text("其他办理").click()
    page.get_by_role("button", name=re.compile("补正")).first.click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("checkbox", name=name).check()
    sheet.get_by_role("button", name="批注：章盖得不清楚").click()
    expect(sheet.get_by_label(re.compile("哪里|问题")).first).to_have_value("章盖得不清楚")
    expect(sheet.get_by_role("button", name=re.compile("^指南要求")).first).to_be_visible()
    assert violations(page) == []


def test_two_on_one_case_see_each_other_and_one_hands_it_to_the_other(served: ServedCity, visitors: Visitors) -> None:
    case = served.submit(RESIDENT)
    clerk, approver = at_desk(visitors, CLERK), at_desk(visitors, APPROVER)
    approver.page.goto(f"/desk/cases/{case}")
    expect(approver.page.get_by_text("还没有人接手")).to_be_visible()
    page = clerk.page
    page.goto(f"/desk/cases/{case}")
    expect(page.get_by_text("程海也在看这件")).to_be_visible()
    page.get_by_role("button", name="我来办").click()
    expect(page.get_by_text("您在办")).to_be_visible()
    page.get_by_role("button", name="转给同事").click()
    dialog = page.get_by_role("dialog", name="转给同事")
    dialog.get_by_role("button", name="转给同事").click()
    expect(dialog.get_by_text("请填这一项")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_role("radio", name=re.compile("程海")).check()
    dialog.get_by_role("button", name="转给同事").click()
    expect(page.get_by_text("程海在办")).to_be_visible()
    approver.page.goto("/desk/queue/held")
    expect(approver.page.get_by_role("link", name="居住证申领")).to_be_visible()
    approver.page.goto(f"/desk/cases/{case}")
    expect(approver.page.get_by_text("许静也在看这件")).to_be_visible()
    assert violations(approver.page) == []
    # Known within a look, before anything is sent.
    served.command(CLERK, case, "accept")
    approver.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(approver.page.get_by_text("这件有新进展").first).to_be_visible()
    approver.page.get_by_role("button", name="看最新的").click()
    expect(approver.page.get_by_text("同事刚办过这件").first).to_be_visible()


def test_a_view_is_saved_found_again_and_a_list_taken_out(served: ServedCity, visitors: Visitors) -> None:
    served.submit(RESIDENT)
    clerk = at_desk(visitors, CLERK)
    page = clerk.page
    page.goto("/desk/queue/open")
    page.get_by_label("事项", exact=True).select_option(label="居住证申领")
    page.wait_for_url(re.compile("item=residence-permit"))
    page.keyboard.press("Tab")
    page.get_by_role("button", name="存为视图").click()
    dialog = page.get_by_role("dialog", name="存为视图")
    dialog.get_by_role("button", name="存下").click()
    expect(dialog.get_by_text("请写一个名称")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_label("名称").fill("居住证")
    page.keyboard.press("Enter")
    link = page.get_by_role("navigation", name="存的视图").get_by_role("link", name="居住证")
    expect(link).to_have_attribute("aria-current", "true")
    page.goto("/desk/queue/open")
    link.click()
    page.wait_for_url(re.compile("item=residence-permit"))
    page.get_by_role("button", name="导出列表").click()
    taking = page.get_by_role("dialog", name="导出这个列表")
    taking.get_by_label("为什么要导出").fill("月底")
    taking.get_by_role("button", name="导出", exact=True).click()
    expect(taking.get_by_text("请写明理由，至少 4 个字")).to_be_visible()
    assert violations(page) == []
    taking.get_by_label("为什么要导出").fill("月底统计在办件")
    with page.expect_download() as download:
        taking.get_by_role("button", name="导出", exact=True).click()
    assert re.fullmatch(r"desk-open-\d{8}\.csv", download.value.suggested_filename)
    expect(taking.get_by_text("已导出")).to_be_visible()
    taking.get_by_role("button", name="关闭").click()
    page.get_by_role("button", name="删除视图").click()
    expect(link).to_be_hidden()
    page.set_viewport_size(SMALL_PHONE)
    assert not sideways(page)
    page.goto(f"/desk/cases/{served.submit(ELDER)}")
    expect(page.get_by_role("application")).to_be_visible()
    assert not sideways(page)


def test_a_draft_that_is_shown_at_the_counter_is_finished_there(served: ServedCity, visitors: Visitors) -> None:
    resident = visitors.open()
    phone = steps.signed_in(resident, served, RESIDENT)
    steps.find_and_start(phone)
    steps.fill_form(phone)
    steps.stored(phone)
    phone.get_by_text("到窗口接着办").click()
    phone.get_by_role("button", name="出示二维码").click()
    expect(phone.get_by_role("img", name="给窗口扫的二维码")).to_be_visible()
    code = phone.locator(".counter-code__text").inner_text()
    assert violations(phone) == []
    assert not sideways(phone)

    clerk = at_desk(visitors, CLERK)
    page = clerk.page
    page.goto("/desk/counter")
    shown = page.get_by_role("region", name="申请人已在手机上填过")
    shown.get_by_role("button", name="调出草稿").click()
    expect(shown.get_by_text("请扫码或输入草稿码")).to_be_visible()
    shown.get_by_role("checkbox").check()
    clerk.watch.expect(r"POST 404 \S+/desk/counter/drafts$")
    shown.get_by_label("草稿码").fill("7K3M-Q2XH-9PAD")
    page.keyboard.press("Enter")
    expect(shown.get_by_role("alert")).to_contain_text("重新出示")
    assert violations(page) == []
    # A scanner on a cable types what the symbol says, and Enter.
    shown.get_by_label("草稿码").fill(f"ZBC:{code.replace('-', '')}")
    page.keyboard.press("Enter")
    form = page.get_by_role("region", name="填申请表")
    expect(form.get_by_text("这是申请人在手机上填的")).to_be_visible()
    assert violations(page) == []
    for _ in range(2):
        page.get_by_role("button", name="下一步", exact=True).click()
    expect(form.get_by_text("lease.jpg")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="下一步", exact=True).click()
    page.get_by_role("button", name="去核对").click()
    expect(form.get_by_text("听涛路 18 号")).to_be_visible()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已替申请人提交")).to_be_visible()
    phone.goto("/cases")
    expect(phone.get_by_role("link", name=re.compile("居住证申领")).first).to_be_visible()
