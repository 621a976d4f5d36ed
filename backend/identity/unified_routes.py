"""Unified identity over HTTP: which ways in there are, going to the provider, coming back, linking, and its logout."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Controller, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, URLEncodedBody

from backend.city.structures import Text
from backend.foundation.errors import SignInRequired
from backend.foundation.rate_limits import Limiter
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor, actor_of
from backend.identity.code_channels import CodeChannel
from backend.identity.errors import CodeChannelMissing
from backend.identity.passkeys.ceremony import relying_party
from backend.identity.routes import (
    AnyRequest,
    account_view,
    agent_of,
    limit_sign_in,
    session_cookie,
    session_of,
    session_view,
    signed_in_view,
)
from backend.identity.rules import SECOND
from backend.identity.schemas import SessionView
from backend.identity.sessions import Sessions
from backend.identity.unified import service
from backend.identity.unified.client import RelyingParty
from backend.identity.unified.errors import Refusal, problem_of
from backend.identity.unified.schemas import (
    LogoutForm,
    SignInMethods,
    UnifiedAddress,
    UnifiedIdentity,
    UnifiedIdentityList,
    UnifiedMethod,
    UnifiedReturn,
    UnifiedReturned,
    UnifiedStart,
)

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


def browser_cookie_name(*, https: bool) -> str:
    """The cookie that ties a sign-in under way to its browser; only a secure origin may use the `__Host-` prefix."""
    return "__Host-zhangban-unified" if https else "zhangban-unified"


def _browser_of(request: AnyRequest) -> str | None:
    """The browser's secret, or None when it has none or not one of ours."""
    value = request.cookies.get(browser_cookie_name(https=request.scope["state"]["https"]), "")
    return value if _SECRET.fullmatch(value) else None


def _browser_cookie(request: AnyRequest, secret: str, *, keep_seconds: int) -> Cookie:
    https: bool = request.scope["state"]["https"]
    return Cookie(
        key=browser_cookie_name(https=https),
        value=secret,
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
        max_age=keep_seconds,
    )


class UnifiedController(Controller):
    """Signing in by the province's platform, or whichever provider the operator has set."""

    path = "/api/v1"
    tags = ("identity",)

    @get("/sign-in/methods")
    async def list_methods(self, house: NamedDependency[House], codes: NamedDependency[CodeChannel]) -> SignInMethods:
        """Which ways of signing in this installation has."""
        of = house.settings.unified_identity
        try:
            codes.require()
            sends_codes = True
        except CodeChannelMissing:
            sends_codes = False
        return SignInMethods(
            code=sends_codes,
            passkey=relying_party(house.settings) is not None,
            unified=UnifiedMethod(Text(of.name_zh, of.name_en)) if of.issuer else None,
        )

    @post("/sign-in/unified", status_code=200)
    async def begin(
        self,
        request: AnyRequest,
        data: JSONBody[UnifiedStart],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        unified: NamedDependency[RelyingParty],
    ) -> Response[UnifiedAddress]:
        """Begins a sign-in at the provider and says where the browser goes."""
        await limit_sign_in(request, house, limiter)
        # Two tabs of one browser may sign in side by side.
        browser = _browser_of(request) or secrets.token_urlsafe(32)
        address = await service.begin(
            house,
            unified,
            browser,
            actor_of(request),
            next_path=data.next,
            shared=data.shared,
            link=data.link,
        )
        cookie = _browser_cookie(request, browser, keep_seconds=service.LOGIN_LIFE // SECOND)
        return Response(UnifiedAddress(address), cookies=[cookie])

    @post("/sign-in/unified/return", status_code=200)
    async def come_back(
        self,
        request: AnyRequest,
        data: JSONBody[UnifiedReturn],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
        unified: NamedDependency[RelyingParty],
    ) -> Response[UnifiedReturned]:
        """Ends a sign-in with what the provider sent back; a new session ends the browser's earlier one."""
        await limit_sign_in(request, house, limiter)
        browser = _browser_of(request)
        if browser is None:
            raise problem_of(Refusal("other-browser"))
        previous = actor_of(request)
        returned = await service.come_back(
            house,
            unified,
            browser,
            previous,
            state=data.state,
            code=data.code,
            issuer=data.iss,
            error=data.error,
            device=agent_of(request),
        )
        if returned.opened is None:
            view = await _present_view(house, previous)
            return Response(UnifiedReturned(view, returned.next, linked=True))
        if previous is not None:
            sessions.forget(previous.session_id)
        opened = returned.opened
        keep = None if opened.shared else house.settings.sessions.total_minutes * 60
        view = await signed_in_view(house, opened, "unified")
        cookies = [
            session_cookie(request, opened.token, keep_seconds=keep),
            _browser_cookie(request, "", keep_seconds=0),
        ]
        return Response(UnifiedReturned(view, returned.next, linked=False), cookies=cookies)

    @post("/sign-in/unified/logout", status_code=200)
    async def sign_out_by_provider(
        self,
        data: URLEncodedBody[LogoutForm],
        house: NamedDependency[House],
        sessions: NamedDependency[Sessions],
        unified: NamedDependency[RelyingParty],
    ) -> None:
        """Ends the sessions whose sign-in the provider says is over (OpenID Connect Back-Channel Logout 1.0)."""
        for session_id in await service.sign_out_by_provider(house, unified, data.logout_token):
            sessions.forget(session_id)

    @get("/me/unified-identities")
    async def list_identities(
        self, house: NamedDependency[House], actor: NamedDependency[Actor]
    ) -> UnifiedIdentityList:
        """Which accounts at providers the caller can sign in with."""
        return UnifiedIdentityList(
            [
                UnifiedIdentity(row["id"], _name_of(house, row["issuer"]), rfc3339(row["linked_at"]))
                for row in await service.identities(house, actor)
            ]
        )

    @delete("/me/unified-identities/{identity_id:uuid}", status_code=204)
    async def unlink(
        self,
        house: NamedDependency[House],
        sessions: NamedDependency[Sessions],
        actor: NamedDependency[Actor],
        identity_id: FromPath[UUID],
    ) -> None:
        """Ends a link; the phone remains a way in."""
        await service.unlink(house, actor, str(identity_id))
        sessions.forget_account(actor.account_id)


async def _present_view(house: House, actor: Actor | None) -> SessionView:
    if actor is None:
        raise SignInRequired("请先登录。您填的内容都还在。")
    return session_view(house, await account_view(house, actor.account_id, session_of(house, actor)))


def _name_of(house: House, issuer: str) -> Text:
    """The provider's name; one of before is named by its host."""
    of = house.settings.unified_identity
    if issuer == of.issuer:
        return Text(of.name_zh, of.name_en)
    host = urlsplit(issuer).hostname or issuer
    return Text(host, host)
