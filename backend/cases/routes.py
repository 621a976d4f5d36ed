"""`/api/v1/cases`: an applicant's own cases."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from backend.cases import service
from backend.cases.schemas import CaseAnswers, CaseList, CaseView, KnownMaterials, Receipt, ResidentCommand, Submission
from backend.cases.tables import OwnTab
from backend.foundation.web_parameters import REPLAYED, After, Key, PageSize
from backend.house import House
from backend.identity.actor import Actor

SUBMISSION_LIMIT = 131_072


class CaseController(Controller):
    """The caller's own cases."""

    path = "/api/v1/cases"
    tags = ("cases",)

    @post(
        request_max_body_size=SUBMISSION_LIMIT,
        responses={201: ResponseSpec(Receipt, description="The receipt; the same key and body give the same one")},
    )
    async def submit(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], key: Key, data: JSONBody[Submission]
    ) -> Response[bytes]:
        """Submits an application: one case, whatever happens to the reply."""
        receipt, replayed = await service.submit(house, actor, key, data)
        headers = REPLAYED if replayed else None
        return Response(receipt.encode(), media_type="application/json", headers=headers)

    @get()
    async def list_cases(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        tab: FromQuery[Annotated[OwnTab, QueryParameter(name="state")]] = "all",
        sought: FromQuery[Annotated[str, QueryParameter(name="q", max_length=60)]] = "",
        after: After = None,
        limit: PageSize = 20,
    ) -> CaseList:
        """The caller's cases, newest first; `q` is part of a number, of a query code or of an item's name."""
        return await service.list_cases(house, actor, after, limit, tab=tab, sought=sought)

    @get("/{case_id:uuid}")
    async def read_case(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> CaseView:
        """A case with its timeline and clock."""
        return await service.read_case(house, actor, str(case_id))

    @get("/{case_id:uuid}/answers")
    async def read_answers(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> CaseAnswers:
        """What was filled in for a case, for its applicant to mend."""
        return await service.read_answers(house, actor, str(case_id))

    @post("/{case_id:uuid}/commands", status_code=200)
    async def command(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        case_id: FromPath[UUID],
        key: Key,
        data: JSONBody[ResidentCommand],
    ) -> Response[CaseView]:
        """What an applicant may do: answer a notice, say whether a hearing is wanted, withdraw."""
        view, replayed = await service.command(house, actor, str(case_id), key, data)
        return Response(view, headers=REPLAYED if replayed else None)


class KnownController(Controller):
    """What the city knows already of what an item asks for."""

    path = "/api/v1/items"
    tags = ("cases",)

    @get("/{key:str}/known")
    async def known(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        key: FromPath[Annotated[str, PathParameter(min_length=1, max_length=64)]],
    ) -> KnownMaterials:
        """Which shared materials of an item the registers hold of the caller, or of whom they act for."""
        return await service.known_materials(house, actor, key)
