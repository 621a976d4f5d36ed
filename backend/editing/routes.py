"""`/api/v1/desk/catalogue`: the pack's files and the drafts that change them, for catalogue editors."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.drafts.rules import read_revision
from backend.editing import service
from backend.editing.schemas import (
    CatalogueDraftList,
    CatalogueDraftPut,
    CatalogueDraftView,
    DraftProposal,
    NewCatalogueDraft,
    PackFiles,
    PackFileText,
    Proposed,
)
from backend.house import House
from backend.identity.actor import Actor
from backend.publication.service import effective_from

_Request = Request[Any, Any, Any]


def _revision(request: _Request) -> int:
    return read_revision(request.headers.get("if-match"))


def _view(view: CatalogueDraftView, status: int = 200) -> Response[CatalogueDraftView]:
    return Response(view, status_code=status, headers={"ETag": f'"{view.draft.revision}"'})


class EditingController(Controller):
    """The pack in force, file by file, and drafts over it."""

    path = "/api/v1/desk/catalogue"
    tags = ("editing",)

    @get("/files")
    async def pack_files(self, house: NamedDependency[House]) -> PackFiles:
        """The files of the pack in force."""
        return service.pack_files(house)

    @get("/file")
    async def pack_file(
        self,
        house: NamedDependency[House],
        path: FromQuery[Annotated[str, QueryParameter(max_length=160)]] = "city.yaml",
    ) -> PackFileText:
        """One file of the pack in force as text."""
        return service.pack_file(house, path)

    @get("/drafts")
    async def list_drafts(
        self,
        house: NamedDependency[House],
        after: FromQuery[UUID | None] = None,
        limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=100)]] = 20,
    ) -> CatalogueDraftList:
        """Drafts of every editor, newest first."""
        return await service.list_drafts(house, None if after is None else str(after), limit)

    @post("/drafts")
    async def create_draft(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], data: JSONBody[NewCatalogueDraft]
    ) -> Response[CatalogueDraftView]:
        """A draft over the pack in force."""
        return _view(await service.create_draft(house, staff, data.title), 201)

    @get("/drafts/{catalogue_draft_id:uuid}")
    async def read_draft(
        self, house: NamedDependency[House], catalogue_draft_id: FromPath[UUID]
    ) -> Response[CatalogueDraftView]:
        """A draft with its findings and what residents would see."""
        return _view(await service.read_draft(house, str(catalogue_draft_id)))

    @put("/drafts/{catalogue_draft_id:uuid}")
    async def change_draft(
        self,
        request: _Request,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        catalogue_draft_id: FromPath[UUID],
        data: JSONBody[CatalogueDraftPut],
    ) -> Response[CatalogueDraftView]:
        """Replaces what a draft of the revision that If-Match names changes."""
        return _view(await service.change_draft(house, staff, str(catalogue_draft_id), _revision(request), data))

    @delete("/drafts/{catalogue_draft_id:uuid}", status_code=204)
    async def delete_draft(
        self,
        request: _Request,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        catalogue_draft_id: FromPath[UUID],
    ) -> None:
        """Deletes a draft of the revision that If-Match names."""
        await service.delete_draft(house, staff, str(catalogue_draft_id), _revision(request))

    @post("/drafts/{catalogue_draft_id:uuid}/proposal")
    async def propose_draft(
        self,
        request: _Request,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        catalogue_draft_id: FromPath[UUID],
        data: JSONBody[DraftProposal],
    ) -> Proposed:
        """Hands the draft of the revision that If-Match names to another person to review."""
        effective_at = effective_from(data.in_force_from, house.time.now())
        return Proposed(
            await service.propose_draft(house, staff, str(catalogue_draft_id), _revision(request), effective_at)
        )
