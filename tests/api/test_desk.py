"""The desk over HTTP: scope, order, records of reading, and the rules of deciding."""

from __future__ import annotations

import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, OTHER, RESIDENT, application, key
from tests.api.conftest import API, SignIn
from tests.api.test_cases import count, give, submitted

pytestmark = pytest.mark.anyio


async def test_whoever_accepted_may_not_decide(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    await house.database.commit([sql("UPDATE staff SET roles = {}", '["clerk","approver"]')])
    await give(clerk, case, "accept", 1)
    reply = await give(clerk, case, "grant", 2)
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:zhangban:problem:same-person")
    assert reply.json()["refusal"]["article"]["zh"]
    shown = {each["command"]: each for each in (await clerk.get(f"{API}/desk/cases/{case}")).json()["allowed"]}
    assert (shown["grant"]["allowed"], shown["grant"]["rule"]["code"]) == (False, "same-person")


async def test_a_role_that_a_command_does_not_belong_to_is_refused(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    approver = await sign_in(APPROVER)
    reply = await give(approver, case, "accept", 1)
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:zhangban:problem:not-yours")


async def test_a_command_out_of_turn_is_refused_with_the_state(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    approver = await sign_in(APPROVER)
    reply = await give(approver, case, "grant", 1)
    assert (reply.status_code, reply.json()["state"]) == (409, "submitted")
    assert await count(house, "event") == 1


async def test_declining_needs_a_reason_that_the_applicant_reads_with_the_remedies(
    house: House, sign_in: SignIn, city: City
) -> None:
    resident, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    refused = await give(clerk, case, "decline", 1, "  ")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:zhangban:problem:reason-needed")
    declined = await give(clerk, case, "decline", 1, "还没住满半年")
    assert declined.status_code == 200
    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["reason"]["zh"]) == ("declined", "还没住满半年")
    assert "行政复议" in view["remedies"]["zh"]
    rows = await house.database.read(sql("SELECT data FROM event"))
    assert "半年" not in repr(rows)


async def test_reading_a_case_is_on_record_before_it_is_answered(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    view = (await clerk.get(f"{API}/desk/cases/{case}")).json()
    assert view["applicant"] == {
        "name": "林晓舟",
        "id_number_masked": "990***********2421",
        "phone_masked": "139****0001",
        "representative": None,
    }
    labels = {each["pointer"]: each["value_text"]["zh"] for each in view["schema_labels"]}
    assert (labels["/street"], labels["/ground"]) == ("望潮街道", "在云海有稳定住处")
    rows = await house.database.read(sql("SELECT action, target, subject FROM audit WHERE action = 'desk.read'"))
    assert [(row["action"], row["target"]) for row in rows] == [("desk.read", case)]
    assert rows[0]["subject"]


async def test_the_desk_never_gets_the_whole_number_or_phone(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    reply = await clerk.get(f"{API}/desk/cases/{case}")
    assert reply.json()["values"]["id_number"] == "990***********2421"
    assert "990321199508162421" not in reply.text
    assert RESIDENT not in reply.text


async def test_an_erased_applicant_hides_no_other_case_of_the_queue(house: House, sign_in: SignIn, city: City) -> None:
    await submitted(house, sign_in, city)
    other = await sign_in(OTHER)
    body = await application(house, other, city, district="990102", street="990102001000")
    kept = (await other.post(f"{API}/cases", json=body, headers=key())).json()["case"]["id"]
    rows = await house.database.read(sql("SELECT subject_id FROM case_record WHERE id <> {}", kept))
    await house.vault.shred(rows[0]["subject_id"])
    queue = (await (await sign_in(CLERK)).get(f"{API}/desk/queue")).json()
    assert sorted(each["applicant_masked"] for each in queue["cases"]) == ["*", "周**"]


async def test_a_file_outside_the_case_is_not_shown(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    assert (await clerk.get(f"{API}/desk/cases/{case}/files/{'0' * 64}")).status_code == 404
    assert (await clerk.get(f"{API}/desk/cases/{case}/files/nonsense")).status_code in (400, 404)


async def test_the_desk_is_closed_to_residents_and_strangers(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    assert (await resident.get(f"{API}/desk/queue")).status_code == 403
    assert (await resident.get(f"{API}/desk/cases/{case}")).status_code == 403
    resident.cookies.clear()
    assert (await resident.get(f"{API}/desk/queue")).status_code == 401


async def test_the_parent_department_sees_what_its_branches_do(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    bureau = city.department_by_key("public-security").code
    await house.database.commit([sql("UPDATE staff SET department = {}", bureau)])
    clerk = await sign_in(CLERK)
    assert (await clerk.get(f"{API}/desk/cases/{case}")).status_code == 200
    assert (await clerk.get(f"{API}/desk/queue")).json()["counts"]["open"] == 1


async def test_the_queue_is_paged_by_due_date_and_names_its_own(house: House, sign_in: SignIn, city: City) -> None:
    cases = [(await submitted(house, sign_in, city))[1] for _ in range(3)]
    await house.database.commit([sql("UPDATE case_record SET next_due = '2026-01-05' WHERE id = {}", cases[2])])
    clerk = await sign_in(CLERK)
    await give(clerk, cases[1], "accept", 1)
    first = (await clerk.get(f"{API}/desk/queue?limit=2")).json()
    second = (await clerk.get(f"{API}/desk/queue", params={"limit": 2, "after": first["next"]})).json()
    order = [each["id"] for each in first["cases"] + second["cases"]]
    assert (order[0], sorted(order), second["next"]) == (cases[2], sorted(cases), None)
    mine = (await clerk.get(f"{API}/desk/queue?state=mine")).json()
    assert [(each["id"], each["accepted_by_me"], each["step"]["key"]) for each in mine["cases"]] == [
        (cases[1], True, "decision")
    ]
    assert mine["counts"] == {"open": 3, "mine": 1, "held": 0, "closed": 0}


async def test_two_clerks_at_once_accept_once(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk = await sign_in(CLERK)
    import asyncio

    replies = await asyncio.gather(*(give(clerk, case, "accept", 1) for _ in range(6)))
    assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409, 409, 409]
    assert await count(house, "event") == 2


async def test_a_staff_command_sent_again_is_answered_again(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    clerk, headers = await sign_in(CLERK), key()
    body = {"command": "accept", "version": 1}
    first = await clerk.post(f"{API}/desk/cases/{case}/commands", json=body, headers=headers)
    again = await clerk.post(f"{API}/desk/cases/{case}/commands", json=body, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert await count(house, "event") == 2


async def test_staff_may_not_handle_an_application_of_their_own(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    self_served = await sign_in(CLERK)
    account = (await self_served.get(f"{API}/session")).json()["account"]["id"]
    # The clerk's own application: the case says who filed it, and so do its events.
    await house.database.commit(
        [
            sql("UPDATE case_record SET account_id = {} WHERE id = {}", account, case),
            sql("UPDATE event SET actor = {} WHERE case_id = {}", account, case),
        ]
    )
    reply = await give(self_served, case, "accept", 1)
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:zhangban:problem:own-case")
