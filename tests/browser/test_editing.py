"""An editor drafts a change at the desk: what is wrong is seen at once, what residents will see stands beside it."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from backend.foundation.time_source import SHANGHAI
from tests.browser import steps
from tests.browser.furnished_city import settle
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitor, Visitors, until

EDITOR, SUPERVISOR = "YH0018", "YH0017"


def opened_draft(visitors: Visitors, draft: str) -> tuple[Page, Locator]:
    """An editor's page of a draft, and the box with the text of an office's file."""
    editor = visitors.open("desk")
    steps.signed_in_at_desk(editor, EDITOR)
    editor.page.goto(f"/desk/catalogue/{draft}")
    return editor.page, editor.page.get_by_role("textbox", name="items/residence-permit/office.yaml")


def release(visitors: Visitors, proposal: str) -> None:
    """A supervisor looks at a proposal and puts it in force."""
    supervisor = visitors.open("desk")
    steps.signed_in_at_desk(supervisor, SUPERVISOR)
    page = supervisor.page
    page.goto(proposal)
    expect(page.get_by_text("items/residence-permit/office.yaml")).to_be_visible()
    page.get_by_text("我看过全部改动").click()
    page.get_by_role("button", name="发布", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="发布", exact=True).click()
    expect(page.get_by_text("已发布，5 秒内")).to_be_visible()


def reload_until_seen(visitor: Visitor, wanted: Locator) -> None:
    """Reloads until what was published has reached the page."""

    def seen() -> bool:
        settle(visitor)
        if not (found := wanted.is_visible()):
            visitor.page.reload()
        return found

    until(visitor.page, seen)


def test_a_change_is_drafted_judged_shown_and_put_in_force_by_another_person(
    visitors: Visitors, served: ServedCity
) -> None:
    editor = visitors.open("desk")
    steps.signed_in_at_desk(editor, EDITOR)
    page = editor.page
    page.goto("/desk/catalogue")
    page.get_by_role("button", name="新改动").click()
    page.get_by_label("这次要改什么？").fill("居住证承诺时限缩短到 8 天")
    page.get_by_role("button", name="开始改").click()
    page.get_by_label("找事项或文件").fill("居住证")
    page.get_by_role("button", name="items/residence-permit/office.yaml").click()
    box = page.get_by_role("textbox", name="items/residence-permit/office.yaml")
    text = box.input_value()
    box.fill(text.replace("value: 10", "value: 30"))
    expect(page.get_by_text("promised-beyond-statutory")).to_be_visible()
    expect(page.get_by_role("button", name="提交审查")).to_be_disabled()
    assert violations(page) == []
    box.fill(text.replace("value: 10", "value: 8"))
    expect(page.get_by_role("region", name="居民会看到").get_by_text("8 个工作日")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="保存")).to_contain_text("江帆")
    page.get_by_role("button", name="提交审查").click()
    page.get_by_role("dialog").get_by_role("button", name="提交审查").click()
    page.wait_for_url(re.compile("/desk/publications/"))

    release(visitors, page.url)

    resident = visitors.open()
    resident.page.goto("/items/residence-permit")

    promised = resident.page.get_by_text("8 个工作日").first
    reload_until_seen(resident, promised)

    phone = resident.page
    phone.goto("/changes")
    phone.get_by_role("link", name="看改之前的指南").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("居住证申领")
    expect(phone.get_by_text("这是旧版，已经不再执行")).to_be_visible()
    expect(phone.get_by_text("10 个工作日").first).to_be_visible()
    expect(phone.get_by_role("link", name="开始申请")).to_have_count(0)
    assert violations(phone) == []
    assert sideways(phone) <= 0
    phone.get_by_role("link", name="看现行的办事指南").click()
    expect(promised).to_be_visible()
    expect(phone.get_by_text("这是旧版，已经不再执行")).to_have_count(0)


def test_a_change_for_a_later_day_names_it_at_the_review_and_in_the_change_log(
    visitors: Visitors, served: ServedCity
) -> None:
    draft = served.draft_change("试改")
    page, box = opened_draft(visitors, draft)
    box.fill(box.input_value().replace("value: 12", "value: 9"))
    page.get_by_role("button", name="提交审查").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("以后某天").click()
    dialog.get_by_role("button", name="提交审查").click()
    expect(dialog.get_by_text("请选明天到三年以内的一天")).to_be_visible()
    assert violations(page) == []
    later = datetime.now(SHANGHAI).date() + timedelta(days=40)
    dialog.get_by_label("从哪天起生效").fill(later.isoformat())
    dialog.get_by_role("button", name="提交审查").click()
    page.wait_for_url(re.compile("/desk/publications/"))
    day = f"{later.year}年{later.month}月{later.day}日"
    expect(page.get_by_text(f"定于 {day} 生效")).to_be_visible()

    release(visitors, page.url)

    resident = visitors.open()
    phone = resident.page
    phone.goto("/changes")
    told = phone.get_by_text(f"{day}起执行")
    reload_until_seen(resident, told)
    phone.get_by_role("link", name="看这一版指南").click()
    expect(phone.get_by_text(f"这一版{day}起执行")).to_be_visible()
    expect(phone.get_by_text("9 个工作日").first).to_be_visible()


def test_a_case_leads_to_the_guide_it_was_filed_under(visitors: Visitors, served: ServedCity) -> None:
    case = served.submit(RESIDENT)
    page = steps.signed_in(visitors.open(), served, RESIDENT, f"/cases/{case}")
    page.get_by_role("link", name="提交时的办事指南").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("居住证申领")
    expect(page.get_by_text("这一版正在执行")).to_be_visible()


def test_what_is_typed_survives_leaving_the_page(visitors: Visitors, served: ServedCity) -> None:
    draft = served.draft_change("试改")
    page, box = opened_draft(visitors, draft)
    box.fill(box.input_value().replace("value: 12", "value: 9"))
    page.get_by_role("button", name="回事项编辑").click()
    page.get_by_role("link", name="试改").click()
    expect(box).to_have_value(re.compile("value: 9"))
    page.get_by_role("button", name="撤销改动").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销改动").click()
    expect(box).to_have_value(re.compile("value: 10"))
