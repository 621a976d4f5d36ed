"""The lease of a loop that only one process may run, with a fencing token that shuts a former holder out.

Each batch of such a loop begins by updating the lease row where it still bears the loop's own token. The row's lock is
kept to the end of the batch, so the batches of all processes run one after another; one that lost the lease finds
another token, touches no row, and its whole batch fails.
"""

from __future__ import annotations

import asyncio

import structlog

from backend.foundation.database import Database, sql
from backend.foundation.identifiers import new_id
from backend.foundation.outbox import machine_time

_log = structlog.get_logger(__name__)


class Lease:
    """One process's side of the row `name` of table `lease`."""

    def __init__(self, database: Database, name: str, seconds: int) -> None:
        self._database = database
        self._name = name
        self._seconds = seconds
        self._holder = new_id()
        self._renew_at = 0.0
        self.token: int | None = None
        """The fencing token while this process holds the lease, as far as it knows; None otherwise."""

    async def take(self) -> bool:
        """Takes the lease, or renews it in time; a new holder gets a new token, which shuts the former one out."""
        clock = asyncio.get_running_loop().time()
        if self.token is not None and clock < self._renew_at:
            return True
        now = machine_time()
        rows = await self._database.read(sql("SELECT holder, until FROM lease WHERE name = {}", self._name))
        if rows[0]["holder"] != self._holder and rows[0]["until"] > now:
            self.token = None
            return False
        taken = await self._database.commit(
            [
                sql(
                    "UPDATE lease SET holder = {}, until = {}, token = token + 1"
                    " WHERE name = {} AND (holder = {} OR until <= {}) RETURNING token",
                    self._holder,
                    now + 1000 * self._seconds,
                    self._name,
                    self._holder,
                    now,
                )
            ]
        )
        self.token = taken[0][0]["token"] if taken[0] else None
        self._renew_at = clock + self._seconds / 3
        return self.token is not None

    def lost(self) -> None:
        """Forgets the token after a batch that failed: the next `take` asks the database."""
        self.token = None

    async def let_go(self) -> None:
        """Lets another process take over at once; when the database is away the lease ends by itself."""
        if self.token is None:
            return
        try:
            await self._database.commit(
                [sql("UPDATE lease SET until = 0 WHERE name = {} AND token = {}", self._name, self.token)]
            )
        except Exception as error:
            _log.info("lease-not-released", lease=self._name, error=type(error).__name__)
        self.token = None
