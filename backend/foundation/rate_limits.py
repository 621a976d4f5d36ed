"""Rate limits: GCRA, the token bucket that needs one number a key, and an exact window where guessing must be bounded.

A bucket that admits 20 at once and 20 a minute admits 39 in its first minute. Where the number itself is the promise,
as with tries of a code, the window counts every one.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec
import structlog

_log = structlog.get_logger("rate_limits")

# One call, one key, the clock of Redis itself: workers on several machines share one bucket.
_SCRIPT = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local interval, tolerance = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local early = arrival - tolerance - now
if early > 0 then return tostring(early) end
redis.call('SET', KEYS[1], tostring(arrival + interval), 'PX', math.ceil((arrival + interval - now) * 1000) + 1000)
return '0'
"""
_WINDOW_SCRIPT = """
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local count, seconds = tonumber(ARGV[1]), tonumber(ARGV[2])
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and tonumber(oldest) + seconds <= now do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
if redis.call('LLEN', KEYS[1]) >= count then return tostring(tonumber(oldest) + seconds - now) end
redis.call('RPUSH', KEYS[1], string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(seconds * 1000) + 1000)
return '0'
"""


class Rate(msgspec.Struct, frozen=True):
    """`count` requests in `seconds` on the long run, `burst` of them (at least one) at once."""

    count: int
    seconds: float
    burst: int

    @property
    def interval(self) -> float:
        """Seconds between two requests at the steady rate."""
        return self.seconds / self.count

    @property
    def tolerance(self) -> float:
        """Seconds by which a request may come early."""
        return self.interval * (self.burst - 1)


class Window(msgspec.Struct, frozen=True):
    """At most `count` requests in any `seconds`, however they are spread."""

    count: int
    seconds: float


class Limiter(ABC):
    """Counts a request against a key."""

    @abstractmethod
    async def hit(self, key: str, rate: Rate | Window, *, strict: bool = False) -> float:
        """0.0 when the request is admitted, else the seconds after which it would be; a refused one is not counted.

        A `strict` limit holds also when what the workers share is gone: then each worker counts by itself.
        """

    @abstractmethod
    async def close(self) -> None:
        """Gives back what the limiter holds."""


def admit(arrival: float, now: float, rate: Rate) -> tuple[float, float]:
    """The next theoretical arrival time and the seconds to wait (0.0: admitted), all in seconds of one clock."""
    arrival = max(arrival, now)
    early = arrival - rate.tolerance - now
    # A rounding error of the clock must not refuse the request that comes exactly on time.
    return (arrival, early) if early > 1e-6 else (arrival + rate.interval, 0.0)


class MemoryLimiter(Limiter):
    """One process's buckets; full ones are forgotten when there are many."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = 50_000) -> None:
        self._clock = clock
        self._most = most
        self._arrivals: dict[str, float] = {}
        self._windows: dict[str, deque[float]] = {}

    async def hit(self, key: str, rate: Rate | Window, *, strict: bool = False) -> float:
        """See Limiter."""
        now = self._clock()
        if isinstance(rate, Window):
            return self._hit_window(key, rate, now)
        arrival, wait = admit(self._arrivals.get(key, 0.0), now, rate)
        if not wait:
            self._arrivals[key] = arrival
            if len(self._arrivals) > self._most:
                self._forget(now)
        return wait

    def _hit_window(self, key: str, window: Window, now: float) -> float:
        ends = self._windows.setdefault(key, deque())
        while ends and ends[0] <= now:
            ends.popleft()
        if len(ends) >= window.count:
            return ends[0] - now
        ends.append(now + window.seconds)
        if len(self._windows) > self._most:
            self._windows = {each: kept for each, kept in self._windows.items() if kept and kept[-1] > now}
            # Whoever was seen last is kept, as with the buckets.
            if len(self._windows) > self._most:
                latest = sorted(self._windows.items(), key=lambda entry: entry[1][-1])[-self._most // 2 :]
                self._windows = dict(latest)
        return 0.0

    def _forget(self, now: float) -> None:
        self._arrivals = {key: arrival for key, arrival in self._arrivals.items() if arrival > now}
        # Under a flood of new keys the buckets nearest to full are given up: memory is bounded before it is exact.
        if len(self._arrivals) > self._most:
            latest = sorted(self._arrivals.items(), key=lambda entry: entry[1])[-self._most // 2 :]
            self._arrivals = dict(latest)

    async def close(self) -> None:
        """Nothing to give back."""


class RedisLimiter(Limiter):
    """Buckets shared by all workers. With Redis gone it is logged, and counted in `failures`."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._rate_script = client.register_script(_SCRIPT)
        self._window_script = client.register_script(_WINDOW_SCRIPT)
        self._own = MemoryLimiter()
        self._logged_at = 0.0
        self.failures = 0

    async def hit(self, key: str, rate: Rate | Window, *, strict: bool = False) -> float:
        """See Limiter. Fails open: most limits protect the house and are no reason to close it. A strict one protects
        people's secrets and falls back to this process's own count."""
        from redis.exceptions import RedisError

        try:
            if isinstance(rate, Window):
                given = [rate.count, rate.seconds]
                return float(await self._window_script(keys=[f"zhangban:window:{key}"], args=given))
            return float(await self._rate_script(keys=[f"zhangban:rate:{key}"], args=[rate.interval, rate.tolerance]))
        except (RedisError, OSError, TimeoutError) as error:
            self.failures += 1
            if time.monotonic() - self._logged_at > 10:
                self._logged_at = time.monotonic()
                _log.warning("rate-limit-open", failures=self.failures, error=type(error).__name__)
            return await self._own.hit(key, rate) if strict else 0.0

    async def close(self) -> None:
        """Closes the connections."""
        await self._client.aclose()


def build_limiter(redis_url: str | None) -> Limiter:
    """The limiter of this process: Redis where an address is set, else memory."""
    if not redis_url:
        return MemoryLimiter()
    from redis.asyncio import Redis

    return RedisLimiter(Redis.from_url(redis_url, socket_timeout=0.25, socket_connect_timeout=0.25))
