"""Against a certified provider: discovery, sign-in, rotation of keys, and a logout that it delivers itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from backend.identity.unified.authorization import new_attempt
from backend.identity.unified.client import KEY_PAUSE_SECONDS, Proven, RelyingParty
from backend.identity.unified.errors import Refusal
from tests.unified.certified import SECRET, CertifiedProvider, Visitor
from tests.unified.conftest import REDIRECT, HandClock, party_of

pytestmark = pytest.mark.anyio


class LogoutListener:
    """Where the provider delivers its logouts: keeps each token and answers as told."""

    def __init__(self) -> None:
        self.tokens: asyncio.Queue[str] = asyncio.Queue()

    async def __aenter__(self) -> LogoutListener:
        application = web.Application()
        application.router.add_post("/logout", self._receive)
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{self._runner.addresses[0][1]}/logout"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        self.tokens.put_nowait(str((await request.post())["logout_token"]))
        return web.Response(status=204)


@pytest.fixture
async def listener() -> AsyncIterator[LogoutListener]:
    async with LogoutListener() as started:
        yield started


@pytest.fixture
async def certified(listener: LogoutListener) -> AsyncIterator[CertifiedProvider]:
    async with CertifiedProvider() as started:
        await started.register(REDIRECT, listener.address)
        yield started


async def sign_in(party: RelyingParty, visitor: Visitor, login: str, *, again: bool = False) -> Proven:
    attempt = new_attempt()
    back = await visitor.sign_in(await party.authorization_address(attempt, again=again), login)
    assert back["state"] == attempt.state
    await party.check_response(back["iss"])
    return await party.prove(back["code"], attempt)


@pytest.mark.parametrize("client_id", ["basic-es", "post-rs", "basic-ps", "public"])
async def test_a_person_signs_in_with_each_kind_of_client_and_signature(
    certified: CertifiedProvider, hand_clock: HandClock, client_id: str
) -> None:
    party = party_of(certified.issuer, hand_clock, None if client_id == "public" else SECRET, client_id)
    async with Visitor(REDIRECT) as visitor:
        proven = await sign_in(party, visitor, "13700000001")
    assert proven.subject == "13700000001"
    assert proven.sid
    assert proven.claims["phone_number"] == "+8613700000001"
    assert proven.claims["phone_number_verified"] is True
    await party.close()


async def test_the_keys_are_fetched_again_after_the_provider_rotated_them(
    certified: CertifiedProvider, hand_clock: HandClock
) -> None:
    party = party_of(certified.issuer, hand_clock, SECRET, "basic-es")
    async with Visitor(REDIRECT) as visitor:
        await sign_in(party, visitor, "13700000001")
        await certified.rotate()
        # The pause after the last fetch is not over yet.
        with pytest.raises(Refusal, match="unknown-key"):
            await sign_in(party, visitor, "13700000001")
        hand_clock.at += KEY_PAUSE_SECONDS
        assert (await sign_in(party, visitor, "13700000001")).subject == "13700000001"
    await party.close()


async def test_the_provider_refuses_a_code_the_second_time_and_a_verifier_that_is_not_the_codes(
    certified: CertifiedProvider, hand_clock: HandClock
) -> None:
    party = party_of(certified.issuer, hand_clock, SECRET, "basic-es")
    async with Visitor(REDIRECT) as visitor:
        attempt = new_attempt()
        back = await visitor.sign_in(await party.authorization_address(attempt, again=False), "one")
        await party.prove(back["code"], attempt)
        with pytest.raises(Refusal, match="code-refused"):
            await party.prove(back["code"], attempt)
        attempt = new_attempt()
        back = await visitor.sign_in(await party.authorization_address(attempt, again=False), "one")
        with pytest.raises(Refusal, match="code-refused"):
            await party.prove(back["code"], new_attempt())
    await party.close()


async def test_a_sign_out_at_the_provider_arrives_and_names_the_session_that_was_opened(
    certified: CertifiedProvider, listener: LogoutListener, hand_clock: HandClock
) -> None:
    party = party_of(certified.issuer, hand_clock, SECRET, "basic-es")
    async with Visitor(REDIRECT) as visitor, Visitor(REDIRECT) as elsewhere:
        proven = await sign_in(party, visitor, "13700000001")
        other = await sign_in(party, elsewhere, "13700000001")
        assert proven.sid != other.sid
        await visitor.sign_out(certified.issuer)
        ended = await party.read_logout(await asyncio.wait_for(listener.tokens.get(), 30))
        assert ended.sid == proven.sid
        await certified.next_event("logout-delivered")
    await party.close()


async def test_signing_in_again_asks_for_the_password_though_the_provider_remembers(
    certified: CertifiedProvider, hand_clock: HandClock
) -> None:
    party = party_of(certified.issuer, hand_clock, SECRET, "basic-es")
    async with Visitor(REDIRECT) as visitor:
        assert (await sign_in(party, visitor, "one")).subject == "one"
        assert (await sign_in(party, visitor, "two")).subject == "one"
        assert (await sign_in(party, visitor, "two", again=True)).subject == "two"
    await party.close()
