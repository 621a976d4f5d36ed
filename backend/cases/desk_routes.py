"""`/api/v1/desk`: the staff side. Scope is the staff member's department and those below it, within their division."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from backend.cases import bulk, desk, handing_over, shared_work
from backend.cases.due import Light
from backend.cases.schemas import (
    BulkCommand,
    BulkResults,
    Opinion,
    Queue,
    SharedWork,
    StaffCaseView,
    StaffCommand,
    Unmasked,
    Unmasking,
)
from backend.cases.tables import Narrowing
from backend.files.schemas import Look, PageNumber, PreviewSize
from backend.foundation.web_parameters import REPLAYED, After, Key, PageSize
from backend.house import House
from backend.identity.actor import Actor


class DeskController(Controller):
    """Queue, cases, files and commands."""

    path = "/api/v1/desk"
    tags = ("desk",)

    @get("/queue")
    async def queue(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        tab: FromQuery[Annotated[Literal["open", "mine", "held", "closed"], QueryParameter(name="state")]] = "open",
        light: FromQuery[Light | None] = None,
        item: FromQuery[Annotated[str | None, QueryParameter(max_length=64)]] = None,
        step: FromQuery[Annotated[str | None, QueryParameter(max_length=64)]] = None,
        after: After = None,
        limit: PageSize = 50,
    ) -> Queue:
        """The cases of the department by what is due first, all or those of a light, an item, a step."""
        return await desk.queue(house, staff, tab, Narrowing(light, item, step), after, limit)

    @post("/commands", status_code=200)
    async def commands(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], key: Key, data: JSONBody[BulkCommand]
    ) -> BulkResults:
        """One command for several cases, each against the version that was seen and judged alone."""
        return await bulk.give_each(house, staff, key, data)

    @get("/cases/{case_id:uuid}")
    async def read_case(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> StaffCaseView:
        """A case with everything needed to decide it; reading it is on record."""
        return await desk.read_case(house, staff, str(case_id))

    @get("/cases/{case_id:uuid}/files/{sha256:str}", media_type="image/jpeg")
    async def read_file(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        sha256: FromPath[Annotated[str, PathParameter(pattern=r"^[0-9a-f]{64}$")]],
        page: PageNumber = 1,
        size: PreviewSize = "large",
    ) -> Response[bytes]:
        """A file of the case, or a page of it, as a re-encoded JPEG; reading it is on record."""
        picture = await desk.read_file(house, staff, str(case_id), sha256, Look(page, size))
        return Response(picture, media_type="image/jpeg", headers={"Cache-Control": "private, no-store"})

    @post("/cases/{case_id:uuid}/commands", status_code=200)
    async def command(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        key: Key,
        data: JSONBody[StaffCommand],
    ) -> Response[StaffCaseView]:
        """Accepts, declines, grants or refuses, against the version that was seen."""
        view, replayed = await desk.command(house, staff, str(case_id), key, data)
        return Response(view, headers=REPLAYED if replayed else None)

    @get("/tasks")
    async def tasks(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        after: After = None,
        limit: PageSize = 50,
    ) -> SharedWork:
        """Tasks of the department in other offices' cases, and cases received for them, the earliest due first."""
        return await shared_work.shared_work(house, staff, after, limit)

    @post("/cases/{case_id:uuid}/tasks/{task:str}/opinion", status_code=200)
    async def opinion(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        task: FromPath[Annotated[str, PathParameter(pattern=r"^[a-z][a-z0-9-]{0,63}$")]],
        key: Key,
        data: JSONBody[Opinion],
    ) -> Response[StaffCaseView]:
        """Gives the department's opinion in its task (会办意见), once."""
        view, replayed = await shared_work.give_opinion(house, staff, str(case_id), task, key, data)
        return Response(view, headers=REPLAYED if replayed else None)

    @post("/cases/{case_id:uuid}/hand-over", status_code=200)
    async def hand_over(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], case_id: FromPath[UUID], key: Key
    ) -> Response[StaffCaseView]:
        """Receipts that the office in charge took over what another office received (交接回执), once."""
        view, replayed = await handing_over.take_over(house, staff, str(case_id), key)
        return Response(view, headers=REPLAYED if replayed else None)

    @post("/cases/{case_id:uuid}/unmask", status_code=200)
    async def unmask(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        case_id: FromPath[UUID],
        data: JSONBody[Unmasking],
    ) -> Unmasked:
        """The applicant's number or phone in full, for a reason that they can read; it is on record first."""
        return await desk.unmask(house, staff, str(case_id), data)
