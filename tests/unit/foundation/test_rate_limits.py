"""GCRA: never more than the burst at once, never more than the rate in the long run, never a needless refusal."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.foundation.rate_limits import MemoryLimiter, Rate, RedisLimiter
from tests.harness.redis import RedisServer
from tests.scale import examples

RATES = st.builds(
    Rate, count=st.integers(1, 1000), seconds=st.floats(0.5, 3600, allow_nan=False), burst=st.integers(1, 50)
)


@settings(max_examples=examples(10_000), deadline=None)
@given(rate=RATES, pauses=st.lists(st.floats(0, 100, allow_nan=False), max_size=60))
def test_any_window_admits_at_most_the_burst_and_what_the_rate_refills(rate: Rate, pauses: list[float]) -> None:
    now = 1000.0
    limiter = MemoryLimiter(clock=lambda: now)
    admitted: list[float] = []
    for pause in [0.0, *pauses]:
        now += pause
        if asyncio.run(limiter.hit("key", rate)) == 0:
            admitted.append(now)
    for first, start in enumerate(admitted):
        for last in range(first, len(admitted)):
            window = admitted[last] - start
            assert last - first + 1 <= rate.burst + window / rate.interval + 1e-3


@settings(max_examples=examples(10_000), deadline=None)
@given(rate=RATES)
def test_a_client_that_waits_as_told_is_admitted(rate: Rate) -> None:
    now = 0.0
    limiter = MemoryLimiter(clock=lambda: now)
    for _ in range(rate.burst):
        assert asyncio.run(limiter.hit("key", rate)) == 0
    wait = asyncio.run(limiter.hit("key", rate))
    assert 0 < wait <= rate.interval + 1e-6
    now += wait
    assert asyncio.run(limiter.hit("key", rate)) == 0


async def hits(limiter: MemoryLimiter | RedisLimiter, keys: list[str], rate: Rate) -> list[bool]:
    return [await limiter.hit(key, rate) == 0 for key in keys]


def test_keys_have_buckets_of_their_own() -> None:
    rate = Rate(count=1, seconds=60, burst=1)
    assert asyncio.run(hits(MemoryLimiter(), ["a", "b", "a", "b"], rate)) == [True, True, False, False]


def test_memory_stays_bounded_under_a_flood_of_keys() -> None:
    limiter = MemoryLimiter(most=100)
    asyncio.run(hits(limiter, [str(number) for number in range(1000)], Rate(count=1, seconds=60, burst=1)))
    assert len(limiter._arrivals) <= 101


def test_two_processes_share_a_bucket_in_redis(redis_server: RedisServer) -> None:
    from redis.asyncio import Redis

    async def run() -> list[bool]:
        first, second = (RedisLimiter(Redis.from_url(redis_server.url)) for _ in range(2))
        rate = Rate(count=1, seconds=60, burst=3)
        admitted = [await limiter.hit("shared", rate) == 0 for limiter in (first, second) * 3]
        await first.close()
        await second.close()
        return admitted

    assert asyncio.run(run()) == [True, True, True, False, False, False]


def test_without_redis_requests_pass_and_are_counted() -> None:
    from redis.asyncio import Redis

    async def run() -> tuple[list[bool], int]:
        limiter = RedisLimiter(Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.2))
        admitted = await hits(limiter, ["a", "a"], Rate(count=1, seconds=60, burst=1))
        await limiter.close()
        return admitted, limiter.failures

    assert asyncio.run(run()) == ([True, True], 2)


@pytest.mark.parametrize("burst", [1, 5])
def test_a_refused_request_does_not_lengthen_the_wait(burst: int) -> None:
    now = 0.0
    limiter = MemoryLimiter(clock=lambda: now)
    rate = Rate(count=1, seconds=10, burst=burst)
    asyncio.run(hits(limiter, ["key"] * burst, rate))
    waits = [asyncio.run(limiter.hit("key", rate)) for _ in range(10)]
    assert len(set(waits)) == 1
