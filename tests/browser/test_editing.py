"""An editor drafts a change at the desk: what is wrong is seen at once, what residents will see stands beside it."""

from __future__ import annotations

import re
import time

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.furnished_city import settle
from tests.browser.served_city import ServedCity
from tests.browser.test_accessibility import violations
from tests.browser.visitors import PATIENCE_MS, Visitors

EDITOR, SUPERVISOR = "YH0018", "YH0017"


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
    proposal = page.url

    supervisor = visitors.open("desk")
    steps.signed_in_at_desk(supervisor, SUPERVISOR)
    supervisor.page.goto(proposal)
    expect(supervisor.page.get_by_text("items/residence-permit/office.yaml")).to_be_visible()
    supervisor.page.get_by_text("我看过全部改动").click()
    supervisor.page.get_by_role("button", name="发布", exact=True).click()
    supervisor.page.get_by_role("dialog").get_by_role("button", name="发布", exact=True).click()
    expect(supervisor.page.get_by_text("已发布，5 秒内")).to_be_visible()

    resident = visitors.open()
    resident.page.goto("/items/residence-permit")

    promised = resident.page.get_by_text("8 个工作日").first
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end:
        settle(resident)
        if promised.is_visible():
            break
        resident.page.reload()
    expect(promised).to_be_visible()


def test_what_is_typed_survives_leaving_the_page(visitors: Visitors, served: ServedCity) -> None:
    draft = served.draft_change("试改")
    editor = visitors.open("desk")
    steps.signed_in_at_desk(editor, EDITOR)
    page = editor.page
    page.goto(f"/desk/catalogue/{draft}")
    box = page.get_by_role("textbox", name="items/residence-permit/office.yaml")
    box.fill(box.input_value().replace("value: 12", "value: 9"))
    page.get_by_role("button", name="回事项编辑").click()
    page.get_by_role("link", name="试改").click()
    expect(box).to_have_value(re.compile("value: 9"))
    page.get_by_role("button", name="撤销改动").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销改动").click()
    expect(box).to_have_value(re.compile("value: 10"))
