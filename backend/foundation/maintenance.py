"""Planned maintenance: a window that is told beforehand, in which no request reads from or writes to the database.

What is in memory goes on being answered: the catalogue's published pages, the app itself, health. Everything else is
refused with the instant at which it may be sent again; the phone keeps what was typed until then.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

import msgspec

from backend.foundation.errors import Problem
from backend.foundation.settings import MaintenanceSettings
from backend.foundation.time_source import SHANGHAI, rfc3339


class Maintenance(Problem):
    """The house is closed for planned work until `until`; `Retry-After` says it in seconds."""

    status = 503
    code = "maintenance"
    title = "系统正在维护"


class Window(msgspec.Struct, frozen=True):
    """From `starts` until before `ends`; milliseconds since the epoch."""

    starts: int
    ends: int


class Announced(msgspec.Struct, frozen=True):
    """A window as clients are told of it (RFC 3339)."""

    starts: str
    ends: str


def window_of(settings: MaintenanceSettings) -> Window | None:
    """The window that an operator has set, if any. Its settings were judged when they were loaded."""
    if not settings.starts:
        return None
    starts, ends = (int(datetime.fromisoformat(each).timestamp() * 1000) for each in (settings.starts, settings.ends))
    return Window(starts, ends)


def announced(window: Window | None, now: int) -> Announced | None:
    """What is told of a window until it is over."""
    if window is None or now >= window.ends:
        return None
    return Announced(rfc3339(window.starts), rfc3339(window.ends))


class Closing:
    """Refuses, while the window lasts, what needs the database."""

    def __init__(self, window: Window, now: Callable[[], int], is_published: Callable[[str], bool]) -> None:
        self._window = window
        self._now = now
        self._is_published = is_published

    def closes(self, method: str, path: str) -> bool:
        """Whether the window lasts: then this request must be answered without the database, and nobody is known.

        Raises Maintenance for one that cannot be.
        """
        now = self._now()
        if not self._window.starts <= now < self._window.ends:
            return False
        if method in ("GET", "HEAD") and (not path.startswith("/api/") or self._is_published(path)):
            return True
        ends = datetime.fromtimestamp(self._window.ends / 1000, SHANGHAI)
        wait = math.ceil((self._window.ends - now) / 1000)
        raise Maintenance(
            f"系统正在维护，预计{ends.month}月{ends.day}日 {ends:%H:%M} 恢复。"
            "已填的内容留在您的手机里，恢复后自动再送。",
            headers={"Retry-After": str(wait)},
            until=rfc3339(self._window.ends),
        )
