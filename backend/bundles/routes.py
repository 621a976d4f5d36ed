"""`/api/v1/bundles` and `/api/v1/filings`: several items that belong to one matter (一件事)."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from backend.bundles import continuing, progress, service
from backend.bundles.schemas import (
    BundleForm,
    Continuation,
    DeskFiling,
    Filing,
    FilingList,
    FilingReceipt,
    MemberApplication,
)
from backend.cases.schemas import Submission
from backend.foundation.web_parameters import REPLAYED, Key
from backend.house import House
from backend.identity.actor import Actor

FILING_LIMIT = 262_144
_BundleKey = FromPath[Annotated[str, PathParameter(min_length=1, max_length=64)]]
_Items = FromQuery[
    Annotated[str, QueryParameter(max_length=1_500, pattern=r"^[a-z0-9-]*(,[a-z0-9-]+)*$", description="by commas")]
]


class BundleController(Controller):
    """A bundle's one form, and filing it."""

    path = "/api/v1/bundles"
    tags = ("bundles",)

    @get("/{key:str}/form")
    async def form(self, house: NamedDependency[House], key: _BundleKey, items: _Items = "") -> Response[BundleForm]:
        """The one form of these items of a bundle, no question in it twice."""
        found = service.bundle_form(house.city, key, [each for each in items.split(",") if each])
        return Response(found, headers={"Cache-Control": "no-cache"})

    @post(
        "/{key:str}/filings",
        request_max_body_size=FILING_LIMIT,
        responses={201: ResponseSpec(FilingReceipt, description="The receipt; the same key and body file once")},
    )
    async def submit(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        key: _BundleKey,
        idempotency_key: Key,
        data: JSONBody[Submission],
    ) -> Response[FilingReceipt]:
        """Files a bundle: several cases at once, or none."""
        filing_id, replayed = await service.submit(house, actor, idempotency_key, key, data)
        receipt = await progress.receipt(house, actor, filing_id)
        return Response(receipt, headers=REPLAYED if replayed else None)


class FilingController(Controller):
    """The caller's own filings."""

    path = "/api/v1/filings"
    tags = ("bundles",)

    @get()
    async def list_filings(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> FilingList:
        """The caller's filings, newest first."""
        return await progress.list_filings(house, actor)

    @get("/{filing_id:uuid}")
    async def read_filing(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], filing_id: FromPath[UUID]
    ) -> Filing:
        """A filing with its cases in order, and what waits for what."""
        return await progress.read_filing(house, actor, str(filing_id))

    @get("/{filing_id:uuid}/members/{item:str}")
    async def read_member(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        filing_id: FromPath[UUID],
        item: FromPath[Annotated[str, PathParameter(min_length=1, max_length=64)]],
    ) -> MemberApplication:
        """What a member whose turn it is would be filed with, and what is wrong with it, for its applicant to mend."""
        return await continuing.read_member(house, actor, str(filing_id), item)

    @post("/{filing_id:uuid}/members/{item:str}/cases", status_code=204, request_max_body_size=FILING_LIMIT)
    async def continue_member(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        filing_id: FromPath[UUID],
        item: FromPath[Annotated[str, PathParameter(min_length=1, max_length=64)]],
        key: Key,
        data: JSONBody[Continuation],
    ) -> Response[None]:
        """Files a member whose turn it is, in the name of whom the request acts for."""
        replayed = await continuing.continue_member(house, actor, str(filing_id), item, key, data)
        return Response(None, headers=REPLAYED if replayed else None)


class DeskFilingController(Controller):
    """What the desk sees of a filing."""

    path = "/api/v1/desk"
    tags = ("desk",)

    @get("/cases/{case_id:uuid}/filing")
    async def filing(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> DeskFiling:
        """The filing that a case belongs to: how far all of it has come; reading it is on record."""
        return await progress.filing_at_desk(house, staff, str(case_id))
