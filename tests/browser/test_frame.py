"""What surrounds every screen: feedback, planned maintenance, an ended session, the way to the home screen, paper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect

from backend.foundation.settings import MaintenanceSettings
from tests.browser import steps
from tests.browser.furnished_city import settle
from tests.browser.served_city import CLERK, NEIGHBOUR, RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.visitors import Visitor, Visitors, wait_for_worker
from tests.browser.wording import ZH
from tests.harness.served import API, served_settings

_SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5"
    " Mobile/15E148 Safari/604.1"
)
_SHIFTED = """() => new Promise((resolve) => {
  const found = []
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => found.push(
    `${entry.value} ${entry.sources.map(({ node }) => node?.outerHTML?.slice(0, 60)).join(' | ')}`)))
    .observe({ type: 'layout-shift', buffered: true })
  setTimeout(() => resolve(found), 300)
})"""


def forget_session(served: ServedCity, visitor: Visitor) -> None:
    """Ends the session of a browser on the server, as its time limit or another device does; it does not know."""
    (cookie,) = [each for each in visitor.context.cookies() if "zhangban" in each["name"]]
    with served.client() as other:
        other.cookies.set(cookie["name"], cookie["value"])
        assert other.delete(f"{API}/session").status_code == 204


def test_what_is_wrong_with_a_page_is_said_from_that_page_and_read_at_the_desk(
    visitors: Visitors, served: ServedCity
) -> None:
    phone = visitors.open()
    page = phone.page
    page.goto("/items/residence-permit?from=search")
    page.get_by_role("link", name="这一页有问题？").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("这一页哪里不对？")
    expect(page.get_by_text("您说的是“办事指南”这一页")).to_be_visible()
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("请选一种")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("radio", name="看不懂").check()
    page.get_by_label("请说说是什么样").fill("“合法稳定住所”是什么意思？我的电话 13900000001")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢")
    assert sideways(page) == 0
    page.get_by_role("button", name="回到刚才那一页").click()
    page.wait_for_url("**/items/residence-permit?from=search")
    with closing(served.sign_in(CLERK)) as desk:
        (entry,) = desk.get(f"{API}/desk/feedback").json()["entries"]
    assert (entry["page"], entry["kind"]) == ("/items/residence-permit", "unclear")
    assert entry["words"] == "“合法稳定住所”是什么意思？我的电话 139****0001"
    clerk = visitors.open("desk")
    desk_page = steps.signed_in(clerk, served, CLERK, "/desk/feedback")
    expect(desk_page.get_by_text("合法稳定住所")).to_be_visible()
    assert violations(desk_page) == []
    desk_page.get_by_role("button", name="处理好了").click()
    expect(desk_page.get_by_text("没有反馈")).to_be_visible()


def test_feedback_that_does_not_arrive_stays_on_the_screen_and_is_sent_once(
    visitors: Visitors, served: ServedCity
) -> None:
    phone = visitors.open()
    page = phone.page
    page.goto("/help")
    page.get_by_role("link", name="这一页有问题？").click()
    page.get_by_role("radio", name="其他").check()
    page.get_by_label("请说说是什么样").fill("少一个问题")
    phone.offline(True)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_text("没送到。您写的还在")).to_be_visible()
    expect(page.get_by_label("请说说是什么样")).to_have_value("少一个问题")
    phone.offline(False)
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢")
    with closing(served.sign_in(CLERK)) as desk:
        assert len(desk.get(f"{API}/desk/feedback").json()["entries"]) == 1


def test_what_comes_around_the_first_screen_moves_nothing_of_it(visitors: Visitors, served: ServedCity) -> None:
    page = visitors.open().page
    page.goto("/")
    page.get_by_role("link", name="这一页有问题？").wait_for()
    # The city's name comes beside the app's own before anything of the frame does.
    assert [each for each in page.evaluate(_SHIFTED) if "home__name" not in each] == []


def test_an_ended_session_takes_nothing_from_the_screen_and_work_goes_on_there(
    visitors: Visitors, served: ServedCity
) -> None:
    case = served.submit(RESIDENT)
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, f"/cases/{case}")
    page.get_by_role("link", name="这一页有问题？").wait_for()
    page.get_by_role("radio", name="30 天").check(force=True)
    forget_session(served, phone)
    phone.watch.expect(r"POST 401 ")
    # A process remembers a session for two seconds at most.
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="生成链接").click()
    expect(page.get_by_text("登录过期了，您填的都还在")).to_be_visible()
    assert violations(page) == []
    assert sideways(page) == 0
    page.get_by_role("button", name="重新登录").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("139****0001")).to_be_visible()
    assert violations(page) == []
    dialog.get_by_label(ZH.phone, exact=True).fill(RESIDENT)
    dialog.get_by_role("button", name=ZH.send_code).click()
    dialog.get_by_label(ZH.code, exact=True).fill(served.one_time_code(RESIDENT))
    dialog.get_by_role("button", name=ZH.sign_in, exact=True).click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_text("登录过期了")).to_have_count(0)
    assert page.url.endswith(f"/cases/{case}")
    expect(page.get_by_role("radio", name="30 天")).to_be_checked()
    page.get_by_role("button", name="生成链接").click()
    expect(page.get_by_role("button", name="复制链接")).to_be_visible()


def test_signing_in_again_as_somebody_else_shows_nothing_of_the_first(visitors: Visitors, served: ServedCity) -> None:
    case = served.submit(RESIDENT)
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, f"/cases/{case}")
    page.get_by_role("link", name="这一页有问题？").wait_for()
    forget_session(served, phone)
    phone.watch.expect(r"POST 401 ")
    page.wait_for_timeout(2_100)
    page.get_by_role("button", name="生成链接").click()
    page.get_by_role("button", name="重新登录").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(ZH.phone, exact=True).fill(NEIGHBOUR)
    dialog.get_by_role("button", name=ZH.send_code).click()
    dialog.get_by_label(ZH.code, exact=True).fill(served.one_time_code(NEIGHBOUR))
    dialog.get_by_role("button", name=ZH.sign_in, exact=True).click()
    page.wait_for_url(lambda url: "/cases/" not in url)
    expect(page.get_by_role("heading", level=1)).to_have_text("今天要办什么事？")


def test_one_finds_a_case_by_tab_number_and_name_and_the_way_back_keeps_the_list(
    visitors: Visitors, served: ServedCity
) -> None:
    cases = [served.submit(RESIDENT) for _ in range(4)]
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, f"/cases/{cases[0]}")
    number = page.get_by_text("查询码").first.inner_text().rpartition(" ")[2]
    page.get_by_role("button", name="撤回申请").click()
    page.get_by_role("dialog").get_by_role("button", name="撤回申请").click()
    expect(page.get_by_role("dialog")).not_to_be_visible()
    page.goto("/cases")
    rows = page.get_by_role("link", name=ZH.item)
    expect(rows).to_have_count(4)
    page.get_by_role("link", name="办完的").click()
    expect(rows).to_have_count(1)
    page.get_by_role("link", name="正在办").click()
    expect(rows).to_have_count(3)
    page.get_by_role("link", name="全部", exact=True).click()
    page.get_by_role("searchbox").fill(number)
    page.get_by_role("button", name="找", exact=True).click()
    expect(rows).to_have_count(1)
    assert violations(page) == []
    assert sideways(page) == 0
    rows.click()
    page.wait_for_url(f"**/cases/{cases[0]}")
    page.go_back()
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("没有这件")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("没有这样的办件")).to_be_visible()
    phone.offline(True)
    page.get_by_role("searchbox").fill("居住证")
    page.get_by_role("searchbox").press("Enter")
    expect(page.get_by_text("没网，只在手机里存的办件中找")).to_be_visible()
    expect(rows).to_have_count(4)


def test_a_case_says_how_far_it_is_whom_to_ask_and_prints_without_what_can_be_pressed(
    visitors: Visitors, served: ServedCity
) -> None:
    case = served.submit(RESIDENT)
    phone = visitors.open()
    page = steps.signed_in(phone, served, RESIDENT, f"/cases/{case}")
    expect(page.get_by_role("heading", name="办到哪一步")).to_be_visible()
    expect(page.get_by_text("现在在这一步")).to_be_visible()
    asked = page.get_by_role("link", name="问办理部门")
    assert (asked.get_attribute("href") or "").startswith("tel:0990-")
    expect(page.get_by_role("link", name="打 12345 问人工")).to_be_visible()
    page.get_by_role("link", name="这一页有问题？").wait_for()
    page.emulate_media(media="print")
    for name in ("打印这一页", "撤回申请", "生成链接"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    expect(page.get_by_role("link", name="这一页有问题？")).to_have_count(0)
    expect(page.get_by_text("办件编号")).to_be_visible()
    page.emulate_media(media="screen")


def test_the_way_to_the_home_screen_is_offered_once_an_application_is_received_and_no_is_no_for_good(
    visitors: Visitors, served: ServedCity
) -> None:
    phone = visitors.open(user_agent=_SAFARI)
    page = steps.signed_in(phone, served, RESIDENT)
    expect(page.get_by_text("想随时看进度？")).to_have_count(0)
    steps.find_and_start(page)
    steps.fill_form(page)
    page.get_by_role("button", name=ZH.submit).click()
    hint = page.get_by_text("点浏览器的分享按钮，再选“添加到主屏幕”")
    expect(hint).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="不用了，以后别再提").click()
    expect(hint).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(ZH.received)
    expect(hint).to_have_count(0)


def test_a_deep_link_opened_signed_out_is_where_signing_in_leads(visitors: Visitors, served: ServedCity) -> None:
    case = served.submit(RESIDENT)
    for path in (f"/cases/{case}/documents/1", "/cases?state=ended", "/me/security"):
        page = visitors.open().page
        page.goto(path)
        page.wait_for_url(lambda url: "/sign-in?" in url)
        steps.sign_in(page, served, RESIDENT)
        page.wait_for_url(lambda url, path=path: url.endswith(path))


@pytest.fixture
def planned(tmp_path: Path, built_app: Path) -> Iterator[ServedCity]:
    """A city with maintenance from an hour from now for an hour."""
    start = datetime.now(UTC) + timedelta(hours=1)
    window = MaintenanceSettings(
        starts=start.isoformat(timespec="seconds"), ends=(start + timedelta(hours=1)).isoformat(timespec="seconds")
    )
    city = ServedCity(tmp_path, msgspec.structs.replace(served_settings(tmp_path), maintenance=window))
    yield city
    city.stop()


@pytest.fixture
def people(chromium: Browser, planned: ServedCity) -> Iterator[Visitors]:
    """Those who visit `planned`."""
    made = Visitors(chromium, planned.url)
    yield made
    assert made.close() == []


def before_the_end(city: ServedCity, seconds: float) -> None:
    """Sets the server's clock to so many seconds before its maintenance ends."""
    ends = datetime.fromisoformat(city.settings.maintenance.ends)
    city.set_clock((ends - timedelta(seconds=seconds)).isoformat(timespec="seconds"))


def test_planned_maintenance_is_told_beforehand_and_while_it_lasts_the_phone_goes_on_with_what_it_holds(
    people: Visitors, planned: ServedCity
) -> None:
    phone = people.open()
    page = steps.signed_in(phone, planned, RESIDENT)
    wait_for_worker(page)
    settle(phone)
    expect(page.get_by_role("heading", name="最近的变化")).to_be_visible()
    expect(page.get_by_text("系统维护").first).to_be_visible()
    assert violations(page) == []
    page.goto("/cases")
    settle(phone)
    phone.watch.expect(r" 503 ")
    before_the_end(planned, 2_700)
    page.goto("/inbox")
    expect(page.get_by_text("系统维护中，预计")).to_be_visible()
    page.goto("/cases/01990000-0000-7000-8000-000000000000")
    expect(page.get_by_text("系统正在维护", exact=True)).to_be_visible()
    assert page.get_by_text("离线 ·").count() == 0
    assert violations(page) == []
    # What was read before stays readable, and the catalogue goes on.
    page.goto("/cases")
    expect(page.get_by_text("还没有办件")).to_be_visible()
    page.goto("/items/residence-permit")
    expect(page.get_by_role("heading", level=1)).to_have_text("居住证申领")


def typed_in_maintenance(page: Page) -> None:
    """Fills the residence permit's form in as far as its review."""
    steps.find_and_start(page)
    steps.fill_form(page)


def test_what_is_filed_while_maintenance_lasts_waits_and_goes_out_by_itself_afterwards(
    people: Visitors, planned: ServedCity
) -> None:
    phone = people.open()
    page = steps.signed_in(phone, planned, RESIDENT)
    wait_for_worker(page)
    typed_in_maintenance(page)
    phone.watch.expect(r" 503 ")
    before_the_end(planned, 20)
    page.get_by_role("button", name=ZH.submit).click()
    expect(page.get_by_text("还没送到，别担心")).to_be_visible()
    page.get_by_role("link", name=ZH.progress).wait_for(timeout=90_000)
    expect(page.get_by_role("heading", level=1)).to_have_text(ZH.received)
