"""A hint to several loops at once that the database has news; each loop also looks by itself now and then."""

from __future__ import annotations

import asyncio


class Wake(asyncio.Event):
    """`set()` wakes every listener, each by an event of its own, so that no listener clears another's."""

    def __init__(self) -> None:
        super().__init__()
        self._listeners: list[asyncio.Event] = []

    def listen(self) -> asyncio.Event:
        """An event that is set whenever this one is; its owner clears it."""
        listener = asyncio.Event()
        self._listeners.append(listener)
        return listener

    def set(self) -> None:
        """Wakes everyone; call it after a commit that wrote events or outbox rows."""
        super().set()
        for listener in self._listeners:
            listener.set()


async def wait_for_any(event: asyncio.Event, seconds: float) -> None:
    """Returns when the event is set, which clears it, or after `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        pass
    event.clear()
