"""The desk's queue by what is due first, its lights, and one command for several cases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from backend.cases.dating import DatingJob, date_batch
from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import CLERK, ELSEWHERE, key
from tests.api.conftest import API, Client, SignIn
from tests.api.test_cases import submitted
from tests.api.test_procedure import say, sent_back

pytestmark = pytest.mark.anyio


async def entry_of(clerk: Client, case: str) -> Any:
    queue = (await clerk.get(f"{API}/desk/queue")).json()
    return next(each for each in queue["cases"] if each["id"] == case)


async def together(clerk: Client, command: str, *cases: tuple[str, int], headers: dict[str, str] | None = None) -> Any:
    named = [{"case_id": case, "version": version} for case, version in cases]
    body = {"command": command, "cases": named}
    return await clerk.post(f"{API}/desk/commands", json=body, headers=headers or key())


async def test_a_case_is_due_for_the_step_it_is_at_and_then_for_the_decision(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    waiting = await entry_of(clerk, case)
    assert (waiting["step"]["key"], waiting["light"], waiting["waiting_for"]) == ("pre-check", "amber", "office")
    assert (waiting["used"], waiting["bulk"]) == (0, ["accept"])
    view = (await say(clerk, case, "accept", 1)).json()
    running = await entry_of(clerk, case)
    assert (running["step"]["key"], running["due"]) == ("decision", view["due"])
    assert view["next_due"]["due"] == view["due"]
    assert running["due"] >= waiting["due"]


async def test_a_case_that_waits_for_its_resident_is_grey_and_has_the_day_of_the_notice(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, clerk, case = await sent_back(house, sign_in, city)
    entry = await entry_of(clerk, case)
    notice = (await resident.get(f"{API}/cases/{case}")).json()["notice"]
    assert (entry["light"], entry["step"]["key"], entry["due"]) == ("grey", "correction", notice["due"])
    assert (entry["left"], entry["overdue"]) == (None, False)


async def test_lights_go_by_what_is_left_and_narrow_the_queue(house: House, sign_in: SignIn, city: City) -> None:
    cases = [(await submitted(house, sign_in, city))[1] for _ in range(3)]
    today = house.time.today()
    late, soon, far = ((today + timedelta(days=each)).isoformat() for each in (-7, 0, 20))
    await house.database.commit(
        [
            sql("UPDATE case_record SET next_due = {}, next_soon = {} WHERE id = {}", late, late, cases[2]),
            sql("UPDATE case_record SET next_due = {}, next_soon = {} WHERE id = {}", soon, soon, cases[1]),
            sql("UPDATE case_record SET next_due = {}, next_soon = {} WHERE id = {}", far, far, cases[0]),
        ]
    )
    clerk = await sign_in(CLERK)
    queue = (await clerk.get(f"{API}/desk/queue")).json()
    assert [each["id"] for each in queue["cases"]] == [cases[2], cases[1], cases[0]]
    assert [each["light"] for each in queue["cases"]] == ["red", "amber", "green"]
    assert queue["lights"] == {"red": 1, "amber": 1, "green": 1, "grey": 0}
    assert queue["cases"][0]["left"] < 0
    for light, case in (("red", cases[2]), ("amber", cases[1]), ("green", cases[0])):
        found = (await clerk.get(f"{API}/desk/queue?light={light}")).json()
        assert [each["id"] for each in found["cases"]] == [case]
    for query, number in (("step=pre-check", 3), ("step=delivery", 0), ("item=residence-permit", 3), ("item=x", 0)):
        assert len((await clerk.get(f"{API}/desk/queue?{query}")).json()["cases"]) == number
    assert "residence-permit" in {each["key"] for each in queue["items"]}


async def test_cases_of_an_older_release_are_dated_from_their_events(house: House, sign_in: SignIn, city: City) -> None:
    cases = [(await submitted(house, sign_in, city))[1] for _ in range(2)]
    clerk = await sign_in(CLERK)
    await say(clerk, cases[0], "accept", 1)
    columns = "next_due, next_soon, next_step, next_days, next_unit"
    look = sql(f"SELECT {columns} FROM case_record ORDER BY id")
    written = await house.database.read(look)
    await house.database.commit(
        [sql("UPDATE case_record SET next_due = due, next_soon = NULL, next_step = NULL, next_days = NULL")]
    )
    undated = await entry_of(clerk, cases[0])
    assert (undated["step"], undated["light"]) == (None, "grey")
    await house.database.commit(await date_batch(house, DatingJob("")))
    assert await house.database.read(look) == written


async def test_one_command_for_several_is_judged_case_by_case(house: House, sign_in: SignIn, city: City) -> None:
    cases = [(await submitted(house, sign_in, city))[1] for _ in range(4)]
    clerk, headers = await sign_in(CLERK), key()
    await say(clerk, cases[1], "accept", 1)
    await say(clerk, cases[2], "accept", 1)
    nowhere = "00000000-0000-7000-8000-000000000000"
    asked = [(cases[0], 1), (cases[1], 1), (cases[2], 2), (nowhere, 1), (cases[3], 1)]
    reply = await together(clerk, "accept", *asked, headers=headers)
    results = reply.json()["results"]
    assert [each["case_id"] for each in results] == [case for case, _ in asked]
    assert [each["outcome"] for each in results] == ["done", "stale", "refused", "refused", "done"]
    assert [each["rule"] and each["rule"]["code"] for each in results][2:4] == ["not-allowed-now", "not-found"]
    assert [each["version"] for each in results][:2] == [2, 2]
    again = (await together(clerk, "accept", *asked, headers=headers)).json()["results"]
    assert [each["outcome"] for each in again] == ["done", "stale", "refused", "refused", "done"]
    rows = await house.database.read(sql("SELECT COUNT(*) AS n FROM event WHERE type = 'case-accepted@1'"))
    assert rows[0]["n"] == 4


@pytest.mark.parametrize("command", ["grant", "refuse", "decline", "request-correction", "extend"])
async def test_what_is_decided_of_one_case_is_never_given_to_several(
    house: House, sign_in: SignIn, city: City, command: str
) -> None:
    _, case = await submitted(house, sign_in, city)
    reply = await together(await sign_in(CLERK), command, (case, 1))
    assert reply.status_code == 400
    assert len(await house.database.read(sql("SELECT id FROM event"))) == 1


async def test_several_cases_of_another_department_are_as_if_they_were_not_there(
    house: House, sign_in: SignIn, city: City
) -> None:
    _, case = await submitted(house, sign_in, city)
    results = (await together(await sign_in(ELSEWHERE), "accept", (case, 1))).json()["results"]
    assert [(each["outcome"], each["rule"]["code"]) for each in results] == [("refused", "not-found")]


async def test_no_more_than_fifty_at_once(house: House, sign_in: SignIn, city: City) -> None:
    named = [(f"00000000-0000-7000-8000-{number:012d}", 1) for number in range(51)]
    assert (await together(await sign_in(CLERK), "accept", *named)).status_code == 400
