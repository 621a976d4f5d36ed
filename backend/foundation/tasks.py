"""The loops that live as long as the process: a fault ends none of them for good."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import Literal

import structlog

_log = structlog.get_logger("tasks")
State = Literal["ok", "failing", "off"]


class Supervisor:
    """Runs named loops and starts one again, after a growing pause of at most 30 s, when it ends by a fault."""

    def __init__(self) -> None:
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._failed_at: dict[str, float] = {}

    def start(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        """Begins `loop` under `name`; it is expected to run until it is cancelled."""
        self._tasks[name] = asyncio.create_task(self._keep(name, loop), name=name)

    def state(self, name: str) -> State:
        """`off` when nothing of that name was started here, `failing` when it broke within the last minute."""
        if name not in self._tasks:
            return "off"
        return "failing" if time.monotonic() - self._failed_at.get(name, -60.0) < 60 else "ok"

    async def stop(self) -> None:
        """Cancels all loops and waits for them."""
        for task in self._tasks.values():
            task.cancel()
        for task in self._tasks.values():
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    async def _keep(self, name: str, loop: Callable[[], Awaitable[None]]) -> None:
        pause = 0.5
        while True:
            started = time.monotonic()
            try:
                await loop()
            except Exception as error:
                self._failed_at[name] = time.monotonic()
                _log.error("loop-failed", loop=name, error=type(error).__name__, message=str(error)[:300])
            # A loop that ran well for a while starts over with a short pause.
            pause = 0.5 if time.monotonic() - started > 60 else min(pause * 2, 30.0)
            await asyncio.sleep(pause)
