"""Opens the house: database, keys, city and the loops that live as long as the process."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from backend.foundation.health import Loops
from backend.foundation.settings import Settings
from backend.house import House


@asynccontextmanager
async def open_house(settings: Settings, given: House | None = None) -> AsyncIterator[tuple[House, Loops]]:
    """The house while the process lives; one that the caller gives is used as it is and stays open."""
    if given is None:
        raise NotImplementedError("waits for the vault")
    yield given, Loops()
