"""What a window does for a person who stands there: level 3, and the account back with another phone."""

from __future__ import annotations

from typing import Any

import pytest

from backend.city.city import City
from backend.foundation.database import sql
from backend.foundation.worker import Worker
from backend.house import House
from backend.notify.delivery import Delivery
from tests.api.case_builders import APPROVER, CLERK, RESIDENT
from tests.api.conftest import API, Client, SignIn

pytestmark = pytest.mark.anyio

PERSON = {"name": "林晓舟", "id_number": "990321199508162421", "reason": "本人持身份证到窗口"}
NEW_PHONE = "13912340001"


async def code_for(browser: Client, phone: str) -> str:
    """The code that a phone was sent."""
    await browser.post(f"{API}/sign-in/codes", json={"phone": phone})
    return str((await browser.post(f"{API}/_test/otp", json={"phone": phone})).json()["code"])


async def recover(browser: Client, code: str, **fields: str) -> Any:
    """Asks for the person's account with the new phone."""
    body = {**PERSON, "phone": NEW_PHONE, "code": code, **fields}
    return await browser.post(f"{API}/desk/recoveries", json=body)


async def deliver(house: House) -> None:
    """Delivers what is in the outbox."""
    worker = Worker(house.database, house.time, house.settings.outbox, house.wake)
    delivery = Delivery(house)
    delivery.register(worker)
    await worker.run_due()
    await delivery.close()


async def test_a_person_checked_at_the_window_is_of_level_three_at_once(house: House, sign_in: SignIn) -> None:
    resident, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    assert (await resident.get(f"{API}/session")).json()["account"]["level"] == 2
    reply = await clerk.post(f"{API}/desk/identity-checks", json=PERSON)
    assert (reply.status_code, reply.json()) == (200, {"accounts": 1})
    assert (await resident.get(f"{API}/session")).json()["account"]["level"] == 3
    lines = await house.database.read(
        sql("SELECT subject, reason FROM audit WHERE action = 'identity-checked-in-person'")
    )
    owner = (await house.database.read(sql("SELECT subject_id FROM account WHERE in_person_at IS NOT NULL")))[0]
    assert [(each["subject"], each["reason"]) for each in lines] == [(owner["subject_id"], PERSON["reason"])]
    await deliver(house)
    messages = (await resident.get(f"{API}/inbox")).json()["messages"]
    assert [(each["kind"], each["case_id"]) for each in messages] == [("checked-in-person", None)]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"name": "林小舟"}, 422, "identity-not-matched"),
        ({"id_number": "990321199508162422"}, 422, "id-number-invalid"),
        ({"reason": "看"}, 400, "invalid-request"),
    ],
)
async def test_whom_the_register_does_not_know_is_not_checked(
    house: House, sign_in: SignIn, fields: dict[str, str], status: int, code: str
) -> None:
    reply = await (await sign_in(CLERK)).post(f"{API}/desk/identity-checks", json={**PERSON, **fields})
    assert (reply.status_code, reply.json()["type"]) == (status, f"urn:zhangban:problem:{code}")
    assert await house.database.read(sql("SELECT id FROM account WHERE in_person_at IS NOT NULL")) == []


async def test_a_person_without_an_account_is_told_to_sign_in_first(house: House, sign_in: SignIn, city: City) -> None:
    taken = {each.name for each in city.personas}
    person = next(each for each in city.population.persons if each.name not in taken)
    body = {"name": person.name, "id_number": person.id_number, "reason": "本人持身份证到窗口"}
    reply = await (await sign_in(CLERK)).post(f"{API}/desk/identity-checks", json=body)
    assert (reply.status_code, reply.json()["type"]) == (404, "urn:zhangban:problem:nothing-to-recover")


async def test_an_account_comes_back_with_another_phone_and_every_session_ends(house: House, sign_in: SignIn) -> None:
    old, clerk = await sign_in(RESIDENT), await sign_in(CLERK)
    account = (await old.get(f"{API}/session")).json()["account"]["id"]
    reply = await recover(clerk, await code_for(clerk, NEW_PHONE))
    assert (reply.status_code, reply.json()) == (200, {"phone_masked": "139****0001"})
    assert (await old.get(f"{API}/me")).status_code == 401
    again = await sign_in(NEW_PHONE)
    assert (await again.get(f"{API}/session")).json()["account"]["id"] == account
    assert (await again.get(f"{API}/me")).json()["name"] == "林晓舟"
    lines = await house.database.read(sql("SELECT subject, target, reason FROM audit WHERE action = 'phone-changed'"))
    assert [(each["target"], each["reason"]) for each in lines] == [(account, PERSON["reason"])]
    assert lines[0]["subject"]
    await deliver(house)
    kinds = [each["kind"] for each in (await again.get(f"{API}/inbox")).json()["messages"]]
    assert kinds == ["phone-changed-at-window"]


async def test_nothing_is_said_of_a_person_before_the_code_is_right(house: House, sign_in: SignIn) -> None:
    clerk = await sign_in(CLERK)
    code = await code_for(clerk, NEW_PHONE)
    wrong = "000000" if code != "000000" else "111111"
    for fields in ({}, {"name": "没有的人"}):
        reply = await recover(clerk, wrong, **fields)
        assert (reply.status_code, reply.json()["type"]) == (401, "urn:zhangban:problem:code-wrong")
    assert (await recover(clerk, code)).status_code == 200
    assert (await recover(clerk, code)).json()["type"] == "urn:zhangban:problem:code-expired"


async def test_of_several_accounts_the_one_used_last_comes_back(house: House, sign_in: SignIn) -> None:
    older = await sign_in("13912340002")
    first = await sign_in(RESIDENT)
    account = (await first.get(f"{API}/session")).json()["account"]["id"]
    confirmed = await older.put(f"{API}/me/identity", json={"name": PERSON["name"], "id_number": PERSON["id_number"]})
    assert confirmed.status_code == 200
    house.time.set(house.time.now() + 3_600_000)
    await first.get(f"{API}/me")
    clerk = await sign_in(CLERK)
    assert (await recover(clerk, await code_for(clerk, NEW_PHONE))).status_code == 200
    assert (await (await sign_in(NEW_PHONE)).get(f"{API}/session")).json()["account"]["id"] == account
    assert (await older.get(f"{API}/me")).status_code == 200


async def test_a_phone_that_has_an_account_is_not_given_to_another(house: House, sign_in: SignIn) -> None:
    clerk = await sign_in(CLERK)
    reply = await recover(clerk, await code_for(clerk, "13900000002"), phone="13900000002")
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:zhangban:problem:phone-taken")


async def test_a_clerk_does_nothing_for_an_account_of_their_own(house: House, sign_in: SignIn) -> None:
    clerk = await sign_in(CLERK)
    mine = (await clerk.get(f"{API}/session")).json()["account"]["id"]
    index = house.vault.blind_index("id-number", PERSON["id_number"])
    await house.database.commit(
        [sql("UPDATE account SET id_number_index = {}, identified_at = 1 WHERE id = {}", index, mine)]
    )
    reply = await clerk.post(f"{API}/desk/identity-checks", json=PERSON)
    assert (reply.status_code, reply.json()["type"]) == (403, "urn:zhangban:problem:own-account")


async def test_only_a_clerk_with_a_recent_proof_works_at_the_window(house: House, sign_in: SignIn) -> None:
    approver, clerk = await sign_in(APPROVER), await sign_in(CLERK)
    assert (await approver.post(f"{API}/desk/identity-checks", json=PERSON)).status_code == 403
    house.time.set(house.time.now() + 11 * 60 * 1000)
    replies = [await clerk.post(f"{API}/desk/identity-checks", json=PERSON), await recover(clerk, "000000")]
    assert {each.json()["type"] for each in replies} == {"urn:zhangban:problem:sign-in-again"}
