"""`/api/v1/desk/publications`: what waits to be published, for the people who review it."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.house import House
from backend.identity.actor import Actor
from backend.publication import service
from backend.publication.schemas import ProposalList, ProposalView, ReviewRequest


class PublicationController(Controller):
    """Proposals, what they would change, and their review."""

    path = "/api/v1/desk/publications"
    tags = ("publication",)

    @get()
    async def list_proposals(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        after: FromQuery[UUID | None] = None,
        limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=100)]] = 20,
    ) -> ProposalList:
        """What was proposed to be published, newest first."""
        return await service.list_proposals(house, staff, None if after is None else str(after), limit)

    @get("/{publication_id:uuid}")
    async def read_proposal(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], publication_id: FromPath[UUID]
    ) -> ProposalView:
        """A proposal with what it would change against what is in force."""
        return await service.read_proposal(house, staff, str(publication_id))

    @post("/{publication_id:uuid}/review", status_code=200)
    async def review(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        publication_id: FromPath[UUID],
        data: JSONBody[ReviewRequest],
    ) -> ProposalView:
        """Publishes it or rejects it; never by the person who proposed it."""
        return await service.review(house, staff, str(publication_id), data)
