"""Desks that work together over HTTP: tasks of other departments in a case, and applications received for another."""

from __future__ import annotations

import asyncio
import copy
from datetime import timedelta
from typing import Any

import pytest

from backend.city.city import City
from backend.city.pack import Document, read
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, ELSEWHERE, key
from tests.api.conftest import API, ROOT, Client, SignIn
from tests.api.test_cases import submitted
from tests.api.test_counter import ANSWERS, LIN, kind_of, papers, visit
from tests.api.test_procedure import say

pytestmark = pytest.mark.anyio
JOINT, WIDE = "joint-permit", "wide-permit"
LAND, ROADS, OWN_REVIEWER = "13900000063", "13900000065", "13900000015"
AGENT, SUPERVISOR = "13900000016", "13900000017"
AGAINST = "出入口离路口太近"


def _task(name: str, department: str, *after: str) -> dict[str, Any]:
    limit = {"value": 3, "unit": "workday", "article": None, "confidence": "L"}
    return {"key": name, "name": {"zh": name, "en": name}, "department": department, "limit": limit, "after": [*after]}


@pytest.fixture(scope="session")
def city() -> City:
    """The demo city with an item that takes several departments, and one that every office of it receives."""
    found = read(ROOT / "city")
    of = "items/residence-permit"
    tasks = [
        _task("land", "natural-resources"),
        _task("roads", "traffic-police"),
        _task("plan", "natural-resources", "roads"),
    ]
    for item, base, office in ((JOINT, {"tasks": tasks}, {}), (WIDE, {}, {"handle_area": "city"})):
        for name, changes in (("base", {"key": item, **base}), ("office", {"item": item, **office})):
            path = f"items/{item}/{name}.yaml"
            data = {**copy.deepcopy(found[f"{of}/{name}.yaml"].data), **changes}
            found[path] = Document(path, data, {})
    return City.assemble(found)


async def accepted(house: House, sign_in: SignIn, city: City) -> tuple[Client, Client, str]:
    """A case of several departments that was accepted: the resident, the clerk, and its id."""
    resident, case = await submitted(house, sign_in, city, item=JOINT)
    clerk = await sign_in(CLERK)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    return resident, clerk, case


async def opinion(reviewer: Client, case: str, task: str, said: str = "agree", **more: Any) -> Any:
    body = {"opinion": said, **more}
    return await reviewer.post(f"{API}/desk/cases/{case}/tasks/{task}/opinion", json=body, headers=key())


async def desk_tasks(desk: Client) -> dict[str, Any]:
    found: dict[str, Any] = (await desk.get(f"{API}/desk/tasks")).json()
    return found


async def test_a_department_finds_its_task_sees_what_it_needs_and_its_reads_are_on_record(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city, item=JOINT)
    land = await sign_in(LAND)
    assert (await desk_tasks(land))["tasks"] == []
    assert (await land.get(f"{API}/desk/cases/{case}")).status_code == 404
    assert (await say(await sign_in(CLERK), case, "accept", 1)).status_code == 200
    listed = (await desk_tasks(land))["tasks"]
    assert [(each["id"], each["task"], each["late"]) for each in listed] == [(case, "land", False)]
    view = (await land.get(f"{API}/desk/cases/{case}")).json()
    assert (view["sees"], view["allowed"], view["applicant"]["id_number_masked"]) == ("part", [], None)
    assert view["values"]
    assert any(each["files"] for each in view["materials"])
    assert [(each["key"], each["state"], each["mine"]) for each in view["tasks"]] == [
        ("land", "open", True),
        ("roads", "open", False),
        ("plan", "ahead", False),
    ]
    lines = await house.database.read(sql("SELECT action FROM audit WHERE target = {} ORDER BY at", case))
    assert {"desk.list", "desk.read"} <= {each["action"] for each in lines}


async def test_a_department_with_a_task_can_do_nothing_else_in_the_case(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, _, case = await accepted(house, sign_in, city)
    land = await sign_in(LAND)
    until = (house.time.today() + timedelta(days=3)).isoformat()
    suspended = await say(land, case, "suspend", 2, procedure="testing", until=until)
    assert kind_of(suspended) == (403, "not-yours")
    unmasked = await land.post(f"{API}/desk/cases/{case}/unmask", json={"fields": ["phone"], "reason": "想打电话"})
    assert unmasked.status_code in (403, 404)
    assert kind_of(await opinion(land, case, "roads")) == (403, "not-yours")
    assert kind_of(await opinion(land, case, "nothing")) == (422, "command-refused")
    queued = (await land.get(f"{API}/desk/queue")).json()["cases"]
    assert queued == []
    assert kind_of(await opinion(land, case, "plan")) == (422, "command-refused")
    # Nor does the office that decides speak for it.
    assert kind_of(await opinion(await sign_in(OWN_REVIEWER), case, "land")) == (403, "not-yours")


async def test_opinions_open_what_waits_for_them_and_a_grant_against_one_is_reasoned(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, _, case = await accepted(house, sign_in, city)
    land, roads, approver = await sign_in(LAND), await sign_in(ROADS), await sign_in(APPROVER)
    early = await say(approver, case, "grant", 2)
    assert (early.status_code, early.json()["refusal"]["code"]) == (422, "opinions-missing")
    assert kind_of(await opinion(roads, case, "roads", "disagree")) == (422, "reason-needed")
    said = await opinion(roads, case, "roads", "disagree", reason=AGAINST)
    assert said.status_code == 200, said.text
    assert [each["task"] for each in (await desk_tasks(land))["tasks"]] == ["land", "plan"]
    assert (await desk_tasks(roads))["tasks"] == []
    assert kind_of(await opinion(roads, case, "roads")) == (422, "command-refused")
    assert (await opinion(land, case, "land")).status_code == 200
    assert (await opinion(land, case, "plan")).status_code == 200
    seen = (await approver.get(f"{API}/desk/cases/{case}")).json()
    assert [(each["state"], each["agrees"], each["reason"]) for each in seen["tasks"]] == [
        ("done", True, None),
        ("done", False, AGAINST),
        ("done", True, None),
    ]
    told = await resident.get(f"{API}/cases/{case}")
    assert AGAINST not in told.text
    assert [each["agrees"] for each in told.json()["tasks"]] == [None, None, None]
    assert told.json()["reason"] is None
    bare = await say(approver, case, "grant", 5)
    assert kind_of(bare) == (422, "reason-needed")
    granted = await say(approver, case, "grant", 5, reason="出入口已改到支路，意见已采纳")
    assert granted.status_code == 200, granted.text
    rows = await house.database.read(sql("SELECT data FROM event"))
    assert AGAINST not in repr(rows)


async def test_two_departments_at_the_same_moment_are_both_heard_and_one_task_only_once(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, _, case = await accepted(house, sign_in, city)
    land, roads = await sign_in(LAND), await sign_in(ROADS)
    replies = await asyncio.gather(opinion(land, case, "land"), opinion(roads, case, "roads"))
    assert [each.status_code for each in replies] == [200, 200], [each.text for each in replies]
    many = await asyncio.gather(*(opinion(land, case, "plan") for _ in range(6)))
    assert sorted(each.status_code for each in many) == [200, 422, 422, 422, 422, 422]
    rows = await house.database.read(sql("SELECT task, outcome FROM case_task ORDER BY task"))
    assert [(each["task"], each["outcome"]) for each in rows] == [
        ("land", "agree"),
        ("plan", "agree"),
        ("roads", "agree"),
    ]
    events = await house.database.read(sql("SELECT sequence FROM event ORDER BY sequence"))
    assert [each["sequence"] for each in events] == [1, 2, 3, 4, 5]


async def test_the_same_key_gives_one_opinion_and_a_late_department_is_charged_alone(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, clerk, case = await accepted(house, sign_in, city)
    roads = await sign_in(ROADS)
    address, headers = f"{API}/desk/cases/{case}/tasks/roads/opinion", key()
    first = await roads.post(address, json={"opinion": "agree"}, headers=headers)
    again = await roads.post(address, json={"opinion": "agree"}, headers=headers)
    assert (first.status_code, again.status_code, again.headers["Idempotency-Replayed"]) == (200, 200, "true")
    house.time.set(house.time.now() + 20 * 86_400_000)
    clerk, land = await sign_in(CLERK), await sign_in(LAND)
    tasks = (await clerk.get(f"{API}/desk/cases/{case}")).json()["tasks"]
    assert [(each["key"], each["late"]) for each in tasks] == [("land", True), ("roads", False), ("plan", True)]
    assert all(each["late"] for each in (await desk_tasks(land))["tasks"])


async def test_hotline_and_supervisor_see_how_far_the_departments_are_and_only_the_latter_why(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, _, case = await accepted(house, sign_in, city)
    assert (await opinion(await sign_in(ROADS), case, "roads", "disagree", reason=AGAINST)).status_code == 200
    agent, supervisor = await sign_in(AGENT), await sign_in(SUPERVISOR)
    heard = (await agent.get(f"{API}/desk/cases/{case}")).text
    assert AGAINST not in heard
    assert AGAINST in (await supervisor.get(f"{API}/desk/cases/{case}")).text


async def received(clerk: Client, city: City, item: str) -> Any:
    """What comes of an application for Linjiang entered at the counter of Donggang."""
    opened = (await visit(clerk, item, **LIN)).json()
    guide = city.items[item].guide
    body = {"guide_hash": guide.hash, "form_hash": guide.form_hash, "values": ANSWERS}
    files = await papers(clerk, opened["id"])
    return await clerk.post(
        f"{API}/desk/counter/visits/{opened['id']}/cases", json={**body, "files": files}, headers=key()
    )


async def test_an_office_that_does_not_receive_for_others_names_the_one_that_is_competent(
    house: House, sign_in: SignIn, city: City
) -> None:
    reply = await received(await sign_in(ELSEWHERE), city, "residence-permit")
    assert kind_of(reply) == (403, "not-handled-here")
    assert [each["name"]["zh"] for each in reply.json()["offices"]] == ["云海市公安局临江分局"]


async def test_any_office_of_a_city_wide_matter_receives_and_accepts_and_the_owner_decides(
    house: House, sign_in: SignIn, city: City
) -> None:
    elsewhere, owner, approver = await sign_in(ELSEWHERE), await sign_in(CLERK), await sign_in(APPROVER)
    made = await received(elsewhere, city, WIDE)
    assert made.status_code == 201, made.text
    case = made.json()["case"]["id"]
    rows = await house.database.read(sql("SELECT department, received_department FROM case_record"))
    departments = {city.departments[value].key for value in rows[0].values()}
    assert departments == {"public-security-linjiang", "public-security-donggang"}
    assert [each["id"] for each in (await desk_tasks(elsewhere))["received"]] == [case]
    assert (await desk_tasks(owner))["received"] == []
    assert case in [each["id"] for each in (await owner.get(f"{API}/desk/queue")).json()["cases"]]
    view = (await elsewhere.get(f"{API}/desk/cases/{case}")).json()
    assert (view["sees"], [each["command"] for each in view["allowed"]]) == ("part", ["request-correction", "accept"])
    assert view["timeline"][0]["data"]["received"]["zh"] == "云海市公安局东港分局"
    refused = await say(elsewhere, case, "decline", 1, reason="不想办这一件", ground="not-lawful")
    assert kind_of(refused) == (403, "not-yours")
    taken = await say(elsewhere, case, "accept", 1)
    assert taken.status_code == 200, taken.text
    assert taken.json()["timeline"][-1]["by"]["zh"] == "云海市公安局东港分局"
    far = await sign_in("13900000014")
    assert kind_of(await say(far, case, "grant", 2)) == (403, "not-yours")
    granted = await say(approver, case, "grant", 2)
    assert granted.status_code == 200, granted.text
    assert granted.json()["received_by"]["name"]["zh"] == "云海市公安局东港分局"
    assert (await desk_tasks(elsewhere))["received"] == []


async def test_the_office_in_charge_receipts_once_what_another_received_for_it_and_all_sides_read_when(
    house: House, sign_in: SignIn, city: City
) -> None:
    elsewhere, owner = await sign_in(ELSEWHERE), await sign_in(CLERK)
    case = (await received(elsewhere, city, WIDE)).json()["case"]["id"]
    address = f"{API}/desk/cases/{case}/hand-over"
    assert kind_of(await elsewhere.post(address, headers=key())) == (403, "not-yours")
    far = await sign_in("13900000014")
    assert (await far.post(address, headers=key())).status_code in (403, 404)
    same = key()
    taken = await owner.post(address, headers=same)
    assert taken.status_code == 200, taken.text
    again = await owner.post(address, headers=same)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    assert kind_of(await owner.post(address, headers=key())) == (409, "not-allowed-now")
    line = taken.json()["timeline"][-1]
    assert (line["type"], line["role"], line["data"]["says"]["zh"]) == (
        "case-taken-over@1",
        "clerk",
        "接收了代收的申请",
    )
    assert line["by"]["zh"] == "云海市公安局临江分局"
    # The office that received it sees the receipt, and goes on as before.
    theirs = (await elsewhere.get(f"{API}/desk/cases/{case}")).json()
    assert theirs["timeline"][-1]["at"] == line["at"]
    assert (await say(elsewhere, case, "accept", 2)).status_code == 200
    rows = await house.database.read(sql("SELECT version, due FROM case_record"))
    assert rows[0]["version"] == 3


async def test_a_case_that_was_received_where_it_is_decided_needs_no_receipt(sign_in: SignIn, city: City) -> None:
    clerk = await sign_in(CLERK)
    case = (await received(clerk, city, WIDE)).json()["case"]["id"]
    refused = await clerk.post(f"{API}/desk/cases/{case}/hand-over", headers=key())
    assert kind_of(refused) == (409, "not-allowed-now")
