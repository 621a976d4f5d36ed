"""A resident's rights over HTTP: the notice, who has read my data, consents, export, erasure."""

from __future__ import annotations

from typing import Annotated, Any

from litestar import Controller, Request, Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody, PathParameter
from litestar.response import Stream

from backend.cases.routes import After, PageSize
from backend.foundation.action_rates import action_rates, admit
from backend.foundation.rate_limits import Limiter
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.routes import session_cookie
from backend.identity.sessions import Sessions
from backend.privacy import service
from backend.privacy.schemas import (
    ConsentGiven,
    ConsentList,
    ConsentState,
    ErasureAccepted,
    ErasurePreview,
    ErasureRequest,
    PrivacyView,
    ReadList,
)

PurposeKey = FromPath[Annotated[str, PathParameter(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9-]*$")]]


class PrivacyController(Controller):
    """The caller's own rights; nothing here reaches anybody else's data."""

    path = "/api/v1"
    tags = ("privacy",)

    @get("/privacy")
    async def notice(self, house: NamedDependency[House]) -> PrivacyView:
        """How this city handles personal data, and what it does only with consent."""
        return service.notice(house)

    @get("/me/reads")
    async def reads(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], after: After = None, limit: PageSize = 50
    ) -> ReadList:
        """Who has read the caller's data, newest first."""
        return await service.reads(house, actor, after, limit)

    @get("/me/consents")
    async def consents(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> ConsentList:
        """What is asked for, and what the caller agreed to and withdrew."""
        return await service.consents(house, actor)

    @put("/me/consents/{purpose:str}")
    async def give(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        purpose: PurposeKey,
        data: JSONBody[ConsentGiven],
    ) -> ConsentState:
        """Agrees to the words in force for a purpose."""
        return await service.give(house, actor, purpose, data.version)

    @delete("/me/consents/{purpose:str}", status_code=204)
    async def withdraw(self, house: NamedDependency[House], actor: NamedDependency[Actor], purpose: PurposeKey) -> None:
        """Withdraws a consent, as easily as it was given."""
        await service.withdraw(house, actor, purpose)

    @post(
        "/me/export",
        status_code=200,
        responses={200: ResponseSpec(bytes, description="The archive", media_type="application/zip")},
    )
    async def export(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        limiter: NamedDependency[Limiter],
    ) -> Stream:
        """Everything about the caller in one archive."""
        await service.refuse_too_large(house, actor)
        address: str = request.scope["state"]["address"]
        # Not by the table of permissions: an archive that is too large costs no turn.
        rates = action_rates(house.settings.limits)
        await admit(limiter, "export", account_id=actor.account_id, address=address, rates=rates)
        archive = await service.build(house, actor, address)
        headers = {
            "Content-Length": str(archive.size),
            "Content-Disposition": f'attachment; filename="zhangban-{house.time.today():%Y%m%d}.zip"',
            "Cache-Control": "no-store",
        }
        return Stream(service.pieces(archive), media_type="application/zip", headers=headers)

    @get("/me/erasure/preview")
    async def preview(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> ErasurePreview:
        """What erasing the account would take, and what the law keeps."""
        return await service.preview(house, actor)

    @post("/me/erasure", status_code=202)
    async def erase(
        self,
        request: Request[Any, Any, Any],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        sessions: NamedDependency[Sessions],
        data: JSONBody[ErasureRequest],
    ) -> Response[ErasureAccepted]:
        """Closes the account at once and erases it within minutes."""
        accepted = await service.request(house, actor, request.scope["state"]["address"])
        sessions.forget_account(actor.account_id)
        return Response(accepted, status_code=202, cookies=[session_cookie(request, "", keep_seconds=0)])
