"""Asks share sources, each for no longer than it may take, and keeps their answers for a short while."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date

import msgspec

from backend.foundation.time_source import TimeSource, legal_day
from backend.registers.sources import Entry, Holder, RegisterName, ShareSource, SourceSilent

KEPT = 10 * 60 * 1000
"""How long an answer is given again, in milliseconds."""
MOST = 2_000
"""How many answers are kept at most, in each process; they are in memory only."""
PATIENCE = 3.0
"""How long a source may take, in seconds."""


class Reading(msgspec.Struct, frozen=True):
    """What a register said of a holder, and when (milliseconds)."""

    as_of: int
    entries: list[Entry]


class Registers:
    """The share sources with the answers that are still young. An answer does not outlive its legal day."""

    def __init__(
        self,
        sources: Mapping[RegisterName, ShareSource],
        time: TimeSource,
        *,
        most: int = MOST,
        patience: float = PATIENCE,
    ) -> None:
        self.sources = dict(sources)
        self._time = time
        self._most = most
        self._patience = patience
        self._kept: dict[tuple[RegisterName, str], Reading] = {}

    @property
    def kept(self) -> int:
        """How many answers are in memory."""
        return len(self._kept)

    async def look_up(self, register: RegisterName, holder: Holder) -> Reading:
        """What a register holds about a holder, at most `KEPT` old. Raises SourceSilent."""
        now = self._time.now()
        self._drop_old(now)
        known = self._kept.get((register, holder.code))
        if known is not None:
            return known
        try:
            entries = await asyncio.wait_for(self._ask(register, holder, legal_day(now)), self._patience)
        except TimeoutError as error:
            raise SourceSilent(register) from error
        reading = Reading(now, entries)
        # Taken out first, so that the order stays that of age also when two requests asked at once.
        self._kept.pop((register, holder.code), None)
        self._kept[register, holder.code] = reading
        while len(self._kept) > self._most:
            del self._kept[next(iter(self._kept))]
        return reading

    async def _ask(self, register: RegisterName, holder: Holder, today: date) -> list[Entry]:
        return await self.sources[register].look_up(holder, today)

    def _drop_old(self, now: int) -> None:
        """Forgets every answer that is too old: what is personal does not stay in memory until somebody asks again."""
        today = legal_day(now)
        old = [
            key
            for key, reading in self._kept.items()
            if not 0 <= now - reading.as_of < KEPT or legal_day(reading.as_of) != today
        ]
        for key in old:
            del self._kept[key]
