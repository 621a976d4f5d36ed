"""`/api/v1/me/identity`, `/api/v1/me/parties` and `/api/v1/mandates`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from litestar import Controller, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromHeader, FromPath, HeaderParameter, JSONBody

from backend.foundation.rate_limits import Limiter
from backend.house import House
from backend.identity import service as identity
from backend.identity.actor import Actor
from backend.identity.routes import AnyRequest, account_view, limit_sign_in, session_of
from backend.identity.schemas import Account, IdentityClaim
from backend.identity.sessions import Sessions
from backend.parties import mandates, service
from backend.parties.schemas import (
    ApplicantData,
    ChildClaim,
    MandateGrant,
    MandateList,
    MandateView,
    OrganisationClaim,
    Party,
    PartyList,
)

Key = FromHeader[
    Annotated[
        str,
        HeaderParameter(name="Idempotency-Key", min_length=8, max_length=64, pattern=r"^[A-Za-z0-9-]+$"),
    ]
]


class PartyController(Controller):
    """Who the caller is, and for whom they act."""

    path = "/api/v1/me"
    tags = ("parties",)

    @put("/identity")
    async def confirm_identity(
        self,
        request: AnyRequest,
        data: JSONBody[IdentityClaim],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        sessions: NamedDependency[Sessions],
        limiter: NamedDependency[Limiter],
    ) -> Account:
        """Confirms the caller as a person of the population register."""
        await limit_sign_in(request, house, limiter, "identity-claim", actor.account_id)
        await identity.confirm_identity(
            house, actor.account_id, actor.subject_id, data.name, data.id_number, house.city.person
        )
        await service.own_party(house, actor.account_id, actor.subject_id)
        sessions.forget_account(actor.account_id)
        return await account_view(house, actor.account_id, session_of(house, actor))

    @get("/applicant")
    async def show_applicant(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> ApplicantData:
        """Whose application is being filled in: the caller's own data, or the party's of `Acting-For`; on record."""
        return await service.applicant_data(house, actor)

    @get("/parties")
    async def list_parties(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> PartyList:
        """For whom the caller may act now."""
        return PartyList(await service.list_parties(house, actor))

    @post("/parties/organisations", status_code=200)
    async def add_organisation(
        self,
        request: AnyRequest,
        data: JSONBody[OrganisationClaim],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        limiter: NamedDependency[Limiter],
    ) -> Party:
        """Adds an organisation whose legal representative the enterprise register says the caller is."""
        await limit_sign_in(request, house, limiter, "identity-claim", actor.account_id)
        return await service.add_organisation(house, actor, data)

    @post("/parties/children", status_code=200)
    async def add_child(
        self,
        request: AnyRequest,
        data: JSONBody[ChildClaim],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        limiter: NamedDependency[Limiter],
    ) -> Party:
        """Adds a child whose guardian the population register says the caller is."""
        await limit_sign_in(request, house, limiter, "identity-claim", actor.account_id)
        return await service.add_child(house, actor, data)


class MandateController(Controller):
    """What people allow each other to do for them."""

    path = "/api/v1/mandates"
    tags = ("parties",)

    @get()
    async def list_mandates(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> MandateList:
        """Mandates given and held, and invitations to the caller's phone."""
        return MandateList(await mandates.list_mandates(house, actor))

    @post(responses={201: ResponseSpec(MandateView, description="The invitation, whoever has that phone")})
    async def grant(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], key: Key, data: JSONBody[MandateGrant]
    ) -> Response[MandateView]:
        """Invites an agent or a helper by phone and name."""
        view, replayed = await mandates.grant(house, actor, key, data)
        return Response(view, headers={"Idempotency-Replayed": "true"} if replayed else None)

    @post("/{mandate_id:uuid}/acceptance", status_code=200)
    async def accept(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], mandate_id: FromPath[UUID]
    ) -> MandateView:
        """Accepts an invitation to the caller's phone and name."""
        return await mandates.accept(house, actor, str(mandate_id))

    @delete("/{mandate_id:uuid}", status_code=204)
    async def revoke(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], mandate_id: FromPath[UUID]
    ) -> None:
        """Ends a mandate, from either side, at once."""
        await mandates.revoke(house, actor, str(mandate_id))
