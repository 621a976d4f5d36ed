"""Sessions: none can be planted, each sign-in gives a new one, and the cookie tells nobody more than it must."""

from __future__ import annotations

import httpx
import pytest
from litestar import Litestar

from backend.foundation.database import sql
from backend.house import House
from tests.api.case_builders import OTHER, RESIDENT
from tests.api.conftest import API, Client, SignIn, browser_of

pytestmark = pytest.mark.anyio

PLANTED = "A" * 43


async def signed_in_with(browser: Client, phone: str, headers: dict[str, str]) -> httpx.Response:
    await browser.post(f"{API}/sign-in/codes", json={"phone": phone}, headers=headers)
    code = (await browser.post(f"{API}/_test/otp", json={"phone": phone})).json()["code"]
    return await browser.post(f"{API}/sign-in", json={"phone": phone, "code": code}, headers=headers)


@pytest.mark.parametrize("name", ["zhangban", "__Host-zhangban", "ZHANGBAN", "session"])
async def test_a_planted_cookie_never_becomes_a_session(client: Client, house: House, name: str) -> None:
    headers = {"Cookie": f"{name}={PLANTED}"}
    reply = await signed_in_with(client, RESIDENT, headers)
    assert reply.status_code == 200
    token = reply.cookies["zhangban"]
    assert token != PLANTED
    assert PLANTED not in repr(await house.database.read(sql("SELECT * FROM session")))
    async with httpx.AsyncClient(transport=client._transport, base_url=client.base_url) as attacker:
        assert (await attacker.get(f"{API}/me", headers=headers)).status_code == 401


async def test_signing_in_gives_a_new_token_and_ends_the_old_one(app: Litestar) -> None:
    async with browser_of(app) as browser, browser_of(app) as thief:
        await signed_in_with(browser, RESIDENT, {})
        first = browser.cookies["zhangban"]
        await signed_in_with(browser, OTHER, {})
        second = browser.cookies["zhangban"]
        assert first != second
        for old, expected in ((first, 401), (second, 200)):
            assert (await thief.get(f"{API}/me", headers={"Cookie": f"zhangban={old}"})).status_code == expected


async def test_signing_out_ends_the_token_itself_not_only_the_cookie(app: Litestar) -> None:
    async with browser_of(app) as browser, browser_of(app) as thief:
        await signed_in_with(browser, RESIDENT, {})
        stolen = {"Cookie": f"zhangban={browser.cookies['zhangban']}"}
        assert (await thief.get(f"{API}/me", headers=stolen)).status_code == 200
        reply = await browser.delete(f"{API}/session")
        assert "max-age=0" in reply.headers["set-cookie"].lower()
        assert (await thief.get(f"{API}/me", headers=stolen)).status_code == 401


@pytest.mark.parametrize("place", ["query", "authorization", "header"])
async def test_a_token_counts_in_the_cookie_only(client: Client, sign_in: SignIn, place: str) -> None:
    token = (await sign_in(RESIDENT)).cookies["zhangban"]
    request = {
        "query": {"params": {"zhangban": token, "session": token}},
        "authorization": {"headers": {"Authorization": f"Bearer {token}"}},
        "header": {"headers": {"X-Session": token, "zhangban": token}},
    }[place]
    assert (await client.get(f"{API}/me", **request)).status_code == 401


async def test_over_https_only_the_host_bound_cookie_counts(app: Litestar) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1:8443") as browser:
        await signed_in_with(browser, RESIDENT, {})
        token = browser.cookies["__Host-zhangban"]
        browser.cookies.clear()
        # A sibling host can set a cookie of any name for the domain, but none that begins with __Host-.
        for cookie, expected in ((f"zhangban={token}", 401), (f"__Host-zhangban={token}", 200)):
            assert (await browser.get(f"{API}/me", headers={"Cookie": cookie})).status_code == expected


async def test_over_https_every_cookie_is_secure_and_bound_to_its_host(app: Litestar) -> None:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://127.0.0.1:8443") as browser:
        replies = [
            await signed_in_with(browser, RESIDENT, {}),
            await browser.post(f"{API}/sign-in/passkeys/options"),
        ]
    cookies = [cookie for reply in replies for cookie in reply.headers.get_list("set-cookie")]
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-zhangban")
        assert "; Secure" in cookie
        assert "; HttpOnly" in cookie


async def test_a_planted_cookie_before_or_behind_the_genuine_one_takes_nobody_elsewhere(
    app: Litestar, sign_in: SignIn
) -> None:
    own = (await sign_in(RESIDENT)).cookies["zhangban"]
    other = (await sign_in(OTHER)).cookies["zhangban"]
    mine = {"Cookie": f"zhangban={own}"}
    async with browser_of(app) as browser:
        me = (await browser.get(f"{API}/me", headers=mine)).json()["phone"]
        for cookie in (f"zhangban={PLANTED}; zhangban={own}", f"zhangban={own}; zhangban={PLANTED}"):
            reply = await browser.get(f"{API}/me", headers={"Cookie": cookie})
            assert reply.status_code == 401 or reply.json()["phone"] == me
        # On plain loopback the first one counts: nothing but the __Host- prefix can tell who set it.
        reply = await browser.get(f"{API}/me", headers={"Cookie": f"zhangban={own}; zhangban={other}"})
        assert reply.json()["phone"] == me


async def test_every_cookie_that_is_set_is_http_only_lax_for_this_host_and_every_path(client: Client) -> None:
    signed_in = await signed_in_with(client, RESIDENT, {})
    signed_out = await client.delete(f"{API}/session")
    for reply in (signed_in, signed_out):
        for cookie in reply.headers.get_list("set-cookie"):
            parts = {part.strip().lower() for part in cookie.split(";")[1:]}
            assert {"httponly", "samesite=lax", "path=/"} <= parts
            assert not any(part.startswith("domain") for part in parts)
