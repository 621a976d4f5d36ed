"""Several departments in one case, as their people see it: the list, the opinion, and what the applicant is shown."""

from __future__ import annotations

from contextlib import closing

from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.photos import lease, portrait
from tests.browser.served_city import RESIDENT, ServedCity, answered, fresh_key, uploaded
from tests.browser.test_accessibility import violations
from tests.browser.visitors import Visitors
from tests.harness.served import API, ROOT

CLERK, APPROVER, LAND, ROADS = "13900000061", "13900000062", "YH0063", "YH0065"
ITEM = "outdoor-signage"
PICTURES = ROOT / "build" / "screenshots"
ANSWERS = {
    "business_name": "临江区兰姨早点铺",
    "credit_code": "92990102MA1YH00377",
    "what": "advertising",
    "district": "990102",
    "street": "990102001000",
    "detail": "听涛路 18 号",
    "signs": [{"kind": "board", "place": "临街外墙", "width": 400, "height": 120, "words": "兰姨早点"}],
    "site_kind": "lease",
}


def applied(city: ServedCity) -> str:
    """The id of a case that takes several departments."""
    with closing(city.sign_in(RESIDENT)) as browser:
        me = browser.get(f"{API}/me").json()
        guide = browser.get(f"{API}/items/{ITEM}").json()
        pictures = {
            "business-licence": [uploaded(browser, portrait())],
            "pictures": [uploaded(browser, portrait())],
            "site": [uploaded(browser, lease(me["name"]))],
        }
        body = {
            "draft": None,
            "item": ITEM,
            "guide_hash": guide["hash"],
            "form_hash": guide["form_hash"],
            "values": {name: me[name] for name in ("name", "id_number", "phone")} | ANSWERS,
            "files": pictures,
        }
        case: str = answered(browser.post(f"{API}/cases", json=body, headers=fresh_key())).json()["case"]["id"]
        return case


def test_a_department_gives_its_opinion_from_its_list_and_the_applicant_sees_who_is_done(
    visitors: Visitors, served: ServedCity
) -> None:
    case = applied(served)
    served.command(CLERK, case, "accept")
    PICTURES.mkdir(parents=True, exist_ok=True)

    land = visitors.open("desk")
    steps.signed_in_at_desk(land, LAND)
    page = land.page
    page.goto("/desk/tasks")
    expect(page.get_by_text("规划和用地意见")).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=PICTURES / "desk-tasks.png")
    page.get_by_role("link", name="设置大型户外广告").click()
    give = page.get_by_role("button", name="提出意见")
    expect(give).to_be_visible()
    expect(page.get_by_text("部门会办")).to_be_visible()
    assert violations(page) == []
    page.screenshot(path=PICTURES / "desk-case-task.png", full_page=True)
    give.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="提出意见").click()
    expect(dialog.get_by_text("请").first).to_be_visible()
    dialog.get_by_role("radio", name="不同意").check()
    dialog.get_by_role("button", name="提出意见").click()
    reason = dialog.get_by_role("textbox")
    expect(reason).to_be_focused()
    reason.fill("广告牌高出规划控制线")
    assert violations(page) == []
    page.screenshot(path=PICTURES / "desk-case-task-sheet.png")
    dialog.get_by_role("button", name="提出意见").click()
    expect(page.get_by_text("广告牌高出规划控制线")).to_be_visible()
    expect(give).to_have_count(0)

    roads = visitors.open("desk")
    steps.signed_in_at_desk(roads, ROADS)
    roads.page.goto(f"/desk/cases/{case}")
    roads.page.get_by_role("button", name="提出意见").click()
    roads.page.get_by_role("radio", name="同意", exact=True).check()
    roads.page.get_by_role("dialog").get_by_role("button", name="提出意见").click()
    expect(roads.page.get_by_role("dialog")).to_have_count(0)

    resident = visitors.open()
    mine = steps.signed_in(resident, served, RESIDENT, f"/cases/{case}")
    expect(mine.get_by_role("heading", name="一起审查的部门")).to_be_visible()
    expect(mine.get_by_text("3 个部门一起看，2 个已看完")).to_be_visible()
    assert "规划控制线" not in mine.content()
    assert violations(mine) == []
    mine.screenshot(path=PICTURES / "case-tasks.png", full_page=True)

    approver = visitors.open("desk")
    decider = steps.signed_in(approver, served, APPROVER, f"/desk/cases/{case}")
    expect(decider.get_by_text("会办部门的意见还没有齐")).to_be_visible()
    expect(decider.get_by_text("广告牌高出规划控制线")).to_be_visible()
    assert violations(decider) == []
    decider.screenshot(path=PICTURES / "desk-case-decider.png", full_page=True)
