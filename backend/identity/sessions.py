"""From a cookie to an actor: one indexed read a request, spared when the same cookie was read a moment ago."""

from __future__ import annotations

import contextlib
import hashlib
import time
from collections.abc import Callable
from typing import Any

import msgspec

from backend.foundation.database import Database, DatabaseError
from backend.foundation.time_source import TimeSource
from backend.identity import tables
from backend.identity.actor import Actor, Staff
from backend.identity.rules import SEEN_EVERY, SessionLimits, level_of

# Another process learns of a sign-out after at most this long; this one at once.
_REMEMBERED_SECONDS = 2.0
_MOST_REMEMBERED = 4096
_TOKEN_LENGTH = 43


def token_hash(token: str) -> str:
    """What is stored of a session's token; 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


class _Remembered(msgspec.Struct):
    actor: Actor
    created_at: int
    seen_at: int
    until: float


class Sessions:
    """Reads sessions; `forget` makes a sign-out effective in this process at once."""

    def __init__(
        self,
        database: Database,
        time_source: TimeSource,
        limits: SessionLimits,
        *,
        remembered_seconds: float = _REMEMBERED_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._time = time_source
        self._limits = limits
        self._remembered_seconds = remembered_seconds
        self._clock = clock
        self._by_hash: dict[str, _Remembered] = {}

    async def actor(self, token: str) -> Actor | None:
        """The actor of a session token, or None when there is no such session or it has ended.

        Raises DatabaseUnavailable.
        """
        if len(token) != _TOKEN_LENGTH:
            return None
        hashed = token_hash(token)
        entry = self._by_hash.get(hashed)
        if entry is None or entry.until < self._clock():
            entry = await self._read(hashed)
            if entry is None:
                return None
        now = self._time.now()
        actor = entry.actor
        if now >= self._limits.ends(
            entry.created_at, entry.seen_at, staff=actor.staff is not None, shared=actor.shared
        ):
            self._by_hash.pop(hashed, None)
            return None
        if now - entry.seen_at > SEEN_EVERY:
            entry.seen_at = now
            # Losing one note of use shortens an idle limit by minutes; it is no reason to refuse a request.
            with contextlib.suppress(DatabaseError):
                await self._database.commit([tables.touch_session(entry.actor.session_id, now)])
        return entry.actor

    def forget(self, session_id: str) -> None:
        """Drops a session that has ended or changed from memory."""
        self._by_hash = {key: kept for key, kept in self._by_hash.items() if kept.actor.session_id != session_id}

    def forget_account(self, account_id: str) -> None:
        """Drops all sessions of an account from memory."""
        self._by_hash = {key: kept for key, kept in self._by_hash.items() if kept.actor.account_id != account_id}

    async def _read(self, hashed: str) -> _Remembered | None:
        rows = await self._database.read(tables.session_by_token(hashed))
        if not rows:
            self._by_hash.pop(hashed, None)
            return None
        row = rows[0]
        if row["kind"] == "staff" and row["department"] is None:
            # Whoever lost their place in an office has no staff session either.
            return None
        until = self._clock() + self._remembered_seconds
        entry = _Remembered(actor_from(row, row["id"]), row["created_at"], row["seen_at"], until)
        if len(self._by_hash) >= _MOST_REMEMBERED:
            self._by_hash.clear()
        self._by_hash[hashed] = entry
        return entry


def actor_from(row: dict[str, Any], session_id: str) -> Actor:
    """The actor of a row of `session_by_token`."""
    staff = None
    if row["department"] is not None:
        roles = frozenset(msgspec.json.decode(row["roles"], type=list[str]))
        staff = Staff(row["department"], roles, row["staff_name"], row["division"])
    identified, in_person = row["identified_at"] is not None, row["in_person_at"] is not None
    return Actor(
        account_id=row["account_id"],
        subject_id=row["subject_id"],
        session_id=session_id,
        staff=staff,
        method=row["method"],
        authenticated_at=row["authenticated_at"],
        shared=bool(row["shared"]),
        level=level_of(identified=identified, in_person=in_person, method=row["method"]),
        party_id=row["party_id"],
    )
