"""The one place that tells the time, so that tests can set it and no rule reads a clock of its own."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


class TimeSource:
    """Instants in milliseconds since the epoch; legal days are days in Asia/Shanghai."""

    def __init__(self) -> None:
        self._shift = 0

    def now(self) -> int:
        """The present instant in milliseconds since the epoch (UTC)."""
        return time.time_ns() // 1_000_000 + self._shift

    def today(self) -> date:
        """The present legal day."""
        return legal_day(self.now())

    def set(self, instant: int | None) -> None:
        """Makes `now` continue from `instant` (test mode only); None returns to the machine's own clock."""
        self._shift = 0 if instant is None else instant - time.time_ns() // 1_000_000


def legal_day(instant: int) -> date:
    """The day in Asia/Shanghai in which an instant (milliseconds since the epoch) lies."""
    return datetime.fromtimestamp(instant / 1000, SHANGHAI).date()


def rfc3339(instant: int) -> str:
    """An instant (milliseconds since the epoch) as RFC 3339 text in UTC with milliseconds."""
    return datetime.fromtimestamp(instant / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
