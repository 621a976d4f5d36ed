"""`/api/v1/drafts`."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.drafts import rules, service
from backend.drafts.schemas import Draft, DraftList, DraftPut, DraftStored
from backend.house import House
from backend.identity.actor import Actor


def _if_match(request: Request[Any, Any, Any]) -> int:
    return rules.read_revision(request.headers.get("if-match"))


class DraftController(Controller):
    """The caller's own drafts."""

    path = "/api/v1/drafts"
    tags = ("drafts",)

    @get()
    async def list_drafts(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> DraftList:
        """All drafts without their values, newest first."""
        return DraftList(await service.list_drafts(house, actor))

    @get("/{draft_id:uuid}")
    async def get_draft(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], draft_id: FromPath[UUID]
    ) -> Response[Draft]:
        """One draft; its revision is the ETag."""
        draft = await service.get_draft(house, actor, str(draft_id))
        return Response(draft, headers={"ETag": f'"{draft.revision}"'})

    @put("/{draft_id:uuid}", status_code=200, request_max_body_size=2 * rules.SIZE_LIMIT)
    async def put_draft(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        draft_id: FromPath[UUID],
        data: JSONBody[DraftPut],
    ) -> Response[DraftStored]:
        """Stores a change of the revision that If-Match names; `"0"` makes the draft."""
        stored = await service.put_draft(house, actor, str(draft_id), _if_match(request), data)
        return Response(stored, headers={"ETag": f'"{stored.revision}"'})

    @delete("/{draft_id:uuid}", status_code=204)
    async def delete_draft(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        draft_id: FromPath[UUID],
    ) -> None:
        """Removes the draft that stands at the revision If-Match names."""
        await service.delete_draft(house, actor, str(draft_id), _if_match(request))
