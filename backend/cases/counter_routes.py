"""`/api/v1/desk/counter`: a clerk fills in the form for whoever stands at the counter."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from backend.cases import counter
from backend.cases.counter_schemas import CounterFile, CounterFiling, Visit, VisitClaim
from backend.cases.routes import SUBMISSION_LIMIT
from backend.cases.schemas import Receipt
from backend.files.routes import BODY_LIMIT, arriving
from backend.files.rules import read_number
from backend.foundation.web_parameters import REPLAYED, Key
from backend.house import House
from backend.identity.actor import Actor


class CounterController(Controller):
    """Visits to the counter: the applicant, their papers, their case."""

    path = "/api/v1/desk/counter/visits"
    tags = ("desk",)

    @post(status_code=201)
    async def open_visit(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], data: JSONBody[VisitClaim]
    ) -> Visit:
        """Finds an applicant in the registers; what is known of them is masked. The look is on record."""
        return await counter.open_visit(house, staff, data)

    @post("/{visit_id:uuid}/files", status_code=201, request_max_body_size=BODY_LIMIT)
    async def attach(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        visit_id: FromPath[UUID],
    ) -> CounterFile:
        """Stores the picture that the body is as the applicant's own."""
        length = read_number("Content-Length", request.headers.get("content-length"))
        return await counter.attach(house, staff, str(visit_id), length, arriving(request))

    @post(
        "/{visit_id:uuid}/cases",
        request_max_body_size=SUBMISSION_LIMIT,
        responses={201: ResponseSpec(Receipt, description="The receipt; the same key and body give the same one")},
    )
    async def file(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        visit_id: FromPath[UUID],
        key: Key,
        data: JSONBody[CounterFiling],
    ) -> Response[bytes]:
        """Submits the applicant's application: one case a visit."""
        receipt, replayed = await counter.file_case(house, staff, str(visit_id), key, data)
        headers = REPLAYED if replayed else None
        return Response(receipt.encode(), media_type="application/json", headers=headers)
