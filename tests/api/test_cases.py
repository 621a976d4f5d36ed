"""One matter over HTTP, from submission to decision, and every way it may go wrong."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from backend.app import create_app
from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.identifiers import check_case_number, check_query_code, new_id
from backend.house import House
from tests.api.case_builders import APPROVER, CLERK, ELSEWHERE, RESIDENT, application, key
from tests.api.conftest import API, Client, SignIn, browser_of, with_limits

pytestmark = pytest.mark.anyio


async def submitted(house: House, sign_in: SignIn, city: City, **values: Any) -> tuple[Client, str]:
    """A resident and the id of the case they submitted."""
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city, **values)
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert reply.status_code == 201, reply.text
    return resident, reply.json()["case"]["id"]


async def give(staff: Client, case: str, command: str, version: int, reason: str | None = None) -> Any:
    body: dict[str, Any] = {"command": command, "version": version, "reason": reason}
    if command == "decline":
        body["ground"] = "not-lawful"
    return await staff.post(f"{API}/desk/cases/{case}/commands", json=body, headers=key())


async def count(house: House, table: str) -> int:
    return int((await house.database.read(sql(f"SELECT COUNT(*) AS found FROM {table}")))[0]["found"])


async def test_a_matter_goes_from_submission_to_a_certificate(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    reply = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    receipt = reply.json()
    case = receipt["case"]["id"]
    assert check_case_number(receipt["case"]["number"]) is None
    assert receipt["case"]["number"].startswith("11990100990100026J4990799001000")
    assert check_query_code(receipt["case"]["query_code"]) is None

    clerk, approver = await sign_in(CLERK), await sign_in(APPROVER)
    queue = (await clerk.get(f"{API}/desk/queue")).json()
    assert [(each["id"], each["applicant_masked"], each["step"]["key"]) for each in queue["cases"]] == [
        (case, "林**", "pre-check")
    ]
    accepted = await give(clerk, case, "accept", 1)
    assert accepted.status_code == 200, accepted.text
    assert accepted.json()["clock"]["lanes"][0]["days"] == 10
    granted = await give(approver, case, "grant", 2)
    assert granted.status_code == 200, granted.text

    view = (await resident.get(f"{API}/cases/{case}")).json()
    assert (view["state"], view["version"], view["commands"], view["clock"]["state"]) == ("granted", 3, [], "done")
    assert [stage["status"] for stage in view["stages"]] == ["done"] * 4
    assert view["certificate"]["id"]
    assert [entry["type"] for entry in view["timeline"]] == ["case-submitted@1", "case-accepted@1", "case-granted@1"]
    assert [(each["key"], each["source"]) for each in view["materials"]] == [
        ("photo", "upload"),
        ("proof", "upload"),
        ("id-card", "share"),
    ]
    counts = (await approver.get(f"{API}/desk/queue?state=closed")).json()["counts"]
    assert counts == {"open": 0, "mine": 0, "held": 0, "closed": 1}


async def test_twenty_twins_make_one_case(house: House, sign_in: SignIn, city: City) -> None:
    resident, headers = await sign_in(RESIDENT), key()
    body = await application(house, resident, city)
    replies = await asyncio.gather(*(resident.post(f"{API}/cases", json=body, headers=headers) for _ in range(20)))
    assert {reply.status_code for reply in replies} == {201}
    assert len({reply.content for reply in replies}) == 1
    assert [await count(house, table) for table in ("case_record", "event", "event_private")] == [1, 1, 1]


async def test_one_draft_becomes_one_case_whatever_the_keys(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    body = {**await application(house, resident, city), "draft": new_id()}
    replies = await asyncio.gather(*(resident.post(f"{API}/cases", json=body, headers=key()) for _ in range(5)))
    (made,) = (reply.json()["case"]["id"] for reply in replies if reply.status_code == 201)
    refused = [reply.json() for reply in replies if reply.status_code != 201]
    assert {each["type"] for each in refused} == {"urn:zhangban:problem:draft-submitted"}
    assert [each["case_id"] for each in refused] == [made] * 4
    assert await count(house, "case_record") == 1


async def test_concurrent_cases_have_numbers_of_their_own(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city)
    replies = await asyncio.gather(*(resident.post(f"{API}/cases", json=body, headers=key()) for _ in range(12)))
    numbers = sorted(reply.json()["case"]["number"] for reply in replies)
    assert [int(number[-4:]) for number in numbers] == list(range(1, 13))
    stored = await house.database.read(sql("SELECT number FROM case_record ORDER BY number"))
    assert [row["number"] for row in stored] == numbers


async def test_the_ten_thousandth_case_of_a_day_has_a_longer_number(house: House, sign_in: SignIn, city: City) -> None:
    await submitted(house, sign_in, city)
    await house.database.commit([sql("UPDATE case_counter SET value = 9999")])
    resident = await sign_in(RESIDENT)
    reply = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=key())
    number = reply.json()["case"]["number"]
    assert (len(number), number[-6:], check_case_number(number)) == (45, "010000", None)
    assert await house.database.read(sql("SELECT id FROM case_record WHERE number = {}", number))


async def test_what_the_register_knows_cannot_be_typed_over(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city, name="别人")
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert reply.json()["errors"] == [{"path": "/name", "keyword": "const"}]


async def test_missing_material_and_missing_files_are_told_apart(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city)
    without = {**body, "files": {"photo": body["files"]["photo"]}}
    reply = await resident.post(f"{API}/cases", json=without, headers=key())
    assert (reply.status_code, reply.json()["materials"]) == (422, ["proof"])
    unsent = {**body, "files": {**body["files"], "proof": ["0" * 64]}}
    reply = await resident.post(f"{API}/cases", json=unsent, headers=key())
    assert (reply.status_code, reply.json()["missing"]) == (409, ["0" * 64])
    unlisted = {**body, "files": {**body["files"], "diploma": body["files"]["proof"]}}
    reply = await resident.post(f"{API}/cases", json=unlisted, headers=key())
    assert (reply.status_code, reply.json()["materials"]) == (422, ["diploma"])


async def test_an_unknown_guide_is_refused(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    body = {**await application(house, resident, city), "guide_hash": "0" * 64}
    reply = await resident.post(f"{API}/cases", json=body, headers=key())
    assert (reply.status_code, reply.json()["type"]) == (422, "urn:zhangban:problem:guide-unknown")


async def test_whoever_has_not_said_who_they_are_is_asked_first(house: House, sign_in: SignIn, city: City) -> None:
    known, stranger = await sign_in(RESIDENT), await sign_in("13911112222")
    body = await application(house, known, city)
    reply = await stranger.post(f"{API}/cases", json=body, headers=key())
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:zhangban:problem:identity-needed")


@pytest.mark.parametrize("wrong", [{}, {"Idempotency-Key": "short"}, {"Idempotency-Key": "with blank inside"}])
async def test_a_submission_without_a_proper_key_is_refused(
    house: House, sign_in: SignIn, city: City, wrong: dict[str, str]
) -> None:
    resident = await sign_in(RESIDENT)
    reply = await resident.post(f"{API}/cases", json=await application(house, resident, city), headers=wrong)
    assert reply.status_code in (400, 422)
    assert await count(house, "case_record") == 0


async def test_an_applicant_may_withdraw_until_it_is_decided(house: House, sign_in: SignIn, city: City) -> None:
    resident, case = await submitted(house, sign_in, city)
    headers = key()
    body = {"command": "withdraw"}
    first = await resident.post(f"{API}/cases/{case}/commands", json=body, headers=headers)
    again = await resident.post(f"{API}/cases/{case}/commands", json=body, headers=headers)
    assert (first.status_code, first.json()["state"]) == (200, "withdrawn")
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
    late = await resident.post(f"{API}/cases/{case}/commands", json=body, headers=key())
    assert (late.status_code, late.json()["state"]) == (409, "withdrawn")
    assert await count(house, "event") == 2


async def test_a_list_of_cases_is_paged_newest_first(house: House, sign_in: SignIn, city: City) -> None:
    resident = await sign_in(RESIDENT)
    body = await application(house, resident, city)
    made = [(await resident.post(f"{API}/cases", json=body, headers=key())).json()["case"]["id"] for _ in range(3)]
    first = (await resident.get(f"{API}/cases?limit=2")).json()
    second = (await resident.get(f"{API}/cases", params={"limit": 2, "after": first["next"]})).json()
    assert [case["id"] for case in first["cases"] + second["cases"]] == made[::-1]
    assert second["next"] is None
    assert (await resident.get(f"{API}/cases?after=nonsense!")).status_code == 400


async def test_no_personal_data_lies_in_the_clear(house: House, sign_in: SignIn, city: City) -> None:
    await submitted(house, sign_in, city)
    rows = []
    for table in ("event", "case_record", "outbox", "idempotency", "audit"):
        rows += await house.database.read(sql(f"SELECT * FROM {table}"))
    text = repr(rows)
    for personal in ("林晓舟", "990321199508162421", "13900000001", "听涛路"):
        assert personal not in text


async def test_a_submission_asks_the_outbox_to_tell(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city)
    rows = await house.database.read(sql("SELECT kind, unique_key FROM outbox WHERE kind = 'case.event'"))
    assert [(row["kind"], row["unique_key"]) for row in rows] == [("case.event", f"case.event:{case}:1")]


async def test_a_case_of_another_district_goes_to_its_own_office(house: House, sign_in: SignIn, city: City) -> None:
    _, case = await submitted(house, sign_in, city, district="990103", street="990103001000")
    linjiang, donggang = await sign_in(CLERK), await sign_in(ELSEWHERE)
    assert (await linjiang.get(f"{API}/desk/cases/{case}")).status_code == 404
    assert (await linjiang.get(f"{API}/desk/queue")).json()["counts"]["open"] == 0
    view = (await donggang.get(f"{API}/desk/cases/{case}")).json()
    assert view["department"]["name"]["zh"] == "云海市公安局东港分局"
    assert view["number"].startswith("11990100990100034D")


async def test_an_account_files_a_bounded_number_of_applications_a_day(
    house: House, sign_in: SignIn, city: City
) -> None:
    strict = House(
        with_limits(house.settings, cases_per_day=2), house.database, house.vault, house.time, house.current_city
    )
    app = create_app(strict.settings, house=strict)
    cookies = (await sign_in(RESIDENT)).cookies
    async with app.lifespan(), browser_of(app) as browser:
        browser.cookies.update(cookies)
        filed, last = [], key()
        for each in (key(), last):
            filed.append(await browser.post(f"{API}/cases", json=await application(house, browser, city), headers=each))
        assert [reply.status_code for reply in filed] == [201, 201]
        body = await application(house, browser, city)
        refused = await browser.post(f"{API}/cases", json=body, headers=key())
        assert refused.status_code == 409
        assert refused.json()["type"] == "urn:zhangban:problem:too-many-cases"
        assert refused.json()["limit"] == 2
        # A repeated request is none more.
        again = await browser.post(f"{API}/cases", json=await application(house, browser, city), headers=last)
        assert (again.status_code, again.content) == (201, filed[1].content)
        house.time.set(house.time.now() + 24 * 3600 * 1000 + 1000)
        assert (await browser.post(f"{API}/cases", json=body, headers=key())).status_code == 201
