"""The procedure over HTTP: what is sent back and comes again, what time does, what stops and extends the clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from backend.cases.timers import register
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.wake import Wake
from backend.foundation.worker import Worker
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, key, stored_file
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import submitted

pytestmark = pytest.mark.anyio
BLURRED = "租赁合同的日期看不清"


async def say(staff: Client, case: str, command: str, version: int, **said: Any) -> Any:
    body = {"command": command, "version": version, **said}
    return await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())


async def answer(resident: Client, case: str, command: str, **said: Any) -> Any:
    return await resident.post(f"{API}/cases/{case}/commands", json={"command": command, **said}, headers=key())


async def sent_back(house: House, sign_in: SignIn, city: City) -> tuple[Client, Client, str]:
    """A case whose proof was sent back: the resident, the clerk, and its id."""
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    defect = {"material": "proof", "problem": BLURRED, "example": "把四个角都拍进去"}
    reply = await say(clerk, case, "request-correction", 1, defects=[defect])
    assert reply.status_code == 200, reply.text
    return resident, clerk, case


async def test_a_notice_says_what_is_wrong_how_it_is_right_by_when_and_what_happens_otherwise(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, _, case = await sent_back(house, sign_in, city)
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["waiting_for"]) == ("correcting", "resident")
    notice = view["notice"]
    asked = [(each["material"], each["problem"], each["example"]) for each in notice["asked"]]
    assert (notice["command"], asked) == ("correct", [("proof", BLURRED, "把四个角都拍进去")])
    assert date.fromisoformat(notice["due"]) > house.time.today()
    assert notice["after"]["zh"]
    rows = await house.database.read(sql("SELECT data FROM event"))
    assert "看不清" not in repr(rows)


async def test_only_what_the_notice_names_is_corrected_and_all_of_it_at_once(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, clerk, case = await sent_back(house, sign_in, city)
    again = await stored_file(house, resident, "proof, sharp")
    other = await answer(resident, case, "correct", files={"proof": [again], "photo": [again]})
    assert (other.status_code, other.json()["refusal"]["materials"]) == (422, ["photo"])
    nothing = await answer(resident, case, "correct", files={})
    assert (nothing.status_code, nothing.json()["materials"]) == (422, ["proof"])
    done = await answer(resident, case, "correct", files={"proof": [again]})
    assert (done.status_code, done.json()["state"], done.json()["notice"]) == (200, "submitted", None)
    proof = next(
        each for each in (await clerk.get(f"{API}/desk/cases/{case}")).json()["materials"] if each["key"] == "proof"
    )
    assert [each["sha256"] for each in proof["files"]] == [again]


async def test_a_second_notice_about_an_old_defect_is_refused_with_its_article(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, clerk, case = await sent_back(house, sign_in, city)
    again = await stored_file(house, resident, "proof, sharp")
    assert (await answer(resident, case, "correct", files={"proof": [again]})).status_code == 200
    old = await say(clerk, case, "request-correction", 3, defects=[{"material": "photo", "problem": "背景不是白色"}])
    refusal = old.json()["refusal"]
    assert (old.status_code, refusal["code"], refusal["materials"]) == (422, "old-defect", ["photo"])
    assert refusal["article"]["zh"]
    new = await say(clerk, case, "request-correction", 3, defects=[{"material": "proof", "problem": "还是看不清日期"}])
    assert new.status_code == 200


async def test_a_case_lapses_when_no_correction_comes_and_not_a_day_before(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, _, case = await sent_back(house, sign_in, city)
    worker = Worker(house.database, house.time, house.settings.outbox, Wake())
    register(worker, house)
    due = date.fromisoformat((await resident.get(f"{API}/cases/{case}")).json()["notice"]["due"])
    today = house.time.today()
    for day, state in ((due, "correcting"), (due + timedelta(days=1), "lapsed")):
        house.time.set(house.time.now() + (day - house.time.today()).days * 86_400_000)
        await worker.run_due()
        rows = await house.database.read(sql("SELECT state FROM case_record WHERE id = {}", case))
        assert rows[0]["state"] == state, (today, due, day)


async def test_the_clock_of_a_matter_whose_law_names_no_procedure_cannot_be_stopped_or_extended(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    assert (await say(clerk, case, "accept", 1)).status_code == 200
    until = (house.time.today() + timedelta(days=5)).isoformat()
    stopped = await say(clerk, case, "suspend", 2, procedure="testing", until=until)
    assert (stopped.status_code, stopped.json()["refusal"]["code"]) == (422, "clock-runs")
    extended = await say(approver, case, "extend", 2, days=3, reason="人手不够")
    assert (extended.status_code, extended.json()["refusal"]["code"]) == (422, "no-extension")


async def test_whoever_declines_as_not_competent_names_who_is(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    nobody = await say(clerk, case, "decline", 1, reason="住址不在本区", ground="not-competent")
    assert (nobody.status_code, nobody.json()["refusal"]["code"]) == (422, "body-needed")
    named = await say(clerk, case, "decline", 1, reason="住址不在本区", ground="not-competent", body="安平县公安局")
    assert named.status_code == 200
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["timeline"][-1]["data"]["body"]) == ("declined", "安平县公安局")


async def test_a_case_goes_to_the_office_in_charge_and_leaves_the_one_that_was_not(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    offices = city.items["residence-permit"].guide.offices
    here = (await clerk.get(f"{API}/desk/cases/{case}")).json()["department"]["code"]
    there = next(each.department for each in offices if each.department.code != here)
    gone = await say(clerk, case, "transfer", 1, reason="住址在另一个区", department=there.code)
    assert gone.status_code in (200, 404), gone.text
    assert (await clerk.get(f"{API}/desk/cases/{case}")).status_code == 404
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["department"]["code"]) == ("submitted", there.code)
