"""Somebody comes to the counter: the clerk fills in the residents' own form for them, and the case is theirs."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitors

CLERK = "YH0011"


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
    page.get_by_role("link", name="打开办件").click()
    expect(page.get_by_text("林晓舟").first).to_be_visible()
    expect(page.get_by_text("窗口代为录入")).to_be_visible()

    resident = visitors.open()
    phone = steps.signed_in(resident, served, RESIDENT, then="/cases")
    expect(phone.get_by_role("link", name=re.compile("居住证申领")).first).to_be_visible()
