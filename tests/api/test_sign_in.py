"""Signing in: codes, tries, sessions and the identity behind them."""

from __future__ import annotations

import asyncio

import pytest

from backend.foundation.database import sql
from backend.house import House
from tests.api.conftest import API, Client, SignIn

pytestmark = pytest.mark.anyio

PHONE = "13700000001"


async def ask_code(client: Client, phone: str = PHONE) -> str:
    sent = await client.post(f"{API}/sign-in/codes", json={"phone": phone})
    assert sent.status_code == 202, sent.text
    code: str = (await client.post(f"{API}/_test/otp", json={"phone": phone})).json()["code"]
    return code


def other_than(code: str) -> str:
    return "000000" if code != "000000" else "111111"


async def test_a_phone_and_its_code_open_a_session_that_ends_on_sign_out(client: Client) -> None:
    code = await ask_code(client)
    reply = await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": code})
    assert reply.status_code == 200
    assert reply.json()["account"]["phone_masked"] == "137****0001"
    assert (await client.get(f"{API}/me")).json() == {"name": None, "id_number": None, "phone": PHONE}
    kept = dict(client.cookies)
    assert (await client.delete(f"{API}/session")).status_code == 204
    client.cookies.update(kept)
    assert (await client.get(f"{API}/me")).status_code == 401
    assert (await client.get(f"{API}/session")).json() == {"mode": "test", "account": None, "maintenance": None}


async def test_the_same_phone_is_the_same_account_however_it_is_written(client: Client) -> None:
    first = await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": await ask_code(client)})
    code = await ask_code(client, "+86 137-0000-0001")
    second = await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": code})
    assert first.json()["account"]["id"] == second.json()["account"]["id"]


async def test_the_sixth_try_is_refused_even_with_the_right_code(client: Client) -> None:
    code = await ask_code(client)
    for left in (4, 3, 2, 1, 0):
        reply = await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": other_than(code)})
        assert (reply.status_code, reply.json()["attempts_left"]) == (401, left)
    reply = await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": code})
    assert (reply.status_code, reply.json()["type"]) == (410, "urn:zhangban:problem:code-expired")


async def test_tries_at_once_get_no_more_than_five(client: Client) -> None:
    code = await ask_code(client)
    wrong = {"phone": PHONE, "code": other_than(code)}
    replies = await asyncio.gather(*(client.post(f"{API}/sign-in", json=wrong) for _ in range(12)))
    assert sorted(reply.status_code for reply in replies) == [401] * 5 + [410] * 7


async def test_a_code_opens_one_session_when_sent_twice_at_once(client: Client, house: House) -> None:
    body = {"phone": PHONE, "code": await ask_code(client)}
    replies = await asyncio.gather(*(client.post(f"{API}/sign-in", json=body) for _ in range(4)))
    assert sorted(reply.status_code for reply in replies) == [200, 410, 410, 410]
    rows = await house.database.read(sql("SELECT COUNT(*) AS n FROM session"))
    assert rows[0]["n"] == 1


async def test_a_code_is_refused_after_five_minutes(client: Client, house: House) -> None:
    code = await ask_code(client)
    house.time.set(house.time.now() + 5 * 60_000 + 1)
    reply = await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": code})
    assert reply.status_code == 410


async def test_a_second_code_within_a_minute_is_refused_with_the_seconds_to_wait(client: Client) -> None:
    await ask_code(client)
    reply = await client.post(f"{API}/sign-in/codes", json={"phone": PHONE})
    assert reply.status_code == 429
    assert reply.json()["type"] == "urn:zhangban:problem:code-too-soon"
    assert 1 <= int(reply.headers["retry-after"]) <= 60


@pytest.mark.parametrize("phone", ["", "1", "12800000001", "0" * 31, "１３８", 13800000001, None, ["1"], {"a": 1}])
async def test_what_is_no_phone_number_is_refused(client: Client, phone: object) -> None:
    reply = await client.post(f"{API}/sign-in/codes", json={"phone": phone})
    assert reply.status_code in (400, 422)
    assert reply.headers["content-type"] == "application/problem+json"


async def test_signing_in_again_ends_the_session_of_before(client: Client, sign_in: SignIn) -> None:
    browser = await sign_in(PHONE)
    before = dict(browser.cookies)
    code = await ask_code(browser, "13700000002")
    await browser.post(f"{API}/sign-in", json={"phone": "13700000002", "code": code})
    assert dict(browser.cookies) != before
    client.cookies.update(before)
    assert (await client.get(f"{API}/me")).status_code == 401


async def test_a_resident_session_ends_after_a_week_without_use(sign_in: SignIn, house: House) -> None:
    browser = await sign_in(PHONE)
    house.time.set(house.time.now() + 6 * 86_400_000)
    assert (await browser.get(f"{API}/me")).status_code == 200
    house.time.set(house.time.now() + 6 * 86_400_000)
    assert (await browser.get(f"{API}/me")).status_code == 200
    house.time.set(house.time.now() + 7 * 86_400_000 + 1)
    assert (await browser.get(f"{API}/me")).status_code == 401


async def test_a_session_ends_after_thirty_days_however_much_it_is_used(sign_in: SignIn, house: House) -> None:
    browser = await sign_in(PHONE)
    for _ in range(5):
        house.time.set(house.time.now() + 6 * 86_400_000 - 1000)
        assert (await browser.get(f"{API}/me")).status_code == 200
    house.time.set(house.time.now() + 6000)
    assert (await browser.get(f"{API}/me")).status_code == 401


async def test_a_session_on_a_shared_device_ends_after_ten_minutes_and_with_the_browser(
    client: Client, house: House
) -> None:
    code = await ask_code(client)
    reply = await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": code, "shared": True})
    assert reply.json()["account"]["session"]["shared"] is True
    assert "max-age" not in reply.headers["set-cookie"].lower()
    house.time.set(house.time.now() + 10 * 60_000 + 1)
    assert (await client.get(f"{API}/session")).json()["account"] is None


async def test_a_person_sees_where_they_are_signed_in_and_ends_any_of_it(client: Client, sign_in: SignIn) -> None:
    here, there = await sign_in(PHONE), await sign_in(PHONE)
    listed = (await here.get(f"{API}/me/sessions")).json()["sessions"]
    assert sorted(each["current"] for each in listed) == [False, True]
    other = next(each["id"] for each in listed if not each["current"])
    stranger = await sign_in("13700000009")
    assert (await stranger.delete(f"{API}/me/sessions/{other}")).status_code == 404
    assert (await there.get(f"{API}/me")).status_code == 200
    assert (await here.delete(f"{API}/me/sessions/{other}")).status_code == 204
    assert (await there.get(f"{API}/me")).status_code == 401
    again = await sign_in(PHONE)
    assert (await here.delete(f"{API}/me/sessions")).status_code == 204
    assert (await again.get(f"{API}/me")).status_code == 401
    assert (await here.get(f"{API}/me")).status_code == 200


async def test_a_new_phone_takes_over_after_a_recent_proof_and_other_sessions_end(
    client: Client, sign_in: SignIn, house: House
) -> None:
    here, there = await sign_in(PHONE), await sign_in(PHONE)
    new = "13700000077"
    house.time.set(house.time.now() + 11 * 60_000)
    change = {"phone": new, "code": await ask_code(here, new)}
    refused = await here.put(f"{API}/me/phone", json=change)
    assert (refused.status_code, refused.json()["type"]) == (403, "urn:zhangban:problem:sign-in-again")
    assert (await here.post(f"{API}/re-authentication/codes")).status_code == 202
    own = (await here.post(f"{API}/_test/otp", json={"phone": PHONE})).json()["code"]
    assert (await here.post(f"{API}/re-authentication", json={"code": own})).status_code == 204
    assert (await here.put(f"{API}/me/phone", json=change)).json()["phone_masked"] == "137****0077"
    assert (await there.get(f"{API}/me")).status_code == 401
    same = await sign_in(new)
    ids = {(await each.get(f"{API}/session")).json()["account"]["id"] for each in (here, same)}
    assert len(ids) == 1


async def test_a_phone_that_has_an_account_is_not_taken_over(client: Client, sign_in: SignIn) -> None:
    browser, taken = await sign_in(PHONE), "13700000078"
    await sign_in(taken)
    code = await ask_code(client, taken)
    reply = await browser.put(f"{API}/me/phone", json={"phone": taken, "code": code})
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:zhangban:problem:phone-taken")


async def test_neither_token_nor_code_nor_phone_lies_readable_in_the_database(client: Client, house: House) -> None:
    code = await ask_code(client)
    await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": code})
    token = client.cookies["zhangban"]
    stored = ""
    for table in ("account", "session", "one_time_code", "audit"):
        stored += repr(await house.database.read(sql(f"SELECT * FROM {table}")))
    assert token not in stored
    assert PHONE not in stored
    assert f"'{code}'" not in stored


async def test_an_identity_is_confirmed_against_the_population_register(sign_in: SignIn, house: House) -> None:
    person = house.city.population.persons[0]
    browser = await sign_in(PHONE)
    claim = {"name": f" {person.name} ", "id_number": person.id_number.lower()}
    for _ in range(2):
        reply = await browser.put(f"{API}/me/identity", json=claim)
        assert reply.status_code == 200, reply.text
        assert reply.json()["id_number_masked"] == person.id_number[:3] + "***********" + person.id_number[-4:]
        assert reply.json()["name_masked"] == person.name[0] + "*" * (len(person.name) - 1)
    assert (await browser.get(f"{API}/me")).json()["id_number"] == person.id_number
    other = house.city.population.persons[1]
    reply = await browser.put(f"{API}/me/identity", json={"name": other.name, "id_number": other.id_number})
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:zhangban:problem:identity-settled")


async def test_an_unmatched_and_a_malformed_identity_are_told_apart(sign_in: SignIn, house: House) -> None:
    person = house.city.population.persons[0]
    browser = await sign_in(PHONE)
    reply = await browser.put(f"{API}/me/identity", json={"name": "某某", "id_number": person.id_number})
    assert (reply.status_code, reply.json()["type"]) == (422, "urn:zhangban:problem:identity-not-matched")
    reply = await browser.put(f"{API}/me/identity", json={"name": person.name, "id_number": "11010519491231002Y"})
    assert (reply.status_code, reply.json()["type"]) == (422, "urn:zhangban:problem:id-number-invalid")


async def test_guessing_identities_is_limited(sign_in: SignIn) -> None:
    browser = await sign_in(PHONE)
    claim = {"name": "某某", "id_number": "11010519491231002X"}
    replies = [await browser.put(f"{API}/me/identity", json=claim) for _ in range(6)]
    assert [reply.status_code for reply in replies] == [422] * 5 + [429]


async def test_personas_are_listed_outside_production(client: Client, house: House) -> None:
    reply = await client.get(f"{API}/demo/personas")
    assert [each["phone"] for each in reply.json()["personas"]] == [each.phone for each in house.city.personas]
    assert {each["role"] for each in reply.json()["personas"]} >= {"resident", "clerk", "approver", "agent"}
    assert all((each["staff"] is None) == (each["role"] == "resident") for each in reply.json()["personas"])


async def test_a_new_account_can_be_confirmed_as_any_of_the_made_up_people(client: Client, sign_in: SignIn) -> None:
    listed = (await client.get(f"{API}/demo/personas")).json()
    assert listed["people"]
    assert not {each["name"] for each in listed["people"]} & {each["name"] for each in listed["personas"]}
    browser = await sign_in(PHONE)
    assert (await browser.put(f"{API}/me/identity", json=listed["people"][0])).json()["identified"] is True


@pytest.mark.parametrize(
    "now", ["yesterday, or the day before", "2026-11-22T00:00:00", "9999-01-01T00:00:00Z", "2" * 41]
)
async def test_the_clock_takes_only_instants(client: Client, now: str) -> None:
    assert (await client.post(f"{API}/_test/clock", json={"now": now})).status_code == 400


async def test_the_clock_is_set_and_given_back(client: Client, house: House) -> None:
    assert (await client.post(f"{API}/_test/clock", json={"now": "2026-02-13T08:00:00+08:00"})).status_code == 204
    assert house.time.today().isoformat() == "2026-02-13"
    assert (await client.post(f"{API}/_test/clock", json={"now": None})).status_code == 204
    assert house.time.today().isoformat() != "2026-02-13"


async def test_wrong_codes_and_unmatched_identities_are_told_to_the_security_administrator(
    client: Client, sign_in: SignIn, house: House
) -> None:
    code = await ask_code(client)
    await client.post(f"{API}/sign-in", json={"phone": PHONE, "code": other_than(code)})
    browser = await sign_in("13700000002")
    await browser.put(f"{API}/me/identity", json={"name": "某某", "id_number": "11010519491231002X"})
    await house.security.store(house.database)
    rows = await house.database.read(sql("SELECT kind, actor FROM security_event ORDER BY kind"))
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    assert [(row["kind"], row["actor"]) for row in rows] == [("code-guessing", account), ("sign-in-failed", "")]
