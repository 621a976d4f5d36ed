"""Status links over HTTP, and `/status`, the same without JavaScript."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import parse_qs
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from backend.foundation.action_rates import action_rates, admit
from backend.foundation.errors import Problem
from backend.foundation.problem_words import ENGLISH
from backend.foundation.rate_limits import Limiter
from backend.foundation.web_errors import prefers_english
from backend.foundation.web_parameters import REPLAYED, Key
from backend.house import House
from backend.identity.actor import Actor
from backend.links import rules, service
from backend.links.page import STYLE, Language, form_page, status_page
from backend.links.schemas import LinkList, LinkOpening, LinkRequest, NewLink, StatusView

AnyRequest = Request[Any, Any, Any]
_FORM_LIMIT = 4096


async def _admit(request: AnyRequest, house: House, limiter: Limiter) -> str:
    """The visitor's address, for the page that is no part of the API. Raises RateLimited."""
    address: str = request.scope["state"]["address"]
    rates = action_rates(house.settings.limits)
    await admit(limiter, "link-open", account_id=None, address=address, rates=rates)
    return address


class CaseLinkController(Controller):
    """The links of a case, for its applicant and the staff in scope."""

    path = "/api/v1/cases/{case_id:uuid}/links"
    tags = ("links",)

    @post(responses={201: ResponseSpec(NewLink, description="The link; the same key and body give the same one")})
    async def create(
        self,
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
        case_id: FromPath[UUID],
        key: Key,
        data: JSONBody[LinkRequest],
    ) -> Response[NewLink]:
        """Makes a link that shows the progress of the case to whoever holds it."""
        link, replayed = await service.create(house, actor, str(case_id), key, data.days)
        return Response(link, headers=REPLAYED if replayed else None)

    @get()
    async def list_links(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], case_id: FromPath[UUID]
    ) -> LinkList:
        """The links of the case with their visits, newest first."""
        return await service.list_links(house, actor, str(case_id))


class LinkController(Controller):
    """Ending a link, and opening one without a session."""

    path = "/api/v1/links"
    tags = ("links",)

    @delete("/{link_id:uuid}", status_code=204)
    async def revoke(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], link_id: FromPath[UUID]
    ) -> None:
        """Ends a link at once."""
        await service.revoke(house, actor, str(link_id))

    @post("/open", status_code=200)
    async def open_link(
        self,
        request: AnyRequest,
        house: NamedDependency[House],
        data: JSONBody[LinkOpening],
    ) -> StatusView:
        """How far the case of a token has come, redacted; no session is needed."""
        return await service.open_link(house, data.token, request.scope["state"]["address"])


def _page(text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response[str]:
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response(text, status_code=status, media_type=MediaType.HTML, headers=kept)


def _refusal(language: Language, problem: Problem) -> Response[str]:
    told = ENGLISH[problem.code][1] if language == "en" and problem.code in ENGLISH else problem.detail
    return _page(form_page(language, told), problem.status, problem.headers)


class StatusPageController(Controller):
    """A document of its own for browsers without JavaScript."""

    path = "/status"
    include_in_schema = False

    @get()
    async def form(
        self,
        request: AnyRequest,
        lang: FromQuery[Annotated[Literal["zh", "en"] | None, QueryParameter()]] = None,
    ) -> Response[str]:
        """The empty form."""
        preferred: Language = "en" if prefers_english(request.headers.get("accept-language", "")) else "zh"
        return _page(form_page(lang or preferred))

    @get("/style.css")
    async def style(self) -> Response[str]:
        """The page's own style: the content security policy admits no inline one."""
        headers = {"Cache-Control": "public, max-age=86400"}
        return Response(STYLE, media_type="text/css; charset=utf-8", headers=headers)

    @post(status_code=200, request_max_body_size=_FORM_LIMIT)
    async def show(
        self, request: AnyRequest, house: NamedDependency[House], limiter: NamedDependency[Limiter]
    ) -> Response[str]:
        """The progress of the pasted link, or the form with what was wrong."""
        body = (await request.body()).decode("utf-8", "replace")
        try:
            fields = parse_qs(body, max_num_fields=10)
        except ValueError:
            fields = {}
        language: Language = "en" if fields.get("lang", [""])[0] == "en" else "zh"
        try:
            address = await _admit(request, house, limiter)
            view = await service.open_link(house, rules.pasted_token(fields.get("token", [""])[0][:500]), address)
        except Problem as problem:
            return _refusal(language, problem)
        return _page(status_page(language, view))
