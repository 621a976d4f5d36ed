"""Signing in by a provider of unified identity that lies on demand: what is believed, what is refused, what stays."""

from __future__ import annotations

import asyncio
import dataclasses
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
from litestar import Litestar

from backend.app import create_app
from backend.foundation.database import sql
from backend.foundation.settings import Settings, UnifiedIdentitySettings
from backend.house import House
from tests.api.conftest import API, Client, SignIn, browser_of, with_limits
from tests.harness.served import STAFF_NUMBERS
from tests.unified.hostile import CLIENT_ID, CLIENT_SECRET, HostileProvider

pytestmark = pytest.mark.anyio

PHONE = "13700000001"
OTHER_PHONE = "13700000002"
VERIFIED = {"phone_number": f"+86 {PHONE}", "phone_number_verified": True}
COOKIE = "zhangban-unified"


@pytest.fixture
async def provider() -> AsyncIterator[HostileProvider]:
    """A provider of this test's own."""
    async with HostileProvider() as started:
        yield started


@pytest.fixture
def settings(settings: Settings, provider: HostileProvider, tmp_path: Path) -> Settings:
    """A house that offers the provider and believes its real names."""
    secret = tmp_path / "client-secret"
    secret.write_text(f"{CLIENT_SECRET}\n", encoding="utf-8")
    unified = UnifiedIdentitySettings(
        issuer=provider.issuer,
        client_id=CLIENT_ID,
        client_secret_file=str(secret),
        name_zh="云海省统一身份认证",
        name_en="Yunhai unified identity",
        id_number_claim="id_number",
        trusts_real_name=True,
    )
    return msgspec.structs.replace(settings, unified_identity=unified)


@pytest.fixture(autouse=True)
def one_clock(provider: HostileProvider, house: House) -> None:
    """The provider's clock goes with the house's."""
    provider.now = lambda: house.time.now() / 1000


async def begin(client: Client, **members: Any) -> str:
    """The address at the provider of a sign-in that was begun."""
    reply = await client.post(f"{API}/sign-in/unified", json={"next": "/cases", **members})
    assert reply.status_code == 200, reply.text
    address: str = reply.json()["address"]
    return address


async def come_back(client: Client, back: dict[str, str]) -> httpx.Response:
    return await client.post(f"{API}/sign-in/unified/return", json=back)


async def sign_in_at(
    client: Client, provider: HostileProvider, subject: str = "person-1", **members: Any
) -> httpx.Response:
    """A whole sign-in of a subject."""
    return await come_back(client, provider.sign_in(await begin(client, **members), subject))


def problem(reply: httpx.Response) -> tuple[int, str, str | None]:
    """Status, code and reason of a refusal."""
    body = reply.json()
    return reply.status_code, body["type"].rpartition(":")[2], body.get("reason")


async def phone_of(client: Client) -> str | None:
    """Who is signed in, by phone; None when nobody is."""
    reply = await client.get(f"{API}/me")
    return reply.json()["phone"] if reply.status_code == 200 else None


async def count(house: House, table: str) -> int:
    rows = await house.database.read(sql(f"SELECT COUNT(*) AS n FROM {table}"))
    found: int = rows[0]["n"]
    return found


async def test_the_ways_of_signing_in_name_the_provider(client: Client) -> None:
    methods = (await client.get(f"{API}/sign-in/methods")).json()
    assert methods["code"] is True
    assert methods["unified"] == {"name": {"zh": "云海省统一身份认证", "en": "Yunhai unified identity"}}


async def test_a_verified_phone_makes_an_account_and_opens_its_session(
    client: Client, provider: HostileProvider, house: House
) -> None:
    provider.told["person-1"] = VERIFIED
    provider.claims = {"auth_time": int(provider.now())}
    reply = await sign_in_at(client, provider)
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert (body["next"], body["linked"]) == ("/cases", False)
    account = body["session"]["account"]
    assert account["phone_masked"] == "137****0001"
    assert (account["session"]["method"], account["session"]["kind"]) == ("unified", "resident")
    assert (account["level"], account["staff"]) == (1, None)
    assert await phone_of(client) == PHONE
    assert COOKIE not in client.cookies
    listed = (await client.get(f"{API}/me/unified-identities")).json()["identities"]
    assert [each["name"]["zh"] for each in listed] == ["云海省统一身份认证"]
    stored = await house.database.read(sql("SELECT * FROM unified_identity"))
    assert "person-1" not in repr(stored)


async def test_the_second_sign_in_of_a_subject_needs_no_phone_and_is_the_same_account(
    client: Client, provider: HostileProvider
) -> None:
    provider.told["person-1"] = VERIFIED
    first = await sign_in_at(client, provider)
    provider.told.clear()
    second = await sign_in_at(client, provider)
    assert first.json()["session"]["account"]["id"] == second.json()["session"]["account"]["id"]


async def test_two_first_sign_ins_of_one_person_at_once_both_succeed_with_one_link(
    client: Client, provider: HostileProvider, app: Litestar, house: House
) -> None:
    provider.told["person-1"] = VERIFIED
    async with browser_of(app) as other:
        replies = await asyncio.gather(sign_in_at(client, provider), sign_in_at(other, provider))
    assert [reply.status_code for reply in replies] == [200, 200]
    assert len({reply.json()["session"]["account"]["id"] for reply in replies}) == 1
    assert await count(house, "unified_identity") == 1


async def test_a_person_whose_account_was_erased_may_begin_anew(
    client: Client, provider: HostileProvider, house: House
) -> None:
    provider.told["person-1"] = VERIFIED
    old = (await sign_in_at(client, provider)).json()["session"]["account"]["id"]
    await house.database.commit([sql("UPDATE account SET erased_at = {} WHERE id = {}", house.time.now(), old)])
    provider.told["person-1"] = {**VERIFIED, "phone_number": OTHER_PHONE}
    reply = await sign_in_at(client, provider)
    assert reply.status_code == 200, reply.text
    assert reply.json()["session"]["account"]["id"] != old


async def test_the_phone_of_an_account_that_is_there_opens_that_account(
    client: Client, provider: HostileProvider, sign_in: SignIn
) -> None:
    own = (await (await sign_in(PHONE)).get(f"{API}/session")).json()["account"]["id"]
    provider.told["person-1"] = VERIFIED
    assert (await sign_in_at(client, provider)).json()["session"]["account"]["id"] == own


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"phone_number": PHONE},
        {"phone_number": PHONE, "phone_number_verified": False},
        {"phone_number": PHONE, "phone_number_verified": "true"},
        {"phone_number": PHONE, "phone_number_verified": 1},
        {"phone_number": "+1 555 0100", "phone_number_verified": True},
        {"phone_number": [PHONE], "phone_number_verified": True},
        {"phone_number": "1" * 5000, "phone_number_verified": True},
        {"phone_number_verified": True},
    ],
)
async def test_without_a_phone_that_the_provider_verified_no_account_is_made(
    client: Client, provider: HostileProvider, house: House, told: dict[str, Any]
) -> None:
    before = await count(house, "account")
    provider.told["person-1"] = told
    assert problem(await sign_in_at(client, provider)) == (409, "unified-account-needed", None)
    assert (await count(house, "account"), await phone_of(client)) == (before, None)


async def test_a_number_of_the_token_is_not_verified_by_what_userinfo_says_of_another(
    client: Client, provider: HostileProvider
) -> None:
    provider.claims = {"phone_number": OTHER_PHONE}
    provider.told["person-1"] = VERIFIED
    assert problem(await sign_in_at(client, provider))[1] == "unified-account-needed"


async def test_a_second_subject_does_not_take_the_account_of_a_phone_that_has_one(
    client: Client, provider: HostileProvider
) -> None:
    provider.told = {"person-1": VERIFIED, "person-2": VERIFIED}
    assert (await sign_in_at(client, provider, "person-1")).status_code == 200
    assert problem(await sign_in_at(client, provider, "person-2"))[1] == "unified-account-needed"


LIES: list[tuple[str, dict[str, Any]]] = [
    ("wrong-nonce", {"claims": {"nonce": "another"}}),
    ("wrong-audience", {"claims": {"aud": "another-client"}}),
    ("wrong-issuer", {"claims": {"iss": "https://another.example"}}),
    ("expired", {"claims": {"exp": 1}}),
    ("from-the-future", {"claims": {"iat": 4_000_000_000, "exp": 4_000_000_300}}),
    ("wrong-access-token-hash", {"claims": {"at_hash": "A" * 22}}),
    ("bad-signature", {"sign": HostileProvider.signed_by_another}),
    ("wrong-algorithm", {"sign": HostileProvider.unsigned}),
    ("wrong-issuer", {"names_itself": "https://another.example"}),
    ("wrong-issuer", {"names_itself": None}),
    ("unknown-key", {"header": {"kid": "another"}}),
]


@pytest.mark.parametrize(("reason", "lies"), LIES)
async def test_a_lie_is_refused_with_its_reason_and_the_earlier_session_stays_as_it_was(
    provider: HostileProvider, sign_in: SignIn, house: House, reason: str, lies: dict[str, Any]
) -> None:
    browser = await sign_in(OTHER_PHONE)
    before = (dict(browser.cookies), await house.database.read(sql("SELECT * FROM session")))
    provider.told["person-1"] = VERIFIED
    for name, value in lies.items():
        setattr(provider, name, value)
    assert problem(await sign_in_at(browser, provider)) == (401, "unified-refused", reason)
    del browser.cookies[COOKIE]
    assert (dict(browser.cookies), await house.database.read(sql("SELECT * FROM session"))) == before
    assert await phone_of(browser) == OTHER_PHONE
    assert await count(house, "unified_identity") == 0


async def test_a_token_signed_with_the_public_key_is_refused(client: Client, provider: HostileProvider) -> None:
    provider.sign = provider.signed_with_the_public_key
    assert problem(await sign_in_at(client, provider))[2] == "wrong-algorithm"


async def test_a_provider_that_is_away_is_said_to_be(client: Client, provider: HostileProvider) -> None:
    back = provider.sign_in(await begin(client))
    await provider.__aexit__()
    assert problem(await come_back(client, back)) == (503, "unified-away", "provider-unreachable")


async def test_a_return_counts_once_even_when_it_failed(client: Client, provider: HostileProvider) -> None:
    provider.told["person-1"] = VERIFIED
    back = provider.sign_in(await begin(client))
    kept = dict(client.cookies)
    assert (await come_back(client, back)).status_code == 200
    client.cookies.update(kept)
    assert problem(await come_back(client, back))[2] == "state-used"
    failed = provider.sign_in(await begin(client))
    assert problem(await come_back(client, {**failed, "code": "wrong"}))[2] == "code-refused"
    assert problem(await come_back(client, failed))[2] == "state-used"


async def test_a_state_of_another_browser_is_refused_and_stays_good_there(
    client: Client, provider: HostileProvider, app: Litestar
) -> None:
    provider.told["person-1"] = VERIFIED
    back = provider.sign_in(await begin(client))
    async with browser_of(app) as victim:
        # No sign-in was ever begun in this browser, and one of its own does not help either.
        assert problem(await come_back(victim, back))[2] == "other-browser"
        await begin(victim)
        assert problem(await come_back(victim, back))[2] == "other-browser"
        assert await phone_of(victim) is None
    assert (await come_back(client, back)).status_code == 200


async def test_a_code_of_another_sign_in_is_refused_though_both_are_this_browsers(
    client: Client, provider: HostileProvider
) -> None:
    first, second = provider.sign_in(await begin(client)), provider.sign_in(await begin(client))
    assert problem(await come_back(client, {**first, "code": second["code"]}))[2] == "code-refused"


async def test_two_tabs_of_a_browser_may_sign_in_side_by_side(client: Client, provider: HostileProvider) -> None:
    provider.told["person-1"] = VERIFIED
    first, second = provider.sign_in(await begin(client)), provider.sign_in(await begin(client))
    kept = dict(client.cookies)
    assert (await come_back(client, second)).status_code == 200
    client.cookies.update({COOKIE: kept[COOKIE]})
    assert (await come_back(client, first)).status_code == 200


async def test_a_state_is_good_for_ten_minutes(client: Client, provider: HostileProvider, house: House) -> None:
    back = provider.sign_in(await begin(client))
    house.time.set(house.time.now() + 10 * 60_000)
    assert problem(await come_back(client, back))[2] == "state-expired"


@pytest.mark.parametrize("state", ["x", "x" * 43, "\0", "' OR 1=1"])
async def test_a_state_that_nobody_made_is_unknown(client: Client, state: str) -> None:
    await begin(client)
    reply = await come_back(client, {"code": "any", "state": state})
    assert reply.status_code in (400, 401)
    if reply.status_code == 401:
        assert problem(reply)[2] == "state-unknown"


async def test_a_person_who_declines_at_the_provider_is_told_so(client: Client, provider: HostileProvider) -> None:
    back = provider.sign_in(await begin(client))
    declined = {"state": back["state"], "iss": provider.issuer, "error": "access_denied"}
    assert problem(await come_back(client, declined))[2] == "login-refused"
    assert provider.asked["/token"] == 0


async def test_the_cookie_that_ties_a_sign_in_to_its_browser_cannot_be_read_or_planted(
    app: Litestar, provider: HostileProvider
) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://127.0.0.1:8000") as browser:
        reply = await browser.post(f"{API}/sign-in/unified", json={})
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("__Host-zhangban-unified=")
    for word in ("HttpOnly", "Secure", "Path=/", "SameSite=lax", "Max-Age=600"):
        assert word.lower() in cookie.lower()


async def test_what_is_stored_of_a_sign_in_cannot_continue_it(
    client: Client, provider: HostileProvider, house: House
) -> None:
    address = await begin(client)
    stored = repr(await house.database.read(sql("SELECT * FROM unified_login")))
    for secret in (*httpx.URL(address).params.values(), client.cookies[COOKIE]):
        assert len(secret) < 20 or secret not in stored


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/cases/1?tab=2#x", "/cases/1?tab=2#x"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/\t/elsewhere.example", "/"),
        ("/\n/elsewhere.example", "/"),
        ("https://elsewhere.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        ("/" + "a" * 500, "/"),
    ],
)
async def test_going_on_never_leads_elsewhere(
    client: Client, provider: HostileProvider, wanted: str, given: str
) -> None:
    provider.told["person-1"] = VERIFIED
    assert (await sign_in_at(client, provider, next=wanted)).json()["next"] == given


async def test_signing_in_gives_a_new_session_and_ends_the_browsers_earlier_one(
    client: Client, provider: HostileProvider, sign_in: SignIn
) -> None:
    browser = await sign_in(OTHER_PHONE)
    before = browser.cookies["zhangban"]
    provider.told["person-1"] = VERIFIED
    assert (await sign_in_at(browser, provider)).status_code == 200
    assert browser.cookies["zhangban"] != before
    client.cookies.set("zhangban", before)
    assert await phone_of(client) is None


async def test_a_shared_device_asks_the_provider_to_sign_in_again_and_keeps_no_cookie(
    client: Client, provider: HostileProvider
) -> None:
    provider.told["person-1"] = VERIFIED
    address = await begin(client, shared=True)
    assert httpx.URL(address).params["prompt"] == "login"
    reply = await come_back(client, provider.sign_in(address))
    assert reply.json()["session"]["account"]["session"]["shared"] is True
    session = next(each for each in reply.headers.get_list("set-cookie") if each.startswith("zhangban="))
    assert "max-age" not in session.lower()


async def test_whoever_is_signed_in_proves_again_who_they_are(client: Client, provider: HostileProvider) -> None:
    provider.told["person-1"] = VERIFIED
    address = await begin(client)
    assert "prompt" not in httpx.URL(address).params
    await come_back(client, provider.sign_in(address))
    assert httpx.URL(await begin(client)).params["prompt"] == "login"


async def test_only_a_sign_in_that_the_provider_dates_is_a_recent_proof(
    client: Client, provider: HostileProvider
) -> None:
    provider.told["person-1"] = VERIFIED
    await sign_in_at(client, provider)
    listed = (await client.get(f"{API}/me/unified-identities")).json()["identities"]
    unlink = f"{API}/me/unified-identities/{listed[0]['id']}"
    assert problem(await client.delete(unlink))[:2] == (403, "sign-in-again")
    provider.claims = {"auth_time": int(provider.now()) - 3600}
    await sign_in_at(client, provider)
    assert problem(await client.delete(unlink))[:2] == (403, "sign-in-again")
    provider.claims = {"auth_time": int(provider.now())}
    await sign_in_at(client, provider)
    assert (await client.delete(unlink)).status_code == 204


async def test_a_signed_in_resident_links_and_unlinks_and_can_always_come_in_by_phone(
    client: Client, provider: HostileProvider, sign_in: SignIn
) -> None:
    browser = await sign_in(OTHER_PHONE)
    address = await begin(browser, link=True)
    assert httpx.URL(address).params["prompt"] == "login"
    session = browser.cookies["zhangban"]
    reply = await come_back(browser, provider.sign_in(address))
    assert (reply.status_code, reply.json()["linked"]) == (200, True)
    assert browser.cookies["zhangban"] == session
    assert (await sign_in_at(browser, provider, link=True)).json()["linked"] is True
    assert (await sign_in_at(client, provider)).status_code == 200
    assert await phone_of(client) == OTHER_PHONE
    listed = (await browser.get(f"{API}/me/unified-identities")).json()["identities"]
    assert len(listed) == 1
    # Without a link nobody comes in by it any more, the sessions opened by it end, and the phone still opens.
    assert (await browser.delete(f"{API}/me/unified-identities/{listed[0]['id']}")).status_code == 204
    assert await phone_of(client) is None
    assert problem(await sign_in_at(client, provider))[1] == "unified-account-needed"
    assert await phone_of(await sign_in(OTHER_PHONE)) == OTHER_PHONE
    assert (await browser.delete(f"{API}/me/unified-identities/{listed[0]['id']}")).status_code == 404


async def test_a_subject_of_another_account_is_not_linked(
    client: Client, provider: HostileProvider, sign_in: SignIn
) -> None:
    provider.told["person-1"] = VERIFIED
    assert (await sign_in_at(client, provider)).status_code == 200
    browser = await sign_in(OTHER_PHONE)
    assert problem(await sign_in_at(browser, provider, link=True))[:2] == (409, "unified-linked-elsewhere")
    assert (await browser.get(f"{API}/me/unified-identities")).json() == {"identities": []}


async def test_linking_needs_a_resident_who_proved_who_they_are(
    client: Client, provider: HostileProvider, sign_in: SignIn, house: House
) -> None:
    async def refused(browser: Client) -> tuple[int, str]:
        return problem(await browser.post(f"{API}/sign-in/unified", json={"next": "/", "link": True}))[:2]

    assert await refused(client) == (401, "sign-in-required")
    assert await refused(await sign_in(next(iter(STAFF_NUMBERS)))) == (403, "forbidden")
    browser = await sign_in(OTHER_PHONE)
    house.time.set(house.time.now() + 11 * 60_000)
    assert await refused(browser) == (403, "sign-in-again")


async def test_a_link_ends_with_whoever_began_it(provider: HostileProvider, sign_in: SignIn, house: House) -> None:
    browser = await sign_in(OTHER_PHONE)
    back = provider.sign_in(await begin(browser, link=True))
    other = (await sign_in(PHONE)).cookies["zhangban"]
    del browser.cookies["zhangban"]
    browser.cookies.set("zhangban", other)
    assert problem(await come_back(browser, back))[:2] == (409, "unified-linked-elsewhere")
    back = provider.sign_in(await begin(browser, link=True))
    del browser.cookies["zhangban"]
    assert problem(await come_back(browser, back))[:2] == (401, "sign-in-required")
    assert await count(house, "unified_identity") == 0


async def test_other_peoples_links_are_neither_seen_nor_ended(
    client: Client, provider: HostileProvider, sign_in: SignIn
) -> None:
    provider.told["person-1"] = VERIFIED
    await sign_in_at(client, provider)
    mine = (await client.get(f"{API}/me/unified-identities")).json()["identities"][0]["id"]
    stranger = await sign_in(OTHER_PHONE)
    assert (await stranger.get(f"{API}/me/unified-identities")).json() == {"identities": []}
    assert (await stranger.delete(f"{API}/me/unified-identities/{mine}")).status_code == 404
    assert len((await client.get(f"{API}/me/unified-identities")).json()["identities"]) == 1


async def test_a_real_name_counts_when_the_register_agrees(
    client: Client, provider: HostileProvider, house: House
) -> None:
    person = house.city.population.persons[0]
    provider.told["person-1"] = {**VERIFIED, "name": person.name, "id_number": "110101199001011234"}
    account = (await sign_in_at(client, provider)).json()["session"]["account"]
    assert (account["identified"], account["level"]) == (False, 1)
    provider.told["person-1"] = {**VERIFIED, "name": person.name, "id_number": person.id_number}
    for _ in range(2):
        account = (await sign_in_at(client, provider)).json()["session"]["account"]
        assert (account["identified"], account["level"]) == (True, 2)
    confirmed = await house.database.read(
        sql("SELECT id FROM audit WHERE action = 'identity-confirmed' AND actor = {}", account["id"])
    )
    assert len(confirmed) == 1


async def test_a_real_name_counts_only_where_the_operator_trusts_the_provider(
    house: House, provider: HostileProvider
) -> None:
    person = house.city.population.persons[0]
    provider.told["person-1"] = {**VERIFIED, "name": person.name, "id_number": person.id_number}
    careful = msgspec.structs.replace(house.settings.unified_identity, trusts_real_name=False)
    settings = msgspec.structs.replace(house.settings, unified_identity=careful)
    app = create_app(settings, house=dataclasses.replace(house, settings=settings))
    async with app.lifespan(), browser_of(app) as browser:
        account = (await sign_in_at(browser, provider)).json()["session"]["account"]
    assert (account["identified"], account["level"]) == (False, 1)


async def test_a_phone_that_passed_to_another_person_does_not_open_the_account_of_the_one_before(
    client: Client, provider: HostileProvider, sign_in: SignIn, house: House
) -> None:
    before, now = house.city.population.persons[:2]
    owner = await sign_in(PHONE)
    claim = {"name": before.name, "id_number": before.id_number}
    assert (await owner.put(f"{API}/me/identity", json=claim)).status_code == 200
    provider.told["person-1"] = {**VERIFIED, "name": now.name, "id_number": now.id_number}
    assert problem(await sign_in_at(client, provider))[1] == "unified-account-needed"


async def log_out(client: Client, token: str) -> httpx.Response:
    """What the provider's own machine posts: no cookie, no Origin, a form."""
    return await client.post(f"{API}/sign-in/unified/logout", data={"logout_token": token})


async def test_a_logout_at_the_provider_ends_exactly_the_session_that_it_names(
    client: Client, provider: HostileProvider, sign_in: SignIn, app: Litestar
) -> None:
    provider.told = {"person-1": VERIFIED, "person-2": {**VERIFIED, "phone_number": OTHER_PHONE}}
    by_code = await sign_in(PHONE)
    async with browser_of(app) as second, browser_of(app) as other, browser_of(app) as machine:
        provider.sid = "sid-1"
        await sign_in_at(client, provider)
        provider.sid = "sid-2"
        await sign_in_at(second, provider)
        await sign_in_at(other, provider, "person-2")
        reply = await log_out(machine, provider.logout_token(sid="sid-1"))
        assert (reply.status_code, reply.headers["cache-control"]) == (200, "no-store")
        assert [await phone_of(each) for each in (client, second, other, by_code)] == [None, PHONE, OTHER_PHONE, PHONE]
        # One sid under two subjects: the pair decides.
        assert (await log_out(machine, provider.logout_token(sid="sid-2", sub="person-1"))).status_code == 200
        assert [await phone_of(each) for each in (second, other, by_code)] == [None, OTHER_PHONE, PHONE]
        await sign_in_at(client, provider)
        assert (await log_out(machine, provider.logout_token(sub="person-1"))).status_code == 200
        assert [await phone_of(each) for each in (client, other, by_code)] == [None, OTHER_PHONE, PHONE]
        assert (await log_out(machine, provider.logout_token(sid="nobody's"))).status_code == 200


async def test_a_logout_token_counts_once(client: Client, provider: HostileProvider, app: Litestar) -> None:
    provider.told["person-1"] = VERIFIED
    provider.sid = "sid-1"
    await sign_in_at(client, provider)
    token = provider.logout_token(sid="sid-1")
    async with browser_of(app) as machine:
        assert (await log_out(machine, token)).status_code == 200
        await sign_in_at(client, provider)
        assert problem(await log_out(machine, token)) == (400, "unified-logout-refused", "token-used")
    assert await phone_of(client) == PHONE


@pytest.mark.parametrize(
    ("reason", "claims"),
    [
        ("not-a-logout", {"nonce": "any"}),
        ("not-a-logout", {"events": {}}),
        ("wrong-audience", {"aud": "another-client"}),
        ("wrong-subject", {"sid": None}),
        ("expired", {"exp": int(time.time()) - 100}),
    ],
)
async def test_a_logout_that_is_not_one_ends_nothing(
    client: Client, provider: HostileProvider, app: Litestar, reason: str, claims: dict[str, Any]
) -> None:
    provider.told["person-1"] = VERIFIED
    provider.sid = "sid-1"
    await sign_in_at(client, provider)
    async with browser_of(app) as machine:
        reply = await log_out(machine, provider.logout_token(**{"sid": "sid-1", **claims}))
    assert problem(reply) == (400, "unified-logout-refused", reason)
    assert await phone_of(client) == PHONE


async def test_an_id_token_is_no_logout(client: Client, provider: HostileProvider, app: Litestar) -> None:
    async with browser_of(app) as machine:
        token = provider.logout_token({"typ": "at+jwt"}, sid="sid-1")
        assert problem(await log_out(machine, token))[2] == "wrong-type"
        for body in ({}, {"logout_token": ""}, {"logout_token": "x" * 20_000}):
            reply = await machine.post(f"{API}/sign-in/unified/logout", data=body)
            assert reply.status_code == 400, reply.text


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b'{"logout_token": "x"}', "application/json"),
        (b"logout_token=%ff%fe", "application/x-www-form-urlencoded"),
        (b"logout_token=a&logout_token=b", "application/x-www-form-urlencoded"),
        (b"\xff\xfe\x00", "application/x-www-form-urlencoded"),
        (b"", "application/x-www-form-urlencoded"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
        (b"x", "text/plain"),
        (b"a=" + b"b" * 300_000, "application/x-www-form-urlencoded"),
    ],
)
async def test_a_logout_that_is_no_form_is_refused_as_a_problem(
    client: Client, content: bytes, media_type: str
) -> None:
    address = f"{API}/sign-in/unified/logout"
    reply = await client.post(address, content=content, headers={"Content-Type": media_type})
    assert reply.status_code in (400, 413, 415), reply.text
    assert reply.headers["content-type"] == "application/problem+json"


async def test_a_page_of_another_site_can_neither_begin_nor_end_a_sign_in(client: Client) -> None:
    for path in ("", "/return", "/logout"):
        for origin in ("https://elsewhere.example", "null"):
            reply = await client.post(f"{API}/sign-in/unified{path}", json={}, headers={"Origin": origin})
            assert problem(reply)[:2] == (403, "cross-origin")


async def test_starting_and_coming_back_are_counted_as_tries(house: House, provider: HostileProvider) -> None:
    strict = with_limits(house.settings, sign_in_per_minute=3)
    app = create_app(strict, house=dataclasses.replace(house, settings=strict))
    async with app.lifespan(), browser_of(app) as browser:
        await begin(browser)
        statuses = [(await come_back(browser, {"code": "any", "state": "any"})).status_code for _ in range(3)]
    assert statuses == [401, 401, 429]


async def test_starts_that_nobody_ended_are_forgotten_after_a_day(
    client: Client, provider: HostileProvider, house: House
) -> None:
    for _ in range(3):
        await begin(client)
    house.time.set(house.time.now() + 25 * 3_600_000)
    await begin(client)
    assert await count(house, "unified_login") == 1
