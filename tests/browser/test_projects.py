"""An organisation registers a project on the phone, and what is decided by rule says so, for whom and why."""

from __future__ import annotations

import re
import uuid
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.furnished_city import remember, settle
from tests.browser.served_city import RESIDENT, ServedCity
from tests.browser.test_accessibility import sideways, violations
from tests.browser.test_rights import COMPANY, COMPANY_CODE, act_for
from tests.browser.visitors import PHONE, SMALL_PHONE, Visitor, Visitors, until
from tests.harness.served import API, ROOT

PROJECT = "海滨酒店新建项目"
PICTURES = ROOT / "build" / "screenshots"
FILING = "prepackaged-food-filing"


def food_filing(city: ServedCity, *goods: str) -> str:
    """The id of a filing of the company, which its item's own table may decide."""
    with closing(city.sign_in(RESIDENT)) as browser:
        made = browser.post(f"{API}/me/parties/organisations", json={"uscc": COMPANY_CODE, "name": COMPANY}).json()
        acting = {"Acting-For": made["mandate_id"]}
        me = browser.get(f"{API}/me/applicant", headers=acting).json()
        guide = browser.get(f"{API}/items/{FILING}").json()
        values: dict[str, Any] = {
            "name": me["name"],
            "id_number": me["id_number"],
            "phone": me["phone"],
            "business_name": COMPANY,
            "credit_code": COMPANY_CODE,
            "district": "990102",
            "street": "990102001000",
            "detail": "听涛路 18 号",
            "sale": "retail",
            "online": "no",
            "goods": list(goods),
        }
        body = {
            "draft": None,
            "item": FILING,
            "guide_hash": guide["hash"],
            "form_hash": guide["form_hash"],
            "values": values,
            "files": {},
        }
        reply = browser.post(f"{API}/cases", json=body, headers=acting | {"Idempotency-Key": str(uuid.uuid4())})
        assert reply.status_code == 201, reply.text
        case: str = reply.json()["case"]["id"]
        return case


def as_company(visitors: Visitors, city: ServedCity) -> tuple[Visitor, Page]:
    phone = visitors.open(reduced_motion="reduce")
    page = steps.signed_in(phone, city, RESIDENT, "/me/family?add=organisation")
    settle(phone)
    page.get_by_label("统一社会信用代码", exact=True).fill(COMPANY_CODE)
    page.get_by_label("单位名称", exact=True).fill(COMPANY)
    page.get_by_role("button", name="添加", exact=True).click()
    act_for(page, COMPANY)
    return phone, page


def test_a_company_registers_a_project_and_what_a_rule_decided_says_so(served: ServedCity, visitors: Visitors) -> None:
    phone, page = as_company(visitors, served)
    found: dict[str, list[str]] = {}
    PICTURES.mkdir(parents=True, exist_ok=True)

    def look(name: str) -> None:
        for dress, size, chosen in (
            ("390", PHONE, {"size": "standard", "language": "zh"}),
            ("360", SMALL_PHONE, {"size": "standard", "language": "zh"}),
            ("elder", PHONE, {"size": "elder", "language": "zh"}),
            ("english", PHONE, {"size": "standard", "language": "en"}),
        ):
            page.set_viewport_size(size)
            remember(phone, **chosen)
            settle(phone)
            wide = sideways(page)
            found[f"{name} {dress}"] = violations(page) + [f"wide by {wide}"] * (wide > 0)
            page.screenshot(path=Path(PICTURES / f"{name}-{dress}.png"), full_page=True)
        page.set_viewport_size(PHONE)
        remember(phone, size="standard", language="zh")
        settle(phone)

    page.goto("/projects")
    look("projects-none")
    page.get_by_role("link", name="登记项目").click()
    settle(phone)
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_text("请写项目名称，2 到 100 个字").first).to_be_visible()
    look("projects-new")
    page.get_by_label("项目名称", exact=True).fill(PROJECT)
    page.get_by_label("怎么管理", exact=True).select_option("04")
    page.get_by_label("行业", exact=True).select_option("61")
    page.get_by_label("建在哪个区", exact=True).select_option("990102")
    page.get_by_label("总投资（万元）", exact=True).fill("5000")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(PROJECT)
    expect(page.get_by_text(re.compile(r"^\d{4}-990102-61-04-000001$"))).to_be_visible()
    look("project")
    page.goto("/projects")
    look("projects")
    page.goto("/items/fire-safety-inspection/form?step=99")
    settle(phone)
    page.get_by_label("是给哪个项目办的？").select_option(index=1)
    look("filing-project")
    page.goto(f"/items/{FILING}/form?step=99")
    settle(phone)
    page.get_by_role("checkbox", name="我要工作人员来办").check()
    look("filing-automatic")
    for name, goods, words in (
        ("case-by-rule", ("ordinary",), "系统按规则自动办理"),
        ("case-left", ("ordinary", "health"), "系统没有自动办，由工作人员办理"),
    ):
        case = food_filing(served, *goods)

        def told(case: str = case, words: str = words) -> bool:
            page.goto(f"/cases/{case}")
            settle(phone)
            return page.get_by_text(words, exact=True).first.is_visible()

        assert until(page, told)
        look(name)
    assert {where: what for where, what in found.items() if what} == {}
