"""The desk at work: what is due first, several cases at once, and two clerks on one case."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.served_city import CLERK, ELDER, NEIGHBOUR, RESIDENT, ServedCity
from tests.browser.test_accessibility import violations
from tests.browser.visitors import Visitors
from tests.harness.served import STAFF_NUMBERS


def test_several_cases_are_accepted_together_and_what_a_colleague_did_is_told(
    served: ServedCity, visitors: Visitors
) -> None:
    taken = served.submit(RESIDENT)
    served.submit(ELDER)
    served.submit(NEIGHBOUR)
    clerk = visitors.open("desk", reduced_motion="reduce")
    steps.signed_in_at_desk(clerk, STAFF_NUMBERS[CLERK])
    page = clerk.page
    page.goto("/desk/queue/open")
    boxes = page.get_by_role("checkbox", name=re.compile("^选中"))
    expect(boxes).to_have_count(3)
    for box in boxes.all():
        box.check()
    expect(page.get_by_text("选了 3 件")).to_be_visible()
    assert violations(page) == []
    served.command(CLERK, taken, "accept")
    page.get_by_role("button", name="受理 3 件").click()
    expect(page.get_by_text("受理：办好 2 件，共 3 件")).to_be_visible()
    results = page.get_by_role("region", name="一起办的结果")
    expect(results.get_by_role("listitem")).to_have_count(1)
    expect(results).to_contain_text("同事刚办过，现在是：已受理")
    assert violations(page) == []
    page.get_by_role("button", name="知道了").click()
    page.get_by_role("link", name=re.compile("^超期")).click()
    expect(page).to_have_url(re.compile(r"light=red$"))
    expect(page.get_by_text("没有符合的办件")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("row")).to_have_count(4)


def test_what_a_request_lost_is_sent_again_and_nothing_is_given_twice(served: ServedCity, visitors: Visitors) -> None:
    served.submit(RESIDENT)
    clerk = visitors.open("desk")
    steps.signed_in_at_desk(clerk, STAFF_NUMBERS[CLERK])
    page = clerk.page
    page.goto("/desk/queue/open")
    page.get_by_role("checkbox", name=re.compile("^选中")).check()
    clerk.watch.expect(r"POST 503 \S+/desk/commands")

    def lost(route: object) -> None:
        # The server did it; only the answer went astray.
        route.fetch()  # type: ignore[attr-defined]
        route.fulfill(status=503, json={"type": "x", "status": 503})  # type: ignore[attr-defined]

    page.route("**/desk/commands", lost)
    page.get_by_role("button", name="受理 1 件").click()
    expect(page.get_by_text("没有送到，这件没有动。")).to_be_visible()
    page.unroute("**/desk/commands")
    page.get_by_role("button", name="没送到的再送一次").click()
    expect(page.get_by_text("受理：办好 1 件，共 1 件")).to_be_visible()


def test_when_a_colleague_acted_first_nothing_typed_is_lost_and_it_is_said_who_did_what(
    served: ServedCity, visitors: Visitors
) -> None:
    case = served.submit(RESIDENT)
    clerk = visitors.open("desk", reduced_motion="reduce")
    steps.signed_in_at_desk(clerk, STAFF_NUMBERS[CLERK])
    clerk.watch.expect(r"POST 409 \S+/desk/cases/")
    page = clerk.page
    page.goto(f"/desk/cases/{case}")
    page.get_by_text("其他办理").click()
    page.get_by_role("button", name="不予受理", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("button", name="不予受理", exact=True).click()
    expect(sheet.get_by_text("请填这一项").first).to_be_visible()
    sheet.get_by_role("radio", name="法律规定不能申请").check()
    sheet.get_by_label("理由", exact=True).fill("租房合同已经到期")
    colleague = visitors.open("desk")
    steps.signed_in_at_desk(colleague, STAFF_NUMBERS[CLERK])
    colleague.page.goto(f"/desk/cases/{case}")
    colleague.page.get_by_role("button", name="受理", exact=True).click()
    expect(colleague.page.get_by_text("已办理：受理")).to_be_visible()
    sheet.get_by_role("button", name="不予受理", exact=True).click()
    expect(sheet.get_by_text("同事刚办过这件")).to_be_visible()
    expect(sheet.get_by_text(re.compile("受理岗：已受理，开始计时"))).to_be_visible()
    expect(sheet.get_by_text("这一步现在不能办了")).to_be_visible()
    expect(sheet.get_by_label("理由", exact=True)).to_have_value("租房合同已经到期")
    expect(sheet.get_by_role("button", name="不予受理", exact=True)).to_be_disabled()
    assert violations(page) == []
    sheet.get_by_role("button", name="先不").click()
    expect(page.get_by_text("同事刚办过这件").first).to_be_visible()
