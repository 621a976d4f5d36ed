"""Residents find a service in their own words, by what happens in their life, by department and by place."""

from __future__ import annotations

import json
from typing import Any

from playwright.sync_api import expect

from tests.browser.served_city import ServedCity
from tests.browser.visitors import Visitors, wait_for_worker
from tests.harness.served import API

_BUNDLE: dict[str, Any] = {
    "key": "fixture",
    "name": {"zh": "外来务工一件事", "en": "Coming to work"},
    "summary": {"zh": "来云海工作要办的事。", "en": "What to do when you come to work."},
    "lead_department": "public-security",
    "promised": {"value": 5, "unit": "workday", "confidence": "L"},
    "members": ["social-security-card", "residence-permit"],
    "source": {"zh": "测试", "en": "a test"},
    "optional_members": [{"item": "ordinary-passport", "when": {"zh": "要出国的人", "en": "for travellers"}}],
    "elsewhere": [{"name": {"zh": "银行开户", "en": "A bank account"}, "where": {"zh": "银行网点", "en": "At a bank"}}],
    "order": [["residence-permit", "social-security-card"]],
}
_EVENT: dict[str, Any] = {
    "key": "fixture",
    "name": {"zh": "找工作", "en": "Work"},
    "summary": {"zh": "来云海工作。", "en": "Working in Yunhai."},
    "icon": "work",
    "items": ["residence-permit"],
    "bundles": ["fixture"],
}


def test_a_service_is_found_with_no_network_by_first_letters_and_in_spite_of_a_mistake(
    served: ServedCity, visitors: Visitors
) -> None:
    phone = visitors.open()
    page = phone.page
    page.goto("/search")
    page.get_by_text("居住证申领").first.wait_for()
    wait_for_worker(page)
    page.wait_for_load_state("networkidle")
    phone.offline(True)
    box = page.get_by_role("searchbox")
    box.fill("jzzsl")
    expect(page.get_by_role("status").filter(has_text="按拼音首字母 jzzsl，找到")).to_be_visible()
    expect(page.locator("a.row strong").first).to_have_text("居住证申领")
    box.fill("居注证申领")
    expect(page.get_by_text("按相近的字，找到")).to_be_visible()
    expect(page.get_by_role("link", name="居住证申领").first).to_be_visible()


def test_where_nothing_is_found_topics_and_the_hotline_lead_on(served: ServedCity, visitors: Visitors) -> None:
    page = visitors.open().page
    page.goto("/search?q=飞机票")
    expect(page.get_by_text("没找到“飞机票”")).to_be_visible()
    expect(page.get_by_role("link", name="打 12345 问人工")).to_have_attribute("href", "tel:12345")
    page.get_by_role("link", name="证件办理").click()
    page.wait_for_url("**/services?topic=*")
    expect(page.get_by_role("link", name="居住证申领").first).to_be_visible()


def test_a_guide_says_when_its_places_are_open_and_leads_to_its_departments(
    served: ServedCity, visitors: Visitors
) -> None:
    page = visitors.open().page
    page.goto("/items/marriage-registration")
    place = page.get_by_role("article").filter(has_text="临江区")
    expect(place.get_by_text("周一至周五 09:00–12:00")).to_be_visible()
    expect(page.get_by_role("link", name="附近的办事点")).to_have_attribute("href", "/places")
    page.get_by_role("link", name="临江区民政局").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("临江区民政局")
    expect(page.get_by_role("link", name="结婚登记（内地居民）").first).to_be_visible()


def test_a_filtered_list_is_an_address_that_can_be_sent(served: ServedCity, visitors: Visitors) -> None:
    page = visitors.open().page
    page.goto("/services")
    page.get_by_text("个人", exact=True).click()
    page.get_by_role("switch").check()
    page.get_by_text("按主题、部门筛选").click()
    page.get_by_label("部门", exact=True).select_option("public-security-linjiang")
    page.wait_for_url("**/services?audience=person&department=public-security-linjiang&online=yes")
    friend = visitors.open().page
    friend.goto(page.url)
    expect(friend.get_by_role("link", name="居住证申领").first).to_be_visible()
    # The friend's list is narrowed once the departments have come; the sender's is already.
    counted = page.get_by_role("status").filter(has_text="件事").text_content()
    expect(friend.get_by_role("status").filter(has_text="件事")).to_have_text(counted or "")


def test_a_department_says_what_it_does_where_and_who_stands_above_it(served: ServedCity, visitors: Visitors) -> None:
    page = visitors.open().page
    page.goto("/departments/public-security-linjiang")
    expect(page.get_by_role("heading", name="云海市公安局临江分局", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="居住证申领").first).to_be_visible()
    expect(page.get_by_role("heading", name="临江区政务服务中心")).to_be_visible()
    page.get_by_role("link", name="上级部门").click()
    expect(page.get_by_role("heading", name="云海市公安局", level=1)).to_be_visible()


def test_a_chosen_street_puts_its_place_first_and_stays_on_the_phone(served: ServedCity, visitors: Visitors) -> None:
    phone = visitors.open()
    page = phone.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url + (request.post_data or "")))
    page.goto("/places")
    page.get_by_label("您住在哪个街道").select_option("990102002000")
    expect(page.get_by_role("article").first).to_contain_text("听涛街道便民服务中心")
    page.reload()
    expect(page.get_by_role("article").first).to_contain_text("听涛街道便民服务中心")
    assert not [each for each in asked if "990102002" in each]


def test_a_position_is_asked_for_by_its_button_only_and_orders_by_distance(
    served: ServedCity, visitors: Visitors
) -> None:
    phone = visitors.open(geolocation={"latitude": 21.0124, "longitude": 130.0411}, permissions=["geolocation"])
    page = phone.page
    page.goto("/places")
    expect(page.get_by_role("article").first).to_contain_text("云海市政务服务中心")
    page.get_by_role("button", name="用手机定位").click()
    expect(page.get_by_role("article").first).to_contain_text("东港区政务服务中心")
    expect(page.get_by_role("article").first).to_contain_text("约 50 米")


def test_a_life_event_leads_from_home_to_what_belongs_together_in_order(served: ServedCity, visitors: Visitors) -> None:
    visitor = visitors.open()
    page = visitor.page
    # The bundle is there in this directory only; the server has no form of it.
    visitor.watch.expect(r"GET 404 \S+/bundles/fixture/form")
    with served.client() as client:
        directory = client.get(f"{API}/directory").json()
    directory |= {"life_events": [_EVENT], "bundles": [_BUNDLE]}
    page.route(
        "**/api/v1/directory", lambda route: route.fulfill(body=json.dumps(directory), content_type="application/json")
    )
    page.goto("/")
    page.get_by_role("navigation", name="人生大事").get_by_role("link", name="找工作").click()
    expect(page.get_by_role("heading", name="找工作", level=1)).to_be_visible()
    page.get_by_role("link", name="外来务工一件事").click()
    members = page.get_by_role("list").filter(has=page.get_by_role("link", name="居住证申领")).get_by_role("listitem")
    expect(members.nth(0)).to_contain_text("居住证申领")
    expect(members.nth(1)).to_contain_text("先办：居住证申领")
    expect(page.get_by_text("要出国的人")).to_be_visible()
    expect(page.get_by_text("银行网点")).to_be_visible()
    page.goto("/life/unknown")
    expect(page.get_by_text("没有这件大事")).to_be_visible()
