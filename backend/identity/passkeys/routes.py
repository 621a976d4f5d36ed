"""Passkeys over HTTP: /sign-in/passkeys, /me/passkeys, /re-authentication/passkeys."""

from __future__ import annotations

import re
import secrets
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.foundation.rate_limits import Limiter
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor, actor_of
from backend.identity.passkeys import ceremony, service
from backend.identity.passkeys.schemas import (
    Asked,
    Assertion,
    PasskeyAddition,
    PasskeyList,
    PasskeyProof,
    PasskeySignIn,
    PasskeyView,
)
from backend.identity.routes import agent_of, limit_sign_in, signed_in_reply
from backend.identity.schemas import SessionView
from backend.identity.sessions import Sessions

AnyRequest = Request[Any, Any, Any]

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class PasskeyController(Controller):
    """Passkeys of residents and staff."""

    path = "/api/v1"
    tags = ("identity",)

    @post("/sign-in/passkeys/options", status_code=200)
    async def ask_to_show(
        self, request: AnyRequest, house: NamedDependency[House], limiter: NamedDependency[Limiter]
    ) -> Response[Asked]:
        """A challenge for any passkey of this site, to sign in or to prove again who one is; the same for everyone."""
        await limit_sign_in(request, house, limiter)
        browser = _secret_of(request) or secrets.token_urlsafe(32)
        return _asked(request, await service.ask_to_show(house, browser), browser)

    @post("/sign-in/passkeys", status_code=200)
    async def sign_in(
        self,
        request: AnyRequest,
        data: JSONBody[PasskeySignIn],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
    ) -> Response[SessionView]:
        """Opens a resident's session with a passkey; any earlier session of this browser ends."""
        await limit_sign_in(request, house, limiter)
        previous = actor_of(request)
        opened = await service.sign_in(
            house,
            answer_of(request, data.challenge_id, data.credential),
            previous,
            device=agent_of(request),
            shared=data.shared,
        )
        return await signed_in_reply(request, house, sessions, opened, "passkey", previous)

    @post("/re-authentication/passkeys", status_code=204)
    async def prove_again(
        self,
        request: AnyRequest,
        data: JSONBody[PasskeyProof],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
        actor: NamedDependency[Actor],
    ) -> None:
        """Proves again who one is by a passkey of one's own, before a sensitive act."""
        await limit_sign_in(request, house, limiter)
        await service.prove_again(house, actor, answer_of(request, data.challenge_id, data.credential))
        sessions.forget(actor.session_id)

    @get("/me/passkeys")
    async def list_passkeys(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> PasskeyList:
        """The caller's passkeys."""
        return PasskeyList([_view(each) for each in await service.passkeys_of(house, actor)], ceremony.MOST_PASSKEYS)

    @post("/me/passkeys/options", status_code=200)
    async def ask_to_add(
        self, request: AnyRequest, house: NamedDependency[House], actor: NamedDependency[Actor]
    ) -> Response[Asked]:
        """A challenge for a new passkey of the caller."""
        browser = _secret_of(request) or secrets.token_urlsafe(32)
        return _asked(request, await service.ask_to_add(house, actor, browser), browser)

    @post("/me/passkeys", status_code=201)
    async def add(
        self,
        request: AnyRequest,
        data: JSONBody[PasskeyAddition],
        house: NamedDependency[House],
        actor: NamedDependency[Actor],
    ) -> PasskeyView:
        """Adds a passkey that the caller's device has just made."""
        browser = _secret_of(request) or ""
        return _view(await service.add(house, actor, data.challenge_id, data.credential, data.name, browser))

    @delete("/me/passkeys/{passkey_id:uuid}", status_code=204)
    async def remove(
        self, house: NamedDependency[House], actor: NamedDependency[Actor], passkey_id: FromPath[UUID]
    ) -> None:
        """Removes one of the caller's passkeys."""
        await service.remove(house, actor, str(passkey_id))


def answer_of(request: AnyRequest, challenge_id: UUID, credential: Assertion) -> service.Answer:
    """A device's answer together with the browser that it comes from."""
    return service.Answer(challenge_id, credential, _secret_of(request) or "")


def _view(passkey: service.Passkey) -> PasskeyView:
    return PasskeyView(
        id=passkey.id,
        name=passkey.name,
        backed_up=passkey.backed_up,
        created_at=rfc3339(passkey.created_at),
        used_at=None if passkey.used_at is None else rfc3339(passkey.used_at),
    )


def _cookie_name(request: AnyRequest) -> str:
    return "__Host-zhangban-passkey" if request.scope["state"]["https"] else "zhangban-passkey"


def _secret_of(request: AnyRequest) -> str | None:
    secret = request.cookies.get(_cookie_name(request), "")
    return secret if _SECRET.fullmatch(secret) else None


def _asked(request: AnyRequest, begun: service.Begun, browser: str) -> Response[Asked]:
    # A challenge is for the browser that asked: its id alone, seen by anyone else, is worth nothing.
    cookie = Cookie(
        key=_cookie_name(request),
        value=browser,
        path="/",
        secure=request.scope["state"]["https"],
        httponly=True,
        samesite="strict",
        max_age=ceremony.ANSWER_SECONDS,
    )
    return Response(Asked(begun.challenge_id, begun.options), cookies=[cookie])
