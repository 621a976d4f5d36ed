"""Rates of actions: every limiter keeps the same promises, shared or alone; guessing stays bounded without Redis."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest

from backend.app import create_app
from backend.foundation.action_rates import RATES, action_rates, admit
from backend.foundation.identifiers import new_id
from backend.foundation.rate_limits import Limiter, MemoryLimiter, Rate, RedisLimiter, Window, build_limiter
from backend.foundation.settings import LimitsSettings
from backend.foundation.web_errors import RateLimited
from backend.house import House
from backend.identity.permissions import PERMISSIONS
from tests.api.case_builders import key
from tests.api.conftest import API, browser_of, with_limits
from tests.harness.redis import RedisServer
from tests.harness.served import enter, on_free_port

pytestmark = pytest.mark.anyio

GUESSING = sorted(action for action, buckets in RATES.items() if any(each.bucket == "guess" for each in buckets))


@pytest.fixture(params=["memory", "redis"])
async def limiter(request: pytest.FixtureRequest) -> AsyncIterator[Limiter]:
    """Each kind of limiter, empty."""
    url = request.getfixturevalue("redis_server").url if request.param == "redis" else None
    made = build_limiter(url)
    yield made
    await made.close()


@pytest.fixture
async def alone() -> AsyncIterator[RedisLimiter]:
    """A limiter whose Redis does not answer."""
    made = build_limiter("redis://127.0.0.1:1/0")
    assert isinstance(made, RedisLimiter)
    yield made
    await made.close()


async def admitted(limiter: Limiter, action: str, account: str | None, address: str, times: int) -> int:
    """How many of `times` tries are admitted; a refused one must name a wait of at least a second."""
    count = 0
    waits: list[tuple[int, int]] = []
    for _ in range(times):
        try:
            await admit(limiter, action, account_id=account, address=address)
            count += 1
        except RateLimited as refused:
            waits.append((int(refused.headers["Retry-After"]), refused.members["retry_after"]))
    assert all(told == wait >= 1 for told, wait in waits)
    return count


async def test_guessing_is_twenty_a_minute_for_an_address_whatever_is_guessed(limiter: Limiter) -> None:
    address = new_id()
    found = 0
    for _ in range(10):
        for action in GUESSING:
            # Every try under an account of its own, so that only the address is what they share.
            found += await admitted(limiter, action, new_id(), address, 1)
    assert len(GUESSING) >= 4
    assert found == 20
    assert await admitted(limiter, "sign-in", None, new_id(), 1) == 1


async def test_a_window_admits_its_number_in_any_window_and_again_after_it(limiter: Limiter) -> None:
    # Wide enough that a busy machine's pauses are small beside it.
    key, window = new_id(), Window(3, 3.0)
    first = [await limiter.hit(key, window) for _ in range(2)]
    await asyncio.sleep(1.5)
    assert [*first, await limiter.hit(key, window)] == [0, 0, 0]
    wait = await limiter.hit(key, window)
    assert 0 < wait <= 1.5
    await asyncio.sleep(wait + 0.5)
    # The two of the beginning are over, the third is not.
    assert [bool(await limiter.hit(key, window)) for _ in range(3)] == [False, False, True]


@pytest.mark.parametrize("action", sorted(RATES))
async def test_every_action_is_admitted_at_first_and_refused_in_the_end(limiter: Limiter, action: str) -> None:
    rates = action_rates(
        LimitsSettings(account_per_minute=8, changes_per_minute=8, link_opens_per_minute=8, unmask_per_hour=8)
    )
    account, address = new_id(), new_id()
    await admit(limiter, action, account_id=account, address=address, rates=rates)
    refused = 0
    for _ in range(40):
        try:
            await admit(limiter, action, account_id=account, address=address, rates=rates)
        except RateLimited:
            refused += 1
    assert refused


async def test_one_accounts_use_does_not_take_anothers(limiter: Limiter) -> None:
    greedy, address = new_id(), new_id()
    assert await admitted(limiter, "export", greedy, address, 5) == 1
    assert await admitted(limiter, "export", new_id(), address, 1) == 1


async def test_an_action_that_the_table_does_not_have_is_a_fault(limiter: Limiter) -> None:
    with pytest.raises(KeyError):
        await admit(limiter, "anything-else", account_id=None, address="1")


async def test_without_redis_guessing_is_still_bounded_and_everything_else_passes(alone: RedisLimiter) -> None:
    assert await admitted(alone, "sign-in", None, "a", 30) == 20
    assert await admitted(alone, "code-request", None, "a", 1) == 0
    assert await admitted(alone, "submit", new_id(), "a", 200) == 200
    assert alone.failures >= 200


async def test_redis_going_away_in_between_opens_no_door_for_guessing() -> None:
    server = RedisServer()
    limiter = build_limiter(server.url)
    try:
        assert await admitted(limiter, "sign-in", None, "a", 25) == 20
        server.stop()
        # What Redis knew is lost, but no more than one more minute's tries are won by it.
        assert await admitted(limiter, "sign-in", None, "a", 50) == 20
    finally:
        await limiter.close()
        server.remove()


async def test_two_workers_share_a_window_in_redis(redis_server: RedisServer) -> None:
    workers = [build_limiter(redis_server.url) for _ in range(2)]
    address = new_id()
    found = sum([await admitted(workers[number % 2], "sign-in", None, address, 1) for number in range(30)])
    for worker in workers:
        await worker.close()
    assert found == 20


async def test_memory_stays_bounded_under_a_flood_of_addresses() -> None:
    limiter = MemoryLimiter(most=100)
    for number in range(1000):
        await limiter.hit(str(number), Window(1, 60))
        await limiter.hit(str(number), Rate(1, 60, 1))
    assert len(limiter._windows) <= 101
    assert len(limiter._arrivals) <= 101


def test_every_rate_that_the_permission_table_names_is_in_the_table_of_rates() -> None:
    named = {permission.rate for permission in PERMISSIONS.values()} - {None}
    assert named
    assert named <= set(RATES)


@pytest.fixture
def house_with(sealed_house: House) -> Callable[..., House]:
    """A house with stricter limits."""

    def made(**limits: int) -> House:
        of = sealed_house
        return House(with_limits(on_free_port(of.settings), **limits), of.database, of.vault, of.time, of.current_city)

    return made


async def test_an_account_is_limited_from_wherever_it_asks(house_with: Callable[..., House]) -> None:
    house = house_with(account_per_minute=20)
    app = create_app(house.settings, house=house)
    async with app.lifespan():
        for phone in ("13700000021", "13700000022"):
            async with browser_of(app) as browser:
                await enter(browser, phone)
                replies = [await browser.get(f"{API}/me") for _ in range(9)]
            # A quarter of a minute's number at once; the other account is not touched.
            assert [reply.status_code for reply in replies] == [200] * 5 + [429] * 4
            assert replies[-1].json()["type"] == "urn:zhangban:problem:rate-limited"


async def test_an_action_of_the_permission_table_is_limited_before_its_body_is_read(
    house_with: Callable[..., House],
) -> None:
    house = house_with(changes_per_minute=2)
    app = create_app(house.settings, house=house)
    async with app.lifespan(), browser_of(app) as browser:
        await enter(browser, "13700000021")
        filed = [await browser.post(f"{API}/cases", content=b"[", headers=key()) for _ in range(3)]
        assert [reply.status_code for reply in filed] == [400, 400, 429]
        assert int(filed[-1].headers["Retry-After"]) <= 30
        # Another action has a bucket of its own.
        assert (await browser.post(f"{API}/uploads")).status_code == 412
