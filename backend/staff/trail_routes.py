"""`/api/v1/desk/audit` and `/security-events`: what the audit and the security administrator read."""

from __future__ import annotations

from typing import Annotated

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream

from backend.foundation.security_events import Kind, Severity
from backend.foundation.web_parameters import After, PageSize
from backend.house import House
from backend.identity.actor import Actor
from backend.staff import trail
from backend.staff.schemas import AuditPage, SecurityEventPage

Wanted = FromQuery[Annotated[str | None, QueryParameter(min_length=1, max_length=64)]]


class TrailController(Controller):
    """Reading and exporting; there is nothing here that changes a line."""

    path = "/api/v1/desk"
    tags = ("administration",)

    @get("/audit")
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

    @get("/audit/export", media_type="application/x-ndjson")
    async def export(self, house: NamedDependency[House], staff: NamedDependency[Actor]) -> Stream:
        """All of it as JSON lines with their hashes, and a signed head."""
        lines = await trail.export(house, staff)
        kept = {"Cache-Control": "no-store", "Content-Disposition": 'attachment; filename="audit.jsonl"'}
        return Stream(lines, media_type="application/x-ndjson", headers=kept)

    @get("/security-events")
    async def events(
        self,
        house: NamedDependency[House],
        kind: FromQuery[Kind | None] = None,
        severity: FromQuery[Severity | None] = None,
        after: After = None,
        limit: PageSize = 50,
    ) -> SecurityEventPage:
        """What the security administrator looks at, newest first."""
        return await trail.events(house, kind=kind, severity=severity, after=after, limit=limit)
