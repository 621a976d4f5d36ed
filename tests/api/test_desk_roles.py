"""What each staff role sees of a case, reading a number in full, and the limit of a division."""

from __future__ import annotations

from typing import Any

import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import count, give, submitted

pytestmark = pytest.mark.anyio

REVIEWER, AGENT, SUPERVISOR = "13900000015", "13900000016", "13900000017"
NUMBER = "990321199508162421"
WHY = {"fields": ["phone"], "reason": "核对补正电话"}


async def unmask(browser: Client, case: str, **body: Any) -> Any:
    """Asks for fields in full."""
    return await browser.post(f"{API}/desk/cases/{case}/unmask", json={**WHY, **body})


async def limit_to(house: House, division: str | None) -> None:
    """Limits all staff to a division."""
    await house.database.commit([sql("UPDATE staff SET division = {}", division)])


@pytest.mark.parametrize("phone", [CLERK, REVIEWER, APPROVER])
async def test_whoever_handles_cases_sees_all_of_one_with_number_and_phone_masked(
    house: House, sign_in: SignIn, city: City, phone: str
) -> None:
    _, case = await submitted(house, sign_in, city)
    view = (await (await sign_in(phone)).get(f"{API}/desk/cases/{case}")).json()
    assert (view["sees"], view["applicant"]["name"]) == ("all", "林晓舟")
    assert view["applicant"]["id_number_masked"] == "990***********2421"
    assert (view["values"]["street"], any(each["files"] for each in view["materials"])) == ("990102001000", True)


async def test_an_agent_sees_progress_only_and_may_make_a_link(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    await give(await sign_in(CLERK), case, "decline", 1, "合同缺最后一页")
    agent = await sign_in(AGENT)
    reply = await agent.get(f"{API}/desk/cases/{case}")
    view = reply.json()
    assert view["sees"] == "progress"
    assert view["applicant"] == {
        "name": "林**",
        "id_number_masked": None,
        "phone_masked": None,
        "representative": None,
    }
    assert (view["values"], view["schema_labels"], view["allowed"], view["reason"]) == ({}, [], [], None)
    assert [each["files"] for each in view["materials"]] == [[] for _ in view["materials"]]
    assert [each["data"]["reason"] for each in view["timeline"]] == [None, None]
    assert view["stages"][0]["status"] == "done"
    for personal in ("晓舟", "2421", "1390000", "听涛路", "合同"):
        assert personal not in reply.text
    made = await agent.post(f"{API}/cases/{case}/links", json={"days": 1}, headers=key())
    assert made.status_code == 201


async def test_a_supervisor_sees_the_course_by_role_and_no_form(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    await give(await sign_in(CLERK), case, "accept", 1)
    await give(await sign_in(APPROVER), case, "refuse", 2, "合同是假的")
    reply = await (await sign_in(SUPERVISOR)).get(f"{API}/desk/cases/{case}")
    view = reply.json()
    assert view["sees"] == "course"
    assert [each["role"] for each in view["timeline"]] == ["applicant", "clerk", "approver"]
    assert (view["timeline"][2]["data"]["reason"], view["clock"]["state"]) == ("合同是假的", "done")
    assert (view["values"], view["allowed"], view["applicant"]["name"]) == ({}, [], "林**")
    for personal in ("晓舟", "2421", "1390000", "听涛路"):
        assert personal not in reply.text


@pytest.mark.parametrize("phone", [AGENT, SUPERVISOR])
async def test_who_handles_no_case_opens_no_file_and_gives_no_command(
    house: House, sign_in: SignIn, city: City, phone: str
) -> None:
    _, case = await submitted(house, sign_in, city)
    browser = await sign_in(phone)
    assert (await browser.get(f"{API}/desk/cases/{case}/files/{'0' * 64}")).status_code == 403
    assert (await give(browser, case, "accept", 1)).status_code == 403
    assert await count(house, "event") == 1


async def test_the_number_is_shown_in_full_once_for_a_reason_that_is_kept(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    reply = await unmask(clerk, case, fields=["id_number"], reason=" 与窗口证件核对 ")
    assert (reply.status_code, reply.json()) == (200, {"id_number": NUMBER, "phone": None})
    assert reply.headers["cache-control"] == "no-store"
    lines = await house.database.read(sql("SELECT actor, subject, target, reason FROM audit WHERE action = 'unmask'"))
    assert [(each["target"], each["reason"]) for each in lines] == [(f"{case}/id_number", "与窗口证件核对")]
    owner = (await house.database.read(sql("SELECT subject_id FROM case_record")))[0]["subject_id"]
    assert lines[0]["subject"] == owner
    assert NUMBER not in (await clerk.get(f"{API}/desk/cases/{case}")).text


async def test_unmasking_without_a_reason_shows_nothing_and_leaves_no_line(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    assert (await unmask(clerk, case, reason="看")).status_code == 400
    blank = await unmask(clerk, case, reason="      ")
    assert (blank.status_code, blank.json()["type"]) == (422, "urn:zhangban:problem:reason-needed")
    assert await house.database.read(sql("SELECT id FROM audit WHERE action = 'unmask'")) == []


async def test_an_agent_may_read_the_phone_and_not_the_number(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    agent = await sign_in(AGENT)
    assert (await unmask(agent, case)).json() == {"id_number": None, "phone": RESIDENT}
    refused = await unmask(agent, case, fields=["phone", "id_number"])
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:zhangban:problem:not-yours")
    assert NUMBER not in refused.text
    assert (await unmask(await sign_in(SUPERVISOR), case)).status_code == 403


async def test_unmasking_asks_for_a_recent_proof(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    house.time.set(house.time.now() + 11 * 60 * 1000)
    reply = await unmask(clerk, case)
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:zhangban:problem:sign-in-again")


async def test_unmasking_many_is_slowed_down(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    statuses = [(await unmask(clerk, case)).status_code for _ in range(31)]
    assert (set(statuses[:30]), statuses[30]) == ({200}, 429)


async def test_a_division_limits_queue_counts_case_files_commands_unmasking_and_links(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, near = await submitted(house, sign_in, city)
    body = await application(house, resident, city, street="990102002000")
    far = (await resident.post(f"{API}/cases", json=body, headers=key())).json()["case"]["id"]
    await limit_to(house, "990102001")
    clerk = await sign_in(CLERK)
    queue = (await clerk.get(f"{API}/desk/queue")).json()
    assert ([each["id"] for each in queue["cases"]], queue["counts"]["open"]) == ([near], 1)
    assert (await clerk.get(f"{API}/desk/cases/{near}")).status_code == 200
    photo = body["files"]["photo"][0]
    replies = [
        await clerk.get(f"{API}/desk/cases/{far}"),
        await clerk.get(f"{API}/desk/cases/{far}/files/{photo}"),
        await give(clerk, far, "accept", 1),
        await unmask(clerk, far),
        await clerk.get(f"{API}/cases/{far}/links"),
        await clerk.post(f"{API}/cases/{far}/links", json={"days": 1}, headers=key()),
    ]
    assert [each.status_code for each in replies] == [404] * 6
    await limit_to(house, "990102")
    assert (await (await sign_in(CLERK)).get(f"{API}/desk/queue")).json()["counts"]["open"] == 2


async def test_a_case_without_a_street_is_in_no_division(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    await house.database.commit([sql("UPDATE case_record SET street = NULL")])
    assert (await (await sign_in(CLERK)).get(f"{API}/desk/cases/{case}")).status_code == 200
    await limit_to(house, "990102")
    clerk = await sign_in(CLERK)
    assert (await clerk.get(f"{API}/desk/cases/{case}")).status_code == 404
    assert (await clerk.get(f"{API}/desk/queue")).json()["counts"]["open"] == 0


async def test_a_staff_session_reaches_no_case_of_its_own_person(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    elsewhere = city.department_by_key("public-security-donggang").code
    account = (await house.database.read(sql("SELECT account_id FROM staff WHERE number = 'YH0011'")))[0]["account_id"]
    await house.database.commit(
        [
            sql("UPDATE case_record SET account_id = {}", account),
            sql("UPDATE staff SET department = {} WHERE account_id = {}", elsewhere, account),
        ]
    )
    clerk = await sign_in(CLERK)
    assert (await clerk.get(f"{API}/cases/{case}/links")).status_code == 404
    own = await sign_in(CLERK, as_resident=True)
    assert (await own.get(f"{API}/cases/{case}/links")).status_code == 200
