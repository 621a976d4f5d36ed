"""Every screen of pwa/routes.json, as people with other eyes and hands meet it (WCAG 2.2 AA)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser import steps
from tests.browser.furnished_city import ROUTES, Furnished, Roles, fresh_city, remember, roles, settle, visitor_of
from tests.browser.visitors import Visitor, Visitors, wait_for_worker
from tests.browser.wording import ZH
from tests.harness.served import ROOT

_AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_OVERHANG = """() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() =>
  resolve(document.scrollingElement.scrollWidth - innerWidth))))"""
# Animations without an end never rest.
_AT_REST = """() => document.getAnimations().every((one) =>
  one.playState !== 'running' || one.effect?.getComputedTiming().endTime === Infinity)"""
_NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory, built_app: Path) -> Iterator[Furnished]:
    """One city for all screens."""
    made = fresh_city(tmp_path_factory.mktemp("accessibility"))
    yield made
    made.city.stop()


@pytest.fixture(scope="module")
def people(furnished: Furnished, chromium: Browser) -> Iterator[Roles]:
    """Those who look at the screens; at the end none of their browsers has had an error."""
    visitors = Visitors(chromium, furnished.city.url)
    yield roles(visitors, furnished)
    assert visitors.close() == []


def violations(page: Page) -> list[str]:
    """What axe finds, each with its place, once nothing is on its way to another place or colour."""
    page.wait_for_function(_AT_REST)
    # Evaluated by DevTools, which the page's content policy does not bind.
    page.evaluate(_AXE)
    options = {"runOnly": {"type": "tag", "values": _RULES}, "resultTypes": ["violations"]}
    found: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", options)
    return [
        f"{violation['id']}: {node['html'][:160]} {node.get('failureSummary', '')}"
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def sideways(page: Page) -> int:
    """By how many pixels the page is wider than a 320 px screen."""
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size(_NARROW)
    # Not before the page has been laid out for this width.
    page.wait_for_function("matchMedia('(max-width: 320px)').matches")
    wide: int = page.evaluate(_OVERHANG)
    page.set_viewport_size(usual)
    page.wait_for_function("(width) => innerWidth >= width", arg=usual["width"])
    return wide


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route['path']} {route['role']}")
def test_a_screen_has_no_violation_in_any_dress_and_never_scrolls_sideways(
    route: dict[str, str], furnished: Furnished, people: Roles
) -> None:
    visitor = visitor_of(route, people)
    page = visitor.page
    # A colour on its way to another is judged as neither.
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.goto("about:blank")
    page.goto(furnished.address(route["sample"]))
    settle(visitor)
    # The title says where one is.
    expect(page).to_have_title(re.compile("^(?!(掌上办)?$)", re.DOTALL))
    assert page.locator("html").get_attribute("lang") == "zh-CN"
    found = {"light": violations(page), "320 px": sideways(page)}
    page.emulate_media(color_scheme="dark")
    found["dark"] = violations(page)
    page.emulate_media(color_scheme="light")
    remember(visitor, size="elder")
    found |= {"elder": violations(page), "320 px elder": sideways(page)}
    remember(visitor, size="standard", language="en")
    assert page.locator("html").get_attribute("lang") == "en"
    found |= {"English": violations(page), "320 px English": sideways(page)}
    visitor.page.evaluate("localStorage.setItem('zhangban.language', 'zh')")
    assert {where: what for where, what in found.items() if what} == {}


def test_every_route_of_the_desk_is_listed() -> None:
    source = (ROOT / "pwa" / "src" / "desk" / "router.ts").read_text(encoding="utf-8")
    shown = {"/desk" + re.sub(r"\(.*?\)", "", path) for path in re.findall(r"path: '([^']+)', component", source)}
    assert shown == {route["path"] for route in ROUTES if route["entry"] == "desk"}


def test_what_screens_turn_into_has_no_violation_either(chromium: Browser, furnished: Furnished, people: Roles) -> None:
    visitors = Visitors(chromium, furnished.city.url)
    phone, desk = visitors.open(reduced_motion="reduce"), people.staff
    page, found = phone.page, {}
    page.goto("/items/residence-permit/form")
    # Later the network is cut, and only a phone that holds the app opens it then.
    wait_for_worker(page)
    page.get_by_role("button", name=ZH.next_page).click()
    page.get_by_text("有 2 处要改").wait_for()
    found["mistakes"] = violations(page) + [f"wide by {sideways(page)}"] * (sideways(page) > 0)
    steps.fill_form(page)
    found["review"] = violations(page)
    steps.stored(page)
    phone.offline(True)
    page.goto("/me")
    settle(phone)
    page.get_by_role("button", name="删除草稿").click()
    page.get_by_role("dialog").wait_for()
    found["dialog, offline"] = violations(page)
    phone.offline(False)
    page.goto("/verify")
    page.get_by_text("粘贴码里的文字").click()
    page.get_by_label("码里的文字", exact=True).fill("ZB1:6BF")
    page.get_by_role("button", name="核验", exact=True).click()
    page.get_by_role("article").wait_for()
    found["verdict"] = violations(page)
    page.goto("/status")
    found["no script"] = violations(page)
    people.resident.page.goto(f"/cases/{furnished.granted}")
    settle(people.resident)
    found["closed case"] = violations(people.resident.page)
    desk.page.goto(f"/desk/cases/{furnished.case}")
    settle(desk)
    desk.page.get_by_role("button", name="放大看").click()
    found["enlarged picture"] = violations(desk.page)
    assert visitors.close() == []
    assert {where: what for where, what in found.items() if what} == {}


def test_what_the_desk_turns_into_has_no_violation_either(furnished: Furnished, people: Roles) -> None:
    found: dict[str, list[str]] = {}

    def look(visitor: Visitor, name: str) -> None:
        for scheme in ("light", "dark"):
            visitor.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found[f"{name}, {scheme}"] = violations(visitor.page)
        found[f"{name}, 320 px"] = [f"wide by {sideways(visitor.page)}"] * (sideways(visitor.page) > 0)

    def opened(role: str, address: str) -> Visitor:
        visitor = people.of(role)
        visitor.page.goto(furnished.address(address))
        settle(visitor)
        return visitor

    clerk = opened("staff", "/desk/cases/{case}")
    clerk.page.get_by_role("button", name="查看完整号码").click()
    clerk.page.get_by_role("button", name="显示 60 秒").click()
    look(clerk, "no reason given")
    clerk.page.get_by_text("核对证件号码").click()
    clerk.page.get_by_role("button", name="显示 60 秒").click()
    clerk.page.get_by_text("990321199508162421").wait_for()
    look(clerk, "whole number")
    clerk.page.get_by_role("button", name="现在就隐藏").click()
    expect(clerk.page.get_by_text("990321199508162421")).to_have_count(0)
    clerk = opened("staff", "/desk/window")
    clerk.page.get_by_role("button", name="确认核验").click()
    clerk.page.get_by_role("button", name="发验证码到新手机").click()
    look(clerk, "window with mistakes")
    clerk = opened("staff", "/desk/audit")
    clerk.page.get_by_text("这一页不归您的岗位").wait_for()
    look(clerk, "no permission")
    keeper = opened("system_administrator", "/desk/accounts")
    keeper.page.get_by_role("button", name="开新账号").click()
    keeper.page.get_by_role("button", name="开账号", exact=True).click()
    look(keeper, "new account with mistakes")
    keeper.page.get_by_label("工号", exact=True).fill("YH0098")
    keeper.page.get_by_label("姓名", exact=True).fill("新来的")
    keeper.page.get_by_label("手机号", exact=True).fill("13911119998")
    keeper.page.get_by_label("部门", exact=True).select_option(index=1)
    keeper.page.get_by_role("button", name="开账号", exact=True).click()
    keeper.page.get_by_text("只显示这一次").wait_for()
    look(keeper, "secrets shown once")
    keeper.page.get_by_role("button", name="已交给本人").click()
    keeper.page.get_by_role("button", name="停用账号").click()
    look(keeper, "asked before closing")
    guard = opened("security_administrator", "/desk/roles")
    guard.page.get_by_role("button", name="YH0012").click()
    look(guard, "roles of somebody")
    reviewer = opened("supervisor", "/desk/publications/{proposal}")
    reviewer.page.get_by_role("button", name="发布", exact=True).click()
    look(reviewer, "not checked for secrets")
    reviewer.page.get_by_text("我看过全部改动").click()
    reviewer.page.get_by_role("button", name="发布", exact=True).click()
    look(reviewer, "asked before publishing")
    reviewer.page.get_by_role("dialog").get_by_role("button", name="发布", exact=True).click()
    reviewer.page.get_by_text("已发布，5 秒内").wait_for()
    look(reviewer, "published")
    assert {where: what for where, what in found.items() if what} == {}
