"""A document of the provider that is kept, renewed now and then, and never asked for in a flood."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from backend.identity.unified.errors import PROVIDER_AWAY, Refusal

Value = TypeVar("Value")


class Refreshed(Generic[Value]):
    """Loads a value when it is first wanted and again when it is old; all times in seconds of `clock`.

    A value older than `fresh_seconds` is loaded anew, and used on until `stale_seconds` while the provider is away.
    However many ask, `load` is begun at most once in `pause_seconds`.
    """

    def __init__(
        self,
        load: Callable[[], Awaitable[Value]],
        *,
        fresh_seconds: float,
        stale_seconds: float,
        pause_seconds: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._load = load
        self._fresh_seconds = fresh_seconds
        self._stale_seconds = stale_seconds
        self._pause_seconds = pause_seconds
        self._clock = clock
        self._lock = asyncio.Lock()
        self._value: tuple[Value, float] | None = None
        self._tried_at: float | None = None
        self._failure: Refusal | None = None

    async def get(self) -> Value:
        """The value, loaded when it is missing or old. Raises Refusal."""
        value = self._within(self._fresh_seconds)
        if value is not None:
            return value[0]
        await self._try()
        value = self._within(self._stale_seconds)
        if value is None:
            raise Refusal(self._failure.reason if self._failure else "provider-unreachable")
        return value[0]

    async def renewed(self) -> Value:
        """The value, loaded now unless that was tried less than `pause_seconds` ago. Raises Refusal."""
        await self._try()
        return await self.get()

    async def _try(self) -> None:
        async with self._lock:
            now = self._clock()
            if self._tried_at is not None and now - self._tried_at < self._pause_seconds:
                return
            self._tried_at = now
            try:
                self._value = (await self._load(), now)
                self._failure = None
            except Refusal as refusal:
                self._failure = refusal
                # What is wrong rather than away must not be covered up by what was right yesterday.
                if refusal.reason not in PROVIDER_AWAY:
                    self._value = None

    def _within(self, seconds: float) -> tuple[Value, float] | None:
        if self._value is None or self._clock() - self._value[1] >= seconds:
            return None
        return self._value
