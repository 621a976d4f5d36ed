"""Passkeys: adding, signing in, proving it again, at the desk, and what is not believed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import msgspec
import pytest

from backend.foundation.database import sql
from backend.foundation.settings import Settings
from backend.house import House
from backend.identity.passkeys.ceremony import relying_party
from tests.api.conftest import API, Client, SignIn
from tests.harness.authenticator import ORIGIN, Authenticator, decode, encode
from tests.harness.served import STAFF_NUMBERS, staff_proof

pytestmark = pytest.mark.anyio

RESIDENT, NEIGHBOUR, CLERK = "13900000001", "13900000002", "13900000011"
HOUR = 3_600_000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A house whose pages are where the authenticator believes to be."""
    return msgspec.structs.replace(settings, server=msgspec.structs.replace(settings.server, public_origin=ORIGIN))


def device_for(house: House) -> Authenticator:
    """A device that believes to be on the pages of a house of any settings."""
    party = relying_party(house.settings)
    assert party is not None
    return Authenticator(origin=party.origins[0], site=party.id)


async def asked(browser: Client, address: str = "/sign-in/passkeys/options") -> dict[str, Any]:
    reply = await browser.post(f"{API}{address}")
    assert reply.status_code == 200, reply.text
    said: dict[str, Any] = reply.json()
    return said


async def add(browser: Client, device: Authenticator, name: str = "我的手机", **how: Any) -> httpx.Response:
    said = await asked(browser, "/me/passkeys/options")
    body = {"challenge_id": said["challenge_id"], "credential": device.make(said["options"], **how), "name": name}
    return await browser.post(f"{API}/me/passkeys", json=body)


async def added(browser: Client, device: Authenticator | None = None) -> Authenticator:
    device = device or Authenticator()
    reply = await add(browser, device)
    assert reply.status_code == 201, reply.text
    return device


async def answer(browser: Client, device: Authenticator, **how: Any) -> dict[str, Any]:
    said = await asked(browser)
    return {"challenge_id": said["challenge_id"], "credential": device.show(said["options"], **how)}


def reason(reply: httpx.Response) -> tuple[int, str]:
    return reply.status_code, reply.json().get("reason", "")


async def test_a_passkey_opens_a_session_of_level_three(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in(RESIDENT), Authenticator(backed_up=True))
    reply = await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))
    assert reply.status_code == 200, reply.text
    account = reply.json()["account"]
    assert (account["phone_masked"], account["level"]) == ("139****0001", 3)
    assert (account["session"]["kind"], account["session"]["method"]) == ("resident", "passkey")
    listed = (await client.get(f"{API}/me/passkeys")).json()
    assert [(each["name"], each["backed_up"]) for each in listed["passkeys"]] == [("我的手机", True)]
    assert listed["passkeys"][0]["used_at"] is not None
    assert listed["limit"] == 10


async def test_without_a_confirmed_name_a_passkey_is_level_one(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in("13700000009"))
    reply = await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))
    assert reply.json()["account"]["level"] == 1


async def test_on_a_shared_device_the_session_ends_with_the_browser(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in(RESIDENT))
    reply = await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device) | {"shared": True})
    assert reply.json()["account"]["session"]["shared"] is True
    assert "max-age" not in reply.headers["set-cookie"].lower()


async def test_what_a_device_learns_names_neither_account_nor_phone(sign_in: SignIn, house: House) -> None:
    browser = await sign_in(RESIDENT)
    account = (await browser.get(f"{API}/session")).json()["account"]["id"]
    options = (await asked(browser, "/me/passkeys/options"))["options"]
    handle = decode(options["user"]["id"])
    assert len(handle) == 32
    assert options["user"]["name"] == "139****0001"
    assert account not in repr(options)
    assert (await asked(browser, "/me/passkeys/options"))["options"]["user"]["id"] == encode(handle)
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"


async def test_what_is_asked_of_a_device_does_not_depend_on_who_asks(sign_in: SignIn, client: Client) -> None:
    browser = await sign_in(RESIDENT)
    await added(browser)
    signed_in, nobody = (await asked(browser))["options"], (await asked(client))["options"]
    assert signed_in.pop("challenge") != nobody.pop("challenge")
    assert signed_in == nobody
    assert nobody["allowCredentials"] == []


async def test_the_name_of_a_passkey_is_stored_sealed(sign_in: SignIn, house: House) -> None:
    await added(await sign_in(RESIDENT))
    rows = await house.database.read(sql("SELECT name_sealed FROM passkey"))
    assert "我的手机".encode() not in bytes(rows[0]["name_sealed"])


Prepare = Callable[[Authenticator], None]
HOSTILE: dict[str, tuple[Prepare, str]] = {
    "another page": (lambda device: setattr(device, "origin", "http://localhost.evil.example:8000"), "origin"),
    "the same page on another port": (lambda device: setattr(device, "origin", "http://localhost:8001"), "origin"),
    "a page framed by another site": (lambda device: setattr(device, "cross_origin", True), "origin"),
    "another site": (lambda device: setattr(device, "site", "evil.example"), "site"),
    "a device that unlocked for nobody": (lambda device: setattr(device, "verified", False), "not-verified"),
    "a device that nobody touched": (lambda device: setattr(device, "present", False), "not-verified"),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_an_answer_made_for_something_else_is_refused(what: str, sign_in: SignIn, client: Client) -> None:
    prepare, why = HOSTILE[what]
    device = await added(await sign_in(RESIDENT))
    prepare(device)
    reply = await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))
    assert reason(reply) == (401, why)
    assert (await client.get(f"{API}/session")).json()["account"] is None


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_passkey_made_for_something_else_is_not_added(what: str, sign_in: SignIn) -> None:
    prepare, why = HOSTILE[what]
    browser, device = await sign_in(RESIDENT), Authenticator()
    prepare(device)
    assert reason(await add(browser, device)) == (401, why)
    assert (await browser.get(f"{API}/me/passkeys")).json()["passkeys"] == []


async def test_an_answer_to_another_challenge_is_refused(sign_in: SignIn, client: Client) -> None:
    browser = await sign_in(RESIDENT)
    device = await added(browser)
    other = encode(b"another challenge of 32 bytes...")
    reply = await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device, challenge=other))
    assert reason(reply) == (401, "challenge")
    assert reason(await add(browser, Authenticator(), challenge=other)) == (401, "challenge")


async def test_an_answer_opens_one_session_when_sent_again_and_at_once(
    sign_in: SignIn, client: Client, house: House
) -> None:
    device = await added(await sign_in(RESIDENT))
    body = await answer(client, device)
    replies = await asyncio.gather(*(client.post(f"{API}/sign-in/passkeys", json=body) for _ in range(4)))
    assert sorted(reply.status_code for reply in replies) == [200, 401, 401, 401]
    assert {reason(reply)[1] for reply in replies if reply.status_code == 401} == {"challenge"}
    rows = await house.database.read(sql("SELECT COUNT(*) AS n FROM session WHERE method = 'passkey'"))
    assert rows[0]["n"] == 1


async def test_a_challenge_is_worth_nothing_in_another_browser(sign_in: SignIn, client: Client) -> None:
    victim = await sign_in(RESIDENT)
    device = await added(victim)
    body = await answer(victim, device)
    assert reason(await client.post(f"{API}/sign-in/passkeys", json=body)) == (401, "challenge")
    # The other browser has not used it up: only its own may.
    assert (await victim.post(f"{API}/re-authentication/passkeys", json=body)).status_code == 204


async def test_a_challenge_is_refused_after_five_minutes(sign_in: SignIn, client: Client, house: House) -> None:
    device = await added(await sign_in(RESIDENT))
    body = await answer(client, device)
    house.time.set(house.time.now() + 300_001)
    assert reason(await client.post(f"{API}/sign-in/passkeys", json=body)) == (401, "challenge")


async def test_challenges_of_one_kind_are_no_good_for_the_other(sign_in: SignIn) -> None:
    browser, device = await sign_in(RESIDENT), Authenticator()
    said = await asked(browser)
    adding = (await asked(browser, "/me/passkeys/options"))["options"]
    credential = device.make(adding, challenge=said["options"]["challenge"])
    body = {"challenge_id": said["challenge_id"], "credential": credential, "name": "手机"}
    assert reason(await browser.post(f"{API}/me/passkeys", json=body)) == (401, "challenge")


async def test_an_altered_signature_is_refused(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in(RESIDENT))
    body = await answer(client, device)
    signature = bytearray(decode(body["credential"]["response"]["signature"]))
    signature[-1] ^= 1
    body["credential"]["response"]["signature"] = encode(bytes(signature))
    assert reason(await client.post(f"{API}/sign-in/passkeys", json=body)) == (401, "signature")


async def test_a_copied_credential_id_without_its_key_is_refused(sign_in: SignIn, client: Client) -> None:
    real = await added(await sign_in(RESIDENT))
    thief = Authenticator(credential_id=real.credential_id, handle=real.handle)
    assert reason(await client.post(f"{API}/sign-in/passkeys", json=await answer(client, thief))) == (401, "signature")


async def test_an_unknown_passkey_is_refused(client: Client) -> None:
    device = Authenticator(handle=b"x" * 32)
    assert reason(await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))) == (401, "unknown")


async def test_a_count_that_goes_back_is_refused_and_noted(sign_in: SignIn, client: Client, house: House) -> None:
    device = await added(await sign_in(RESIDENT))
    device.count = 7
    assert (await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))).status_code == 200
    for backwards in (3, 7):
        device.count = backwards
        reply = await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))
        assert reason(reply) == (401, "sign-count")
    rows = await house.database.read(sql("SELECT reason FROM audit WHERE action = 'passkey-refused'"))
    assert [row["reason"] for row in rows] == ["sign-count", "sign-count"]
    assert (await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))).status_code == 200


async def test_a_device_that_does_not_count_is_believed(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in(RESIDENT))
    for _ in range(2):
        device.count = -1
        assert (await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))).status_code == 200


async def test_somebody_elses_passkey_proves_nothing(sign_in: SignIn) -> None:
    mine, theirs = await sign_in(RESIDENT), await sign_in(NEIGHBOUR)
    device = await added(theirs)
    reply = await mine.post(f"{API}/re-authentication/passkeys", json=await answer(mine, device))
    assert reason(reply) == (401, "owner")
    assert (await mine.get(f"{API}/session")).json()["account"]["phone_masked"] == "139****0001"


async def test_a_passkey_that_names_another_account_is_refused(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in(RESIDENT))
    device.handle = (await added(await sign_in(NEIGHBOUR))).handle
    assert reason(await client.post(f"{API}/sign-in/passkeys", json=await answer(client, device))) == (401, "owner")


async def test_adding_and_removing_need_a_recent_proof_which_a_passkey_gives(sign_in: SignIn, house: House) -> None:
    browser = await sign_in(RESIDENT)
    device = await added(browser)
    passkey = (await browser.get(f"{API}/me/passkeys")).json()["passkeys"][0]["id"]
    house.time.set(house.time.now() + HOUR)
    calls: list[Callable[[], Awaitable[httpx.Response]]] = [
        lambda: browser.post(f"{API}/me/passkeys/options"),
        lambda: browser.post(f"{API}/me/passkeys", json={}),
        lambda: browser.delete(f"{API}/me/passkeys/{passkey}"),
    ]
    for call in calls:
        reply = await call()
        assert (reply.status_code, reply.json()["type"]) == (403, "urn:zhangban:problem:sign-in-again")
    reply = await browser.post(f"{API}/re-authentication/passkeys", json=await answer(browser, device))
    assert reply.status_code == 204, reply.text
    assert (await browser.delete(f"{API}/me/passkeys/{passkey}")).status_code == 204
    assert (await browser.get(f"{API}/me/passkeys")).json()["passkeys"] == []
    body = await answer(browser, device)
    assert reason(await browser.post(f"{API}/sign-in/passkeys", json=body)) == (401, "unknown")


async def test_nobody_removes_the_passkeys_of_others(sign_in: SignIn) -> None:
    mine, theirs = await sign_in(RESIDENT), await sign_in(NEIGHBOUR)
    await added(mine)
    passkey = (await mine.get(f"{API}/me/passkeys")).json()["passkeys"][0]["id"]
    assert (await theirs.delete(f"{API}/me/passkeys/{passkey}")).status_code == 404
    assert len((await mine.get(f"{API}/me/passkeys")).json()["passkeys"]) == 1


async def test_a_passkey_is_added_once_only(sign_in: SignIn) -> None:
    browser = await sign_in(RESIDENT)
    device = await added(browser)
    reply = await add(browser, device)
    assert (reply.status_code, reply.json()["type"]) == (409, "urn:zhangban:problem:passkey-known")
    other = await add(await sign_in(NEIGHBOUR), Authenticator(credential_id=device.credential_id))
    assert other.status_code == 409
    options = (await asked(browser, "/me/passkeys/options"))["options"]
    assert [each["id"] for each in options["excludeCredentials"]] == [encode(device.credential_id)]


async def test_the_eleventh_passkey_is_refused_also_at_once(sign_in: SignIn) -> None:
    browser = await sign_in(RESIDENT)
    for _ in range(8):
        await added(browser)
    bodies = []
    for _ in range(4):
        said = await asked(browser, "/me/passkeys/options")
        credential = Authenticator().make(said["options"])
        bodies.append({"challenge_id": said["challenge_id"], "credential": credential, "name": "手机"})
    replies = await asyncio.gather(*(browser.post(f"{API}/me/passkeys", json=body) for body in bodies))
    assert sorted(reply.status_code for reply in replies) == [201, 201, 409, 409]
    reply = await browser.post(f"{API}/me/passkeys/options")
    assert (reply.status_code, reply.json()["limit"]) == (409, 10)


async def test_an_attestation_that_nobody_asked_for_is_refused(sign_in: SignIn) -> None:
    reply = await add(await sign_in(RESIDENT), Authenticator(attestation="android-safetynet"))
    assert reply.status_code == 401


@pytest.mark.parametrize("member", ["clientDataJSON", "authenticatorData", "signature", "userHandle"])
@pytest.mark.parametrize("value", ["", "A", "!!!!", "e30", "null", "A" * 90])
async def test_an_answer_of_nonsense_is_refused_and_nothing_breaks(
    member: str, value: str, sign_in: SignIn, client: Client
) -> None:
    device = await added(await sign_in(RESIDENT))
    body = await answer(client, device)
    body["credential"]["response"][member] = value
    reply = await client.post(f"{API}/sign-in/passkeys", json=body)
    assert reply.status_code in (400, 401), reply.text


@pytest.mark.parametrize("value", ["A", "!!!!", "e30", "oGNmbXRkbm9uZQ", "A" * 400])
async def test_a_new_passkey_of_nonsense_is_refused_and_nothing_breaks(value: str, sign_in: SignIn) -> None:
    browser = await sign_in(RESIDENT)
    said = await asked(browser, "/me/passkeys/options")
    credential = Authenticator().make(said["options"])
    credential["response"]["attestationObject"] = value
    body = {"challenge_id": said["challenge_id"], "credential": credential, "name": "手机"}
    assert reason(await browser.post(f"{API}/me/passkeys", json=body)) == (401, "malformed")


async def desk(browser: Client, second: dict[str, Any], password: str | None = None) -> httpx.Response:
    proof = staff_proof(STAFF_NUMBERS[CLERK], "000000")
    proof.pop("totp")
    return await browser.post(f"{API}/desk/sign-in", json=proof | second | ({"password": password} if password else {}))


async def test_at_the_desk_a_passkey_stands_for_the_code_but_not_for_the_password(
    sign_in: SignIn, client: Client
) -> None:
    device = await added(await sign_in(CLERK))
    assert (await desk(client, await answer(client, device), "wrong")).status_code == 401
    reply = await desk(client, await answer(client, device))
    assert reply.status_code == 200, reply.text
    session = reply.json()["account"]["session"]
    assert (session["kind"], session["method"]) == ("staff", "password")


async def test_at_the_desk_somebody_elses_passkey_is_refused_without_saying_what_was_wrong(
    sign_in: SignIn, client: Client
) -> None:
    device = await added(await sign_in(RESIDENT))
    reply = await desk(client, await answer(client, device))
    assert (reply.status_code, reply.json()["type"]) == (401, "urn:zhangban:problem:staff-sign-in-failed")


async def test_at_the_desk_wrong_passwords_with_a_passkey_lock_the_account(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in(CLERK))
    for _ in range(5):
        assert (await desk(client, await answer(client, device), "wrong")).status_code == 401
    assert (await desk(client, await answer(client, device))).status_code == 401


async def test_at_the_desk_exactly_one_second_factor_is_taken(sign_in: SignIn, client: Client) -> None:
    device = await added(await sign_in(CLERK))
    assert (await desk(client, {})).status_code == 400
    assert (await desk(client, await answer(client, device) | {"totp": "123456"})).status_code == 400
    only_id = {"challenge_id": (await asked(client))["challenge_id"]}
    assert (await desk(client, only_id)).status_code == 400


async def test_staff_prove_it_again_with_password_and_passkey(sign_in: SignIn, house: House) -> None:
    browser = await sign_in(CLERK)
    device = await added(browser)
    house.time.set(house.time.now() + 20 * 60_000)
    assert (await browser.post(f"{API}/me/passkeys/options")).status_code == 403
    alone = await browser.post(f"{API}/re-authentication/passkeys", json=await answer(browser, device))
    assert alone.status_code == 403
    password = staff_proof(STAFF_NUMBERS[CLERK], "")["password"]
    body = await answer(browser, device) | {"password": password}
    assert (await browser.post(f"{API}/desk/re-authentication", json=body)).status_code == 204
    assert (await browser.post(f"{API}/me/passkeys/options")).status_code == 200
