"""Somebody comes to the counter: the clerk fills in the residents' own form for them, and the case is theirs."""

from __future__ import annotations

import re

from playwright.sync_api import Dialog, Locator, Page, expect

from tests.browser import steps
from tests.browser.served_city import CLERK as CLERK_PHONE
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitors

CLERK = "YH0011"
LIN = {"姓名": "林晓舟", "证件号码": "990321199508162421", "申请人的手机号": "13912340077"}


def type_applicant(page: Page) -> None:
    """Chooses the item by the keyboard alone and types who stands there; does not send it."""
    page.goto("/desk/counter")
    expect(page.get_by_role("button", name="居住证申领")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("jzz")
    page.keyboard.press("Enter")
    for label, text in LIN.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_role("checkbox").check()


def open_form(page: Page) -> Locator:
    """The applicant is found and the first page of the form filled in."""
    type_applicant(page)
    page.keyboard.press("Enter")
    form = page.get_by_role("region", name="填申请表")
    form.get_by_role("radio", name=steps.ZH.ground).wait_for()
    steps.answer_first_page(page)
    return form


def test_a_clerk_enters_the_same_form_and_the_applicant_finds_the_case(visitors: Visitors, served: ServedCity) -> None:
    clerk = visitors.open("desk")
    steps.signed_in_at_desk(clerk, CLERK)
    page = clerk.page
    page.goto("/desk/counter")
    find = page.get_by_role("searchbox")
    # Another department's item is not offered, however it is looked for.
    find.fill("食品经营许可")
    expect(page.get_by_text("没有找到本部门办理的事项")).to_be_visible()
    find.fill("jzz")
    expect(page.get_by_role("button", name="居住证申领")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="居住证申领").click()

    page.get_by_role("button", name="核对身份，开始填表").click()
    expect(page.get_by_label("姓名", exact=True)).to_be_focused()
    page.get_by_label("姓名", exact=True).fill("林小舟")
    page.get_by_label("证件号码", exact=True).fill("990321199508162421")
    page.get_by_label("申请人的手机号", exact=True).fill("139 1234 0077")
    page.get_by_role("checkbox").check()
    clerk.watch.expect(r"POST 422 \S+/desk/counter/visits$")
    page.get_by_role("button", name="核对身份，开始填表").click()
    expect(page.get_by_role("alert")).to_contain_text("不一致")
    assert violations(page) == []
    page.get_by_label("姓名", exact=True).fill("林晓舟")
    page.get_by_role("button", name="核对身份，开始填表").click()

    form = page.get_by_role("region", name="填申请表")
    expect(form.get_by_text("990***********2421").first).to_be_visible()
    assert "990321199508162421" not in page.content()
    page.get_by_role("button", name="下一步", exact=True).click()
    expect(
        form.get_by_role("link", name=re.compile("原因|为什么|理由")).or_(form.get_by_role("link")).first
    ).to_be_visible()
    assert violations(page) == []
    steps.answer_first_page(page)
    page.get_by_role("button", name="下一步", exact=True).click()
    steps.answer_address(page)
    page.get_by_role("button", name="下一步", exact=True).click()
    steps.answer_proof(page)
    assert violations(page) == []
    page.get_by_role("button", name="下一步", exact=True).click()
    page.get_by_role("radio", name=steps.ZH.card).check()
    page.get_by_role("button", name="去核对").click()
    expect(form.get_by_role("heading", name="核对后提交")).to_be_focused()
    expect(form.get_by_text("听涛路 18 号")).to_be_visible()
    assert violations(page) == []
    assert not sideways(page)
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已替申请人提交")).to_be_visible()
    assert violations(page) == []
    assert not sideways(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="窗口提交回执")).to_be_visible()
    for left_out in (page.get_by_role("navigation"), page.get_by_role("link", name="打开办件"), page.locator(".keys")):
        expect(left_out).to_be_hidden()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="打开办件").click()
    expect(page.get_by_text("林晓舟").first).to_be_visible()
    expect(page.get_by_text("窗口代为录入")).to_be_visible()

    # Nothing is left to lose: the receipt was left without a question.
    resident = visitors.open()
    phone = steps.signed_in(resident, served, RESIDENT, then="/cases")
    expect(phone.get_by_role("link", name=re.compile("居住证申领")).first).to_be_visible()


def test_what_was_typed_goes_only_after_a_question(visitors: Visitors) -> None:
    clerk = visitors.open("desk")
    steps.signed_in_at_desk(clerk, CLERK)
    page = clerk.page
    question = page.get_by_role("dialog", name="清空这次录入？")
    type_applicant(page)
    ways_out = ["换一件事", "EN", "退出登录"]
    for way in ways_out:
        page.get_by_role("button", name=way).click()
        expect(question).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")
        expect(question).to_be_hidden()
    page.get_by_role("link", name="窗口核验").click()
    question.get_by_role("button", name="先不").click()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("林晓舟")
    # Closing or reloading the tab asks in the browser's own words.
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    page.close(run_before_unload=True)
    expect(page.get_by_label("姓名", exact=True)).to_have_value("林晓舟")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="换一件事").click()
    question.get_by_role("button", name="不办了，清空").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    # With nothing typed nothing is asked.
    page.get_by_role("button", name="居住证申领").click()
    expect(page.get_by_label("姓名", exact=True)).to_have_value("")
    page.get_by_role("link", name="窗口核验").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("窗口核验")


def test_an_applicant_who_may_not_apply_is_refused_with_what_to_do(visitors: Visitors) -> None:
    clerk = visitors.open("desk")
    steps.signed_in_at_desk(clerk, CLERK)
    page = clerk.page
    refusal = {
        "type": "urn:zhangban:problem:applicant-kind-wrong",
        "title": "",
        "status": 422,
        "detail": "请切换申请人。",
    }
    clerk.watch.expect(r"POST 422 \S+/desk/counter/visits$")
    page.goto("/desk/counter")
    page.get_by_role("button", name="公章刻制备案").click()
    page.get_by_role("button", name="核对身份，开始填表").click()
    expect(page.get_by_label("单位名称")).to_be_focused()
    assert violations(page) == []
    assert not sideways(page)
    page.get_by_role("button", name="换一件事").click()
    type_applicant(page)
    # The list that the page works from is older than what the server has in force.
    page.route("**/desk/counter/visits", lambda route: route.fulfill(status=422, json=refusal))
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("请换一件事，或换申请人")
    assert violations(page) == []
    page.unroute("**/desk/counter/visits")
    clerk.offline(True)
    page.get_by_role("button", name="核对身份，开始填表").click()
    expect(page.get_by_role("alert")).to_contain_text("请看看网络")
    assert violations(page) == []
    expect(page.get_by_label("姓名", exact=True)).to_have_value("林晓舟")


def test_a_session_or_a_visit_that_ends_takes_nothing_of_what_was_typed(visitors: Visitors, served: ServedCity) -> None:
    clerk = visitors.open("desk")
    steps.signed_in_at_desk(clerk, CLERK)
    page = clerk.page
    form = open_form(page)
    page.get_by_role("button", name="下一步", exact=True).click()
    steps.answer_address(page)
    page.get_by_role("button", name="下一步", exact=True).click()
    steps.answer_proof(page)
    page.get_by_role("button", name="下一步", exact=True).click()
    page.get_by_role("radio", name=steps.ZH.card).check()
    page.get_by_role("button", name="去核对").click()

    clerk.context.clear_cookies()
    clerk.watch.expect(r"POST 401 \S+/cases$")
    page.get_by_role("button", name="提交申请").click()
    expect(form.get_by_role("alert")).to_contain_text("登录已到期，填的内容都还在")
    assert violations(page) == []
    with clerk.context.expect_page() as beside:
        form.get_by_role("link", name="在新标签页登录").click()
    steps.sign_in_at_desk(beside.value, served, CLERK_PHONE)
    beside.value.wait_for_url(lambda url: "sign-in" not in url)
    beside.value.close()

    served.end_visits()
    clerk.watch.expect(r"POST 404 \S+/cases$")
    page.get_by_role("button", name="提交申请").click()
    expect(form.get_by_text("这次录入到时间了，填的内容都还在")).to_be_visible()
    assert violations(page) == []
    assert not sideways(page)
    form.get_by_role("button", name="再核对一次，接着办").click()
    expect(form.get_by_text("这次录入到时间了")).to_be_hidden()
    expect(form.get_by_text("听涛路 18 号")).to_be_visible()
    # The papers were sent under the visit that has ended, and are the applicant's all the same.
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("已替申请人提交")).to_be_visible()
