"""The whole way: a browser, the product as it is served, and a certified provider, each a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from backend.foundation.settings import Settings, UnifiedIdentitySettings
from tests.harness.served import API, ServedProduct
from tests.unified.certified import SECRET, CertifiedProvider, Visitor

pytestmark = pytest.mark.anyio

PHONE = "13700000001"
# What went through browsers and must be in no log.
seen: list[str] = []


@pytest.fixture
async def certified() -> AsyncIterator[CertifiedProvider]:
    async with CertifiedProvider() as started:
        yield started


@pytest.fixture
async def product(
    house_settings: Settings, certified: CertifiedProvider, tmp_path: Path
) -> AsyncIterator[ServedProduct]:
    secret = tmp_path / "client-secret"
    secret.write_text(SECRET, encoding="utf-8")
    unified = UnifiedIdentitySettings(
        issuer=certified.issuer, client_id="basic-es", client_secret_file=str(secret), name_zh="云海省统一身份认证"
    )
    served = ServedProduct(msgspec.structs.replace(house_settings, unified_identity=unified), tmp_path)
    await asyncio.to_thread(served.prepare)
    await asyncio.to_thread(served.start)
    await certified.register(f"{served.url}/sign-in/return", f"{served.url}{API}/sign-in/unified/logout")
    yield served
    await asyncio.to_thread(served.stop)


async def sign_in(browser: httpx.AsyncClient, visitor: Visitor, login: str, **members: Any) -> httpx.Response:
    begun = await browser.post(f"{API}/sign-in/unified", json={"next": "/inbox", **members})
    assert begun.status_code == 200, begun.text
    back = await visitor.sign_in(begun.json()["address"], login)
    seen.extend((back["code"], back["state"], browser.cookies["zhangban-unified"]))
    # As the page at /sign-in/return does with what stands in its address.
    return await browser.post(f"{API}/sign-in/unified/return", json=back)


async def test_a_resident_signs_in_with_the_platform_and_is_signed_out_from_there(
    product: ServedProduct, certified: CertifiedProvider
) -> None:
    home = f"{product.url}/sign-in/return"
    async with (
        httpx.AsyncClient(base_url=product.url, timeout=30) as browser,
        httpx.AsyncClient(base_url=product.url, timeout=30) as elsewhere,
        Visitor(home) as visitor,
        Visitor(home) as other_visitor,
    ):
        reply = await sign_in(browser, visitor, PHONE)
        assert reply.status_code == 200, reply.text
        account = reply.json()["session"]["account"]
        assert (reply.json()["next"], account["session"]["method"]) == ("/inbox", "unified")
        assert (await browser.get(f"{API}/me")).json()["phone"] == PHONE
        # The certified provider dates its sign-ins, so that this one is a recent proof.
        listed = (await browser.get(f"{API}/me/unified-identities")).json()["identities"]
        assert len(listed) == 1
        second = await sign_in(elsewhere, other_visitor, PHONE)
        assert second.json()["session"]["account"]["id"] == account["id"]

        await visitor.sign_out(certified.issuer)
        await certified.next_event("logout-delivered")
        assert (await browser.get(f"{API}/me")).status_code == 401
        assert (await elsewhere.get(f"{API}/me")).status_code == 200

        unlinked = await elsewhere.delete(f"{API}/me/unified-identities/{listed[0]['id']}")
        assert unlinked.status_code == 204, unlinked.text
    log = product.log.read_text(encoding="utf-8")
    assert not [secret for secret in (*seen, SECRET, PHONE, "eyJ") if secret in log]


async def test_a_phone_that_the_platform_has_not_verified_opens_nothing_until_it_is_linked(
    product: ServedProduct, certified: CertifiedProvider
) -> None:
    home = f"{product.url}/sign-in/return"
    async with (
        httpx.AsyncClient(base_url=product.url, timeout=30) as browser,
        Visitor(home) as visitor,
    ):
        refused = await sign_in(browser, visitor, f"unverified-{PHONE}")
        assert (refused.status_code, refused.json()["type"]) == (409, "urn:zhangban:problem:unified-account-needed")
        await product.sign_in_as(browser, PHONE)
        linked = await sign_in(browser, visitor, f"unverified-{PHONE}", link=True)
        assert (linked.status_code, linked.json()["linked"]) == (200, True)
        assert (await browser.delete(f"{API}/session")).status_code == 204
        again = await sign_in(browser, visitor, f"unverified-{PHONE}")
        assert again.status_code == 200, again.text
        assert (await browser.get(f"{API}/me")).json()["phone"] == PHONE
