"""What is promised instead of handed in, over HTTP: a material that comes later, and a commitment in place of proof."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from backend.cases.timers import register
from backend.city.city import City
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.case_builders import CLERK, OTHER, RESIDENT, application, key, stored_file
from tests.api.conftest import API, Client, SignIn
from tests.api.test_procedure import answer, say

pytestmark = pytest.mark.anyio
FOOD = "food-business-license"
MARKET_CLERK, MARKET_APPROVER = "13900000024", "13900000025"
UNTRUE_BEFORE = ("马强", "990621197911300510")
"""Whose register entry says that a commitment was untrue."""
NEITHER: dict[str, None] = dict.fromkeys(("ground", "moved_in", "proof_kind", "card"))


async def food(house: House, browser: Client, city: City, **members: Any) -> Any:
    """Applies for a food licence without the health certificate that may come later."""
    me = (await browser.get(f"{API}/me/applicant")).json()
    manager = {name: me[name] for name in ("name", "id_number", "phone")}
    body = await application(
        house,
        browser,
        city,
        item=FOOD,
        **NEITHER,
        business_name="临江区晓舟早点铺",
        credit_code="92990102MA1YH00377",
        area=60,
        category="餐饮服务经营者",
        projects=["hot"],
        manager=manager,
        paper="electronic",
    )
    files = {name: [await stored_file(house, browser, name)] for name in ("business-licence", "layout")}
    return await browser.post(f"{API}/cases", json=body | {"files": files} | members, headers=key())


async def expecting(house: House, browser: Client, city: City) -> Any:
    """Applies for a fertility registration with a commitment in place of the marriage certificate."""
    body = await application(
        house,
        browser,
        city,
        item="fertility-registration",
        **NEITHER,
        married="unmarried",
        commitment=True,
        birth_order="第一个孩子",
        state="planning",
    )
    return await browser.post(f"{API}/cases", json=body | {"files": {}}, headers=key())


async def identified_as(sign_in: SignIn, phone: str, person: tuple[str, str]) -> Client:
    browser = await sign_in(phone)
    name, number = person
    reply = await browser.put(f"{API}/me/identity", json={"name": name, "id_number": number})
    assert reply.status_code == 200, reply.text
    return browser


async def test_what_may_come_later_is_asked_for_until_it_is_promised(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    refused = await food(house, resident, city)
    problem = refused.json()
    assert (refused.status_code, problem["materials"], problem["promise"]) == (422, ["health"], "open")
    assert (await food(house, resident, city, promise=True)).status_code == 201


async def test_a_promise_is_owed_from_acceptance_can_be_kept_and_lets_the_matter_end(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    case = (await food(house, resident, city, promise=True)).json()["case"]["id"]
    clerk, approver = await sign_in(MARKET_CLERK), await sign_in(MARKET_APPROVER)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    view = (await resident.get(f"{API}/cases/{case}")).json()
    within = city.items[FOOD].guide.tolerant_within
    assert within is not None
    assert (view["owed"], view["notice"]["command"], within.value) == (["health"], "supply", 10)
    early = await say(approver, case, "grant", 2)
    assert (early.status_code, early.json()["refusal"]["code"]) == (422, "commitment-open")
    seen = (await approver.get(f"{API}/desk/cases/{case}")).json()["allowed"]
    grant = next(each for each in seen if each["command"] == "grant")
    assert (grant["allowed"], grant["rule"]["code"]) == (False, "commitment-open")
    health = await stored_file(house, resident, "health")
    kept = (await answer(resident, case, "supply", files={"health": [health]})).json()
    assert (kept["owed"], kept["notice"]) == ([], None)
    assert (await say(approver, case, "grant", 3)).status_code == 200


async def test_a_promise_that_is_not_kept_ends_the_matter_the_day_after(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    case = (await food(house, resident, city, promise=True)).json()["case"]["id"]
    assert (await say(await sign_in(MARKET_CLERK), case, "accept", 1)).status_code == 200
    due = date.fromisoformat((await resident.get(f"{API}/cases/{case}")).json()["notice"]["due"])
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    register(worker, house)
    house.time.set(house.time.now() + (due + timedelta(days=1) - house.time.today()).days * 86_400_000)
    await worker.run_due()
    resident = await sign_in(RESIDENT)
    assert (await resident.get(f"{API}/cases/{case}")).json()["state"] == "lapsed"


async def test_whoever_has_a_bad_record_can_promise_nothing(house: House, sign_in: SignIn, city: City) -> None:
    browser = await identified_as(sign_in, "13711110002", UNTRUE_BEFORE)
    refused = await food(house, browser, city, promise=True)
    assert (refused.status_code, refused.json()["promise"]) == (422, "closed")
    assert "失信记录" in refused.json()["detail"]


async def test_a_commitment_stands_in_the_case_for_what_it_replaces(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(OTHER)
    made = await expecting(house, resident, city)
    assert made.status_code == 201, made.text
    view = (await resident.get(f"{API}/cases/{made.json()['case']['id']}")).json()
    assert [each["zh"] for each in view["timeline"][0]["data"]["committed"]] == ["承诺书"]


async def test_whoever_committed_untruly_before_has_to_bring_the_proof(
    house: House, sign_in: SignIn, city: City
) -> None:
    browser = await identified_as(sign_in, "13711110002", UNTRUE_BEFORE)
    refused = await expecting(house, browser, city)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:zhangban:problem:commitment-closed")
    assert refused.json()["materials"] == ["commitment"]


async def test_a_form_that_is_sent_back_shows_the_old_answers_and_takes_the_new_ones(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident = await sign_in(RESIDENT)
    case = (await food(house, resident, city, promise=True)).json()["case"]["id"]
    clerk = await sign_in(MARKET_CLERK)
    defect = {"material": "application", "problem": "面积和执照上的不一样", "example": None}
    assert (await say(clerk, case, "request-correction", 1, defects=[defect])).status_code == 200
    old = (await resident.get(f"{API}/cases/{case}/answers")).json()
    assert (old["form_hash"], old["values"]["area"]) == (city.items[FOOD].guide.form_hash, 60)
    wrong = await answer(resident, case, "correct", values=old["values"] | {"area": 0})
    assert (wrong.status_code, wrong.json()["errors"]) == (422, [{"path": "/area", "keyword": "minimum"}])
    done = await answer(resident, case, "correct", values=old["values"] | {"area": 58})
    assert (done.status_code, done.json()["state"]) == (200, "submitted")
    assert (await resident.get(f"{API}/cases/{case}/answers")).json()["values"]["area"] == 58


async def test_the_answers_of_a_case_are_its_applicants_alone(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    case = (await food(house, resident, city, promise=True)).json()["case"]["id"]
    other, clerk = await sign_in(OTHER), await sign_in(CLERK)
    assert (await other.get(f"{API}/cases/{case}/answers")).status_code == 404
    assert (await clerk.get(f"{API}/cases/{case}/answers")).status_code == 403
