"""Whether the process serves, and whether what it needs is there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

import msgspec
from litestar import Controller, Response, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from backend.foundation import outbox
from backend.foundation.database import Database, DatabaseError

PartState = Literal["ok", "failing", "off"]


class Live(msgspec.Struct):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(msgspec.Struct):
    """Each part of the house; `off` is a part that another process runs.

    `laid_aside` counts deliveries that were given up and wait for the operator (null while the database is away): a
    reason to look, and none to take the process out of service.
    """

    database: PartState
    outbox: PartState
    sequencer: PartState
    audit: PartState
    laid_aside: int | None


class Loops(msgspec.Struct):
    """Tells whether each loop of this process is alive; None for a loop that another process runs."""

    outbox: Callable[[], bool] | None = None
    sequencer: Callable[[], bool] | None = None
    audit: Callable[[], bool] | None = None


def loop_state(alive: Callable[[], bool] | None) -> PartState:
    """The state that a loop's sign of life means."""
    if alive is None:
        return "off"
    return "ok" if alive() else "failing"


async def laid_aside(database: Database) -> int | None:
    """The rows of the outbox that were laid aside; None when the database does not answer within two seconds."""
    try:
        async with asyncio.timeout(2):
            return (await outbox.backlog(database, outbox.machine_time())).dead
    except (DatabaseError, TimeoutError):
        return None


class HealthController(Controller):
    """For load balancers and the operator; nothing personal, no session."""

    path = "/health"
    tags = ("health",)

    @get("/live")
    async def live(self) -> Live:
        """200 for as long as the process answers at all."""
        return Live()

    @get("/ready")
    async def ready(
        self, database: NamedDependency[SkipValidation[Database]], loops: NamedDependency[SkipValidation[Loops]]
    ) -> Response[Ready]:
        """200 when every part works, else 503 with the part that does not."""
        given_up = await laid_aside(database)
        answers: PartState = "failing" if given_up is None else "ok"
        ready = Ready(answers, loop_state(loops.outbox), loop_state(loops.sequencer), loop_state(loops.audit), given_up)
        failing = "failing" in (ready.database, ready.outbox, ready.sequencer, ready.audit)
        return Response(ready, status_code=503 if failing else 200)
