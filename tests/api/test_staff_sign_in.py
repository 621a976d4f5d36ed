"""Staff sign in at the desk with a password and a second factor, and are locked out when they guess."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from backend.foundation.database import sql
from backend.house import House
from backend.staff import rules
from backend.staff.demo import DEMO_PASSWORD, demo_totp_secret
from tests.api.case_builders import CLERK
from tests.api.conftest import API, Client, SignIn

pytestmark = pytest.mark.anyio

NUMBER = "YH0011"
NEW = "Harbour-lamp-39"


def code_at(house: House, steps: int = 0) -> str:
    """The code of the present step, or of one before or after it."""
    return rules.totp_code(demo_totp_secret(NUMBER), rules.step_of(house.time.now()) + steps)


async def enter(client: Client, house: House, **members: Any) -> httpx.Response:
    body = {"number": NUMBER, "password": DEMO_PASSWORD, "totp": code_at(house)} | members
    return await client.post(f"{API}/desk/sign-in", json=body)


def problem(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, str(reply.json()["type"]).rpartition(":")[2]


FAILED = (401, "staff-sign-in-failed")


async def test_number_password_and_code_open_a_staff_session_that_ends_with_the_browser(
    client: Client, house: House
) -> None:
    reply = await enter(client, house, number=" yh0011 ")
    assert reply.status_code == 200, reply.text
    account = reply.json()["account"]
    assert account["staff"]["roles"] == ["clerk"]
    assert account["staff"]["number"] == NUMBER
    assert account["session"]["kind"] == "staff"
    assert "max-age" not in reply.headers["set-cookie"].lower()
    assert (await client.get(f"{API}/desk/queue")).status_code == 200
    house.time.set(house.time.now() + 30 * 60_000 + 1)
    assert (await client.get(f"{API}/session")).json()["account"] is None


async def test_a_staff_members_own_phone_opens_no_desk(sign_in: SignIn) -> None:
    browser = await sign_in(CLERK, as_resident=True)
    assert (await browser.get(f"{API}/session")).json()["account"]["staff"] is None
    assert problem(await browser.get(f"{API}/desk/queue")) == (403, "forbidden")
    desk = await sign_in(CLERK)
    assert problem(await desk.get(f"{API}/cases")) == (403, "forbidden")


@pytest.mark.parametrize(
    "wrong", [{"number": "YH9999"}, {"password": "Wrong-horse-77"}, {"totp": "000000"}, {"totp": "ABCDEF"}]
)
async def test_whatever_is_wrong_the_answer_is_the_same(client: Client, house: House, wrong: dict[str, str]) -> None:
    reply = await enter(client, house, **wrong)
    assert problem(reply) == FAILED
    assert reply.json() == (await enter(client, house, number="YH8888")).json()
    assert "set-cookie" not in reply.headers


async def test_a_code_is_taken_once(client: Client, house: House) -> None:
    code = code_at(house)
    assert (await enter(client, house, totp=code)).status_code == 200
    assert problem(await enter(client, house, totp=code)) == FAILED
    assert (await enter(client, house, totp=code_at(house, 1))).status_code == 200


async def test_the_same_right_form_sent_at_once_opens_one_session(client: Client, house: House) -> None:
    code = code_at(house)
    replies = await asyncio.gather(*(enter(client, house, totp=code) for _ in range(4)))
    assert sorted(reply.status_code for reply in replies) == [200, 401, 401, 401]


async def test_a_code_two_steps_away_is_refused(client: Client, house: House) -> None:
    assert problem(await enter(client, house, totp=code_at(house, 2))) == FAILED
    assert problem(await enter(client, house, totp=code_at(house, -2))) == FAILED


async def test_five_wrong_tries_lock_the_account_for_a_quarter_of_an_hour(client: Client, house: House) -> None:
    replies = await asyncio.gather(*(enter(client, house, password="Wrong-horse-77") for _ in range(7)))
    assert {problem(reply) for reply in replies} == {FAILED}
    assert problem(await enter(client, house)) == FAILED
    house.time.set(house.time.now() + 15 * 60_000 - 1000)
    assert problem(await enter(client, house)) == FAILED
    house.time.set(house.time.now() + 1001)
    assert (await enter(client, house)).status_code == 200


async def test_four_wrong_tries_and_a_right_one_begin_a_new_count(client: Client, house: House) -> None:
    for _ in range(2):
        for _ in range(4):
            assert problem(await enter(client, house, password="Wrong-horse-77")) == FAILED
        assert (await enter(client, house)).status_code == 200
        house.time.set(house.time.now() + 60_000)


async def test_a_password_of_ninety_one_days_must_be_changed_at_the_door(client: Client, house: House) -> None:
    house.time.set(house.time.now() + 91 * 86_400_000)
    refused = await enter(client, house)
    assert problem(refused) == (403, "new-password-needed")
    assert refused.json()["reason"] == "too-old"
    assert problem(await enter(client, house, new_password=DEMO_PASSWORD)) == (422, "password-weak")
    assert (await enter(client, house, new_password=NEW)).status_code == 200
    house.time.set(house.time.now() + 60_000)
    assert problem(await enter(client, house)) == FAILED
    assert (await enter(client, house, password=NEW)).status_code == 200


async def test_a_password_is_changed_after_a_recent_proof_and_none_of_the_last_five_comes_back(
    sign_in: SignIn, house: House
) -> None:
    desk = await sign_in(CLERK)
    old = DEMO_PASSWORD
    for number in range(3):
        new = f"Harbour-lamp-{number}!"
        reply = await desk.put(f"{API}/desk/password", json={"password": old, "new_password": new})
        assert reply.status_code == 204, reply.text
        old = new
        house.time.set(house.time.now() + 1000)
    again = await desk.put(f"{API}/desk/password", json={"password": old, "new_password": DEMO_PASSWORD})
    assert (problem(again), again.json()["reason"]) == ((422, "password-weak"), "used-before")
    house.time.set(house.time.now() + 11 * 60_000)
    late = await desk.put(f"{API}/desk/password", json={"password": old, "new_password": NEW})
    assert problem(late) == (403, "sign-in-again")
    proof = {"password": old, "totp": code_at(house)}
    assert (await desk.post(f"{API}/desk/re-authentication", json=proof)).status_code == 204
    assert (await desk.put(f"{API}/desk/password", json={"password": old, "new_password": NEW})).status_code == 204


async def test_neither_password_nor_second_factor_lies_readable_in_the_database(client: Client, house: House) -> None:
    assert (await enter(client, house)).status_code == 200
    stored = repr(await house.database.read(sql("SELECT * FROM staff_secret")))
    assert DEMO_PASSWORD not in stored
    assert demo_totp_secret(NUMBER).hex() not in stored
    assert "$argon2id$" in stored


async def test_a_closed_account_loses_its_session_at_once_and_opens_none(sign_in: SignIn, house: House) -> None:
    desk = await sign_in(CLERK)
    await house.database.commit([sql("UPDATE staff SET disabled_at = 1 WHERE number = {}", NUMBER)])
    await asyncio.sleep(2.1)
    assert (await desk.get(f"{API}/desk/queue")).status_code == 401
    assert problem(await enter(desk, house, totp=code_at(house, 1))) == FAILED
