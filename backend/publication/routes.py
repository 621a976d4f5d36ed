"""`/api/v1/desk/publications` and `/desk/versions`: what waits to be published, and what was, for those who review."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, PathParameter, QueryParameter

from backend.house import House
from backend.identity.actor import Actor
from backend.publication import service
from backend.publication.schemas import (
    ProposalList,
    ProposalView,
    ReviewRequest,
    VersionList,
    VersionProposal,
    VersionProposed,
)


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


class VersionController(Controller):
    """Everything that was published, and proposing one of it again."""

    path = "/api/v1/desk/versions"
    tags = ("publication",)

    @get()
    async def list_versions(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        after: FromQuery[Annotated[int | None, QueryParameter(ge=1, le=1_000_000_000)]] = None,
        limit: FromQuery[Annotated[int, QueryParameter(ge=1, le=100)]] = 20,
    ) -> VersionList:
        """What was published, newest first, with what is in force and what is coming."""
        return await service.list_versions(house, after, limit)

    @post("/{pack_hash:str}/proposals", status_code=201)
    async def propose_again(
        self,
        house: NamedDependency[House],
        staff: NamedDependency[Actor],
        pack_hash: FromPath[Annotated[str, PathParameter(min_length=64, max_length=64)]],
        data: JSONBody[VersionProposal],
    ) -> VersionProposed:
        """Proposes an earlier version, so that another person puts it in force again."""
        effective_at = service.effective_from(data.in_force_from, house.time.now())
        return VersionProposed(await service.propose_version(house, pack_hash, staff.account_id, effective_at))
