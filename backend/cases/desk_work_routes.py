"""`/api/v1/desk`, what the desk's people keep for their work; and the code by which a resident shows a draft there."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, PathParameter

from backend.cases import counter, counter_codes, desk_export, holding, marks, saved_views
from backend.cases.desk_schemas import (
    Colleagues,
    CounterCode,
    CounterCodeShown,
    CounterDraft,
    Holding,
    ListExport,
    NewMark,
    NewView,
    Presence,
    SavedViews,
)
from backend.cases.schemas import MarkView
from backend.house import House
from backend.identity.actor import Actor

_Sha256 = FromPath[Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")]]


class DeskWorkController(Controller):
    """Saved views, list export, who holds and who looks at a case, notes on pictures."""

    path = "/api/v1/desk"
    tags = ("desk",)

    @get("/views")
    async def list_views(self, house: NamedDependency[House], staff: NamedDependency[Actor]) -> SavedViews:
        """The caller's saved views of the queue."""
        return await saved_views.list_views(house, staff)

    @post("/views", status_code=200)
    async def save_view(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], data: JSONBody[NewView]
    ) -> SavedViews:
        """Keeps a view under a name; one of the same name is replaced."""
        return await saved_views.save_view(house, staff, data)

    @delete("/views/{view_id:uuid}", status_code=204)
    async def remove_view(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], view_id: FromPath[UUID]
    ) -> None:
        """Forgets a view."""
        await saved_views.remove_view(house, staff, str(view_id))

    @post("/queue/export", status_code=200, media_type="text/csv")
    async def export_list(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], data: JSONBody[ListExport]
    ) -> Response[bytes]:
        """A list as CSV, masked; on record for every applicant in it, with the reason."""
        name = f"desk-{data.section}-{house.time.today():%Y%m%d}.csv"
        kept = {"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'}
        content = await desk_export.export_list(house, staff, data)
        return Response(content, media_type="text/csv", headers=kept)

    @get("/cases/{case_id:uuid}/colleagues")
    async def colleagues(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> Colleagues:
        """Who else may handle a case."""
        return await holding.colleagues(house, staff, str(case_id))

    @put("/cases/{case_id:uuid}/holder", status_code=200)
    async def hold(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        data: JSONBody[Holding],
    ) -> Presence:
        """Takes a case up, hands it over, or puts it back, against the holder that was seen."""
        return await holding.hold(house, staff, str(case_id), data)

    @post("/cases/{case_id:uuid}/presence", status_code=200)
    async def look(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> Presence:
        """Says that the caller looks at a case now; tells who else does, who holds it, and at which version it is."""
        return await holding.look(house, staff, str(case_id))

    @post("/cases/{case_id:uuid}/marks", status_code=201)
    async def add_mark(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        data: JSONBody[NewMark],
    ) -> list[MarkView]:
        """Pins a note to a place of a picture; gives all notes of the case."""
        return await marks.add_mark(house, staff, str(case_id), data)

    @delete("/cases/{case_id:uuid}/marks/{mark_id:uuid}", status_code=200)
    async def remove_mark(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        mark_id: FromPath[UUID],
    ) -> list[MarkView]:
        """Takes one's own note away; gives those that are left."""
        return await marks.remove_mark(house, staff, str(case_id), str(mark_id))

    @post("/counter/drafts", status_code=201)
    async def open_shown(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], data: JSONBody[CounterCodeShown]
    ) -> CounterDraft:
        """The draft that a resident shows by its code, with a visit of theirs; the look is on record."""
        return await counter_codes.open_shown(house, staff, data.code)

    @get("/counter/visits/{visit_id:uuid}/files/{sha256:str}", media_type="image/jpeg")
    async def read_file(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], visit_id: FromPath[UUID], sha256: _Sha256
    ) -> Response[bytes]:
        """A picture of the draft that the visit began with, as a re-encoded JPEG; reading it is on record."""
        picture = await counter.read_file(house, staff, str(visit_id), sha256)
        return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})


class CounterCodeController(Controller):
    """A resident's code for the counter."""

    path = "/api/v1/drafts"
    tags = ("drafts",)

    @post("/{draft_id:uuid}/counter-code", status_code=201)
    async def show(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], draft_id: FromPath[UUID]
    ) -> CounterCode:
        """A code for ten minutes by which a clerk at the counter calls the draft up, once."""
        return await counter_codes.show(house, actor, str(draft_id))
