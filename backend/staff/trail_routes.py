"""`/api/v1/desk/audit`: the audit trail for the audit administrator."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from backend.foundation.web_parameters import After, PageSize
from backend.house import House
from backend.identity.actor import Actor
from backend.staff import trail
from backend.staff.schemas import AuditPage

Wanted = FromQuery[Annotated[str | None, QueryParameter(min_length=1, max_length=64)]]


class TrailController(Controller):
    """Reading and exporting; there is nothing here that changes a line."""

    path = "/api/v1/desk/audit"
    tags = ("administration",)

    @get()
    async def read(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        actor_id: FromQuery[Annotated[str | None, QueryParameter(name="actor", min_length=1, max_length=64)]] = None,
        action: Wanted = None,
        subject: Wanted = None,
        after: After = None,
        limit: PageSize = 50,
    ) -> AuditPage:
        """Who did or read what, newest first."""
        return await trail.read(house, staff, actor=actor_id, action=action, subject=subject, after=after, limit=limit)

    @get("/export", media_type="application/x-ndjson")
    async def export(self, house: NamedDependency[House], staff: NamedDependency[Actor]) -> Stream:
        """All of it as JSON lines."""
        lines = await trail.export(house, staff)
        kept = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="audit.jsonl"'}
        return Stream(lines, media_type="application/x-ndjson", headers=kept)
