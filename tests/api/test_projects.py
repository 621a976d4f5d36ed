"""Investment projects over HTTP: registered once, their code judged at filing, their cases on one page."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from backend.projects.rules import check_code
from tests.api.case_builders import CLERK, ELSEWHERE, acting_for, application, key
from tests.api.conftest import API, ROOT, Client, SignIn
from tests.api.mandate_builders import ENTERPRISE, FOR_ENTERPRISES, LIN, NAMES, ZHOU, accepted, documents_of, filed

pytestmark = pytest.mark.anyio
OTHER_ENTERPRISE = {"uscc": "91990103MA1YH0029X", "name": "云海东港餐饮管理有限公司"}
HOTEL = {"name": "海滨酒店新建项目", "kind": "04", "industry": "61", "division": "990102", "investment": 5000}
FREE = "free-permit"


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city with an item for organisations that demands a project, and one that may name one."""
    documents = documents_of(ROOT / "city")
    base, office = (documents[f"items/{FOR_ENTERPRISES}/{name}.yaml"] for name in ("base", "office"))
    free = type(base)(f"items/{FREE}/base.yaml", {**base.data, "key": FREE, "project": "optional"}, {})
    documents[free.path] = free
    documents[f"items/{FREE}/office.yaml"] = type(office)(
        f"items/{FREE}/office.yaml", {**office.data, "item": FREE}, {}
    )
    base.data["project"] = "required"
    return City.assemble(documents)


def kind_of(reply: Any) -> tuple[int, str]:
    return reply.status_code, reply.json()["type"].rpartition(":")[2]


async def organisation(sign_in: SignIn, phone: str = LIN, which: dict[str, str] = ENTERPRISE) -> tuple[Client, str]:
    browser = await sign_in(phone)
    reply = await browser.post(f"{API}/me/parties/organisations", json=which)
    return browser, reply.json()["mandate_id"]


async def registered(browser: Client, mandate: str, **changes: Any) -> Any:
    return await browser.post(f"{API}/projects", json={**HOTEL, **changes}, headers=key() | acting_for(mandate))


async def filing(house: House, city: City, browser: Client, mandate: str, project: str | None, item: str) -> Any:
    body = {**await application(house, browser, city, mandate=mandate, item=item), "project": project}
    return await browser.post(f"{API}/cases", json=body, headers=key() | acting_for(mandate))


async def test_an_organisation_registers_a_project_and_the_house_gives_it_its_code(
    sign_in: SignIn, house: House
) -> None:
    lin, mandate = await organisation(sign_in)
    first, second = await registered(lin, mandate), await registered(lin, mandate, name="第二个项目")
    other = await registered(lin, mandate, industry="62")
    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 201), first.text
    codes = [each.json()["code"] for each in (first, second, other)]
    assert [check_code(code) for code in codes] == [None] * 3
    month = f"{house.time.today():%y%m}"
    assert codes == [
        f"{month}-990102-61-04-000001",
        f"{month}-990102-61-04-000002",
        f"{month}-990102-62-04-000001",
    ]
    assert first.json()["kind"]["name"]["zh"] == "备案"
    listed = (await lin.get(f"{API}/projects?limit=2", headers=acting_for(mandate))).json()
    assert [each["code"] for each in listed["projects"]] == [codes[2], codes[1]]
    rest = (await lin.get(f"{API}/projects", params={"after": listed["next"]}, headers=acting_for(mandate))).json()
    assert ([each["code"] for each in rest["projects"]], rest["next"]) == ([codes[0]], None)
    stored = await house.database.read(sql("SELECT * FROM project"))
    assert "海滨酒店" not in repr([dict(row) for row in stored])


async def test_twenty_twins_make_one_project_and_twenty_requests_twenty_codes(sign_in: SignIn) -> None:
    lin, mandate = await organisation(sign_in)
    headers = key() | acting_for(mandate)
    twins = await asyncio.gather(*(lin.post(f"{API}/projects", json=HOTEL, headers=headers) for _ in range(20)))
    assert {(each.status_code, each.content) for each in twins} == {(201, twins[0].content)}
    many = await asyncio.gather(*(registered(lin, mandate) for _ in range(20)))
    assert len({each.json()["code"] for each in [*many, twins[0]]}) == 21
    reused = await lin.post(f"{API}/projects", json={**HOTEL, "investment": 1}, headers=headers)
    assert kind_of(reused) == (422, "idempotency-key-reused")


async def test_only_an_organisation_registers_and_only_what_may_be_chosen(sign_in: SignIn) -> None:
    lin, mandate = await organisation(sign_in)
    alone = await lin.post(f"{API}/projects", json=HOTEL, headers=key())
    assert kind_of(alone) == (422, "applicant-kind-wrong")
    wrong = await registered(lin, mandate, kind="03", industry="00", division="320193")
    assert kind_of(wrong) == (422, "project-invalid")
    assert [each["path"] for each in wrong.json()["errors"]] == ["/kind", "/industry", "/division"]
    zhou = await sign_in(ZHOU)
    party = (await lin.get(f"{API}/me/parties")).json()["parties"][1]["party_id"]
    named = {"phone": ZHOU, "name": NAMES[ZHOU], "party_id": party, "items": [FOR_ENTERPRISES]}
    made = await lin.post(
        f"{API}/mandates", json={"capacity": "agent", "cases": [], "days": 30, **named}, headers=key()
    )
    assert made.status_code == 201, made.text
    limited = made.json()["id"]
    assert (await zhou.post(f"{API}/mandates/{limited}/acceptance")).status_code == 200
    assert kind_of(await registered(zhou, limited)) == (403, "mandate-scope")
    code = (await registered(lin, mandate)).json()["code"]
    seen = (await zhou.get(f"{API}/projects", headers=acting_for(limited))).json()["projects"]
    assert [each["code"] for each in seen] == [code]


async def test_a_case_must_present_a_valid_code_of_the_same_applicant(
    house: House, sign_in: SignIn, city: City
) -> None:
    lin, mandate = await organisation(sign_in)
    zhou, other = await organisation(sign_in, ZHOU, OTHER_ENTERPRISE)
    code = (await registered(lin, mandate)).json()["code"]
    theirs = (await registered(zhou, other)).json()["code"]
    refused = {
        None: (422, "project-needed"),
        "  ": (422, "project-needed"),
        "2611-990102-61-04": (422, "project-code-invalid"),
        "2613-990102-61-04-000001": (422, "project-code-invalid"),
        "2509-320193-89-01-544060": (422, "project-unknown"),
        theirs: (403, "project-not-yours"),
    }
    for said, answer in refused.items():
        assert kind_of(await filing(house, city, lin, mandate, said, FOR_ENTERPRISES)) == answer, said
    assert (await house.database.read(sql("SELECT COUNT(*) AS found FROM case_record")))[0]["found"] == 0
    done = await filing(house, city, lin, mandate, code.replace("-", " "), FOR_ENTERPRISES)
    assert done.status_code == 201, done.text
    view = (await lin.get(f"{API}/cases/{done.json()['case']['id']}", headers=acting_for(mandate))).json()
    assert view["project"] == code
    assert (await filing(house, city, lin, mandate, None, FREE)).status_code == 201
    unasked = {**await application(house, lin, city), "project": code}
    assert kind_of(await lin.post(f"{API}/cases", json=unasked, headers=key())) == (422, "project-code-invalid")


async def test_a_project_shows_its_cases_on_one_page_to_its_own_and_to_the_departments_that_handle_them(
    house: House, sign_in: SignIn, city: City
) -> None:
    lin, mandate = await organisation(sign_in)
    code = (await registered(lin, mandate)).json()["code"]
    clerk, elsewhere = await sign_in(CLERK), await sign_in(ELSEWHERE)
    assert kind_of(await clerk.get(f"{API}/projects/{code}")) == (404, "not-found")
    cases = [
        (await filing(house, city, lin, mandate, code, item)).json()["case"]["id"]
        for item in (FOR_ENTERPRISES, FREE, FREE)
    ]
    address = f"{API}/projects/{code}"
    page = (await lin.get(f"{address}?limit=2", headers=acting_for(mandate))).json()
    assert page["project"]["name"] == HOTEL["name"]
    assert [each["id"] for each in page["cases"]] == [cases[2], cases[1]]
    rest = (await lin.get(address, params={"after": page["next"]}, headers=acting_for(mandate))).json()
    assert [each["id"] for each in rest["cases"]] == [cases[0]]
    desk = await clerk.get(address)
    assert (desk.status_code, len(desk.json()["cases"])) == (200, 3), desk.text
    reads = await house.database.read(sql("SELECT action FROM audit WHERE action = 'desk.project'"))
    assert len(reads) == 1
    zhou, other = await organisation(sign_in, ZHOU, OTHER_ENTERPRISE)
    for stranger, headers in ((elsewhere, {}), (zhou, {}), (zhou, acting_for(other)), (lin, {})):
        assert kind_of(await stranger.get(address, headers=headers)) == (404, "not-found")


async def test_who_may_see_some_cases_only_finds_only_those_on_the_page(
    house: House, sign_in: SignIn, city: City
) -> None:
    lin, mandate = await organisation(sign_in)
    code = (await registered(lin, mandate)).json()["code"]
    await filing(house, city, lin, mandate, code, FOR_ENTERPRISES)
    seen = (await filing(house, city, lin, mandate, code, FREE)).json()["case"]["id"]
    zhou = await sign_in(ZHOU)
    party = next(
        each["party_id"]
        for each in (await lin.get(f"{API}/me/parties")).json()["parties"]
        if each["kind"] == "organisation"
    )
    limited = await accepted(lin, zhou, ZHOU, party_id=party, items=[FREE])
    page = (await zhou.get(f"{API}/projects/{code}", headers=acting_for(limited))).json()
    assert [each["id"] for each in page["cases"]] == [seen]


async def test_a_case_without_a_project_has_none(house: House, sign_in: SignIn, city: City) -> None:
    lin = await sign_in(LIN)
    case = await filed(house, city, lin, None)
    assert (await lin.get(f"{API}/cases/{case}")).json()["project"] is None
