"""What every use case is handed: the built parts of the house, made once in app.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from backend.city.city import City
from backend.foundation.calendar_published import published_calendar
from backend.foundation.clock_rules import Calendar
from backend.foundation.database import Database
from backend.foundation.encryption import Vault
from backend.foundation.security_events import Feed
from backend.foundation.settings import Settings
from backend.foundation.time_source import TimeSource
from backend.foundation.wake import Wake


@dataclass(frozen=True)
class House:
    """Settings, storage, keys, time, the running city and its calendar. `wake.set()` after a commit tells
    the worker and the sequencer that there is news; `security.add(…)` tells the security
    administrator of a request that was refused."""

    settings: Settings
    database: Database
    vault: Vault
    time: TimeSource
    current_city: Callable[[], City]
    wake: Wake = field(default_factory=Wake)
    security: Feed = field(default_factory=Feed)
    current_calendar: Callable[[], Calendar] = published_calendar

    @property
    def city(self) -> City:
        """The immutable snapshot in force now; a use case reads it once and keeps it."""
        return self.current_city()

    @property
    def calendar(self) -> Calendar:
        """The working days in force now: published years of the release and those imported since."""
        return self.current_calendar()
