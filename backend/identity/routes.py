"""The identity room over HTTP: /session, /sign-in, /me, and the switches of the test mode."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, delete, get, post, put
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from backend.city.guide import DepartmentName
from backend.city.structures import Text
from backend.foundation.action_rates import action_rates, admit
from backend.foundation.errors import NotFound
from backend.foundation.gate import cookie_name
from backend.foundation.maintenance import announced, window_of
from backend.foundation.masking import mask_id_number, mask_name, mask_phone
from backend.foundation.rate_limits import Limiter
from backend.foundation.time_source import rfc3339
from backend.foundation.web_errors import InvalidRequest
from backend.house import House
from backend.identity import service
from backend.identity.actor import Actor, SessionKind, SignInMethod, actor_of
from backend.identity.code_channels import CodeChannel, RememberedCodes
from backend.identity.permissions import StaffRole
from backend.identity.rules import CODE_LIFE, CODE_RESEND, MINUTE, SECOND, device_of, level_of
from backend.identity.schemas import (
    Account,
    ClockSetting,
    CodeAnswer,
    CodeQuestion,
    CodeRequest,
    CodeSent,
    OpenSession,
    OwnData,
    OwnSession,
    PhoneChange,
    Proof,
    SessionList,
    SessionView,
    SignIn,
    StaffView,
)
from backend.identity.sessions import Sessions

AnyRequest = Request[Any, Any, Any]

_LATEST_TEST_INSTANT = 4102444800000


async def account_view(house: House, account_id: str, session: OpenSession) -> Account:
    """An account as its owner's screens show it in a session."""
    person = await service.person_of(house, account_id)
    staff = None
    if session.kind == "staff" and person.department is not None:
        office = house.city.departments.get(person.department)
        # An office that a later pack abolished is still where the person was placed.
        name = office.name if office else Text(person.department, person.department)
        roles = msgspec.convert(person.roles, list[StaffRole])
        staff = StaffView(
            DepartmentName(person.department, name),
            roles,
            person.staff_name or "",
            person.staff_number or "",
            person.division,
        )
    identified = person.id_number is not None
    return Account(
        id=account_id,
        phone_masked=mask_phone(person.phone),
        name_masked=mask_name(person.name) if person.name else None,
        id_number_masked=mask_id_number(person.id_number) if person.id_number else None,
        identified=identified,
        level=level_of(identified=identified, in_person=person.in_person, method=session.method),
        session=session,
        staff=staff,
    )


def session_of(house: House, actor: Actor) -> OpenSession:
    """The actor's session as its account view shows it."""
    until = actor.authenticated_at + house.settings.sessions.fresh_minutes * MINUTE
    return OpenSession(actor.session_id, actor.kind, actor.method, actor.shared, rfc3339(until))


def session_view(house: House, account: Account | None) -> SessionView:
    """What the session says: the mode, who is signed in, and the maintenance that is not over."""
    told = announced(window_of(house.settings.maintenance), house.time.now())
    return SessionView(house.settings.mode, account, told)


async def signed_in_view(house: House, opened: service.SignedIn, method: SignInMethod) -> SessionView:
    """What the reply to a sign-in says."""
    proved_at = house.time.now() if opened.proved_at is None else opened.proved_at
    until = proved_at + house.settings.sessions.fresh_minutes * MINUTE
    kind: SessionKind = "staff" if opened.staff else "resident"
    session = OpenSession(opened.session_id, kind, method, opened.shared, rfc3339(until))
    return session_view(house, await account_view(house, opened.account_id, session))


def agent_of(request: AnyRequest) -> str:
    """The device a request comes from, as its person knows it."""
    return device_of(request.headers.get("user-agent", ""))


def session_cookie(request: AnyRequest, token: str, *, keep_seconds: int | None) -> Cookie:
    """The session cookie; without `keep_seconds` it ends with the browser."""
    https: bool = request.scope["state"]["https"]
    return Cookie(
        key=cookie_name(https=https),
        value=token,
        path="/",
        secure=https,
        httponly=True,
        samesite="lax",
        max_age=keep_seconds,
    )


async def signed_in_reply(
    request: AnyRequest,
    house: House,
    sessions: Sessions,
    opened: service.SignedIn,
    method: SignInMethod,
    previous: Actor | None,
) -> Response[SessionView]:
    """The reply to a sign-in with its cookie; the browser's previous session, which has ended, is forgotten."""
    if previous is not None:
        sessions.forget(previous.session_id)
    # At a desk, and on a device that others use too, the session ends with the browser.
    keep = None if opened.staff or opened.shared else house.settings.sessions.total_minutes * 60
    view = await signed_in_view(house, opened, method)
    return Response(view, cookies=[session_cookie(request, opened.token, keep_seconds=keep)])


class IdentityController(Controller):
    """Who is asking, and how they come to be known."""

    path = "/api/v1"
    tags = ("identity",)

    @get("/session")
    async def show_session(self, request: AnyRequest, house: NamedDependency[House]) -> SessionView:
        """The mode of the house, and the signed-in account or null."""
        actor = actor_of(request)
        account = await account_view(house, actor.account_id, session_of(house, actor)) if actor else None
        return session_view(house, account)

    @post("/sign-in/codes", status_code=202)
    async def ask_for_code(
        self,
        request: AnyRequest,
        data: JSONBody[CodeRequest],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        codes: NamedDependency[CodeChannel],
    ) -> CodeSent:
        """Sends a one-time code to a phone."""
        await limit_sign_in(request, house, limiter, "code-request")
        shown = await service.send_code(house, codes, service.phone_of(data.phone))
        return CodeSent(CODE_LIFE // SECOND, CODE_RESEND // SECOND, shown)

    @post("/sign-in", status_code=200)
    async def sign_in(
        self,
        request: AnyRequest,
        data: JSONBody[SignIn],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
    ) -> Response[SessionView]:
        """Opens a session with a phone and its code; any earlier session of this browser ends."""
        await limit_sign_in(request, house, limiter)
        previous = actor_of(request)
        opened = await service.sign_in(
            house,
            service.phone_of(data.phone),
            data.code,
            previous,
            device=agent_of(request),
            shared=data.shared,
        )
        return await signed_in_reply(request, house, sessions, opened, "code", previous)

    @post("/re-authentication/codes", status_code=202)
    async def ask_for_own_code(
        self,
        request: AnyRequest,
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        codes: NamedDependency[CodeChannel],
        actor: NamedDependency[Actor],
    ) -> CodeSent:
        """Sends a code to the caller's own phone, to prove again who they are."""
        await limit_sign_in(request, house, limiter, "code-request")
        shown = await service.send_own_code(house, codes, actor)
        return CodeSent(CODE_LIFE // SECOND, CODE_RESEND // SECOND, shown)

    @post("/re-authentication", status_code=204)
    async def prove_again(
        self,
        request: AnyRequest,
        data: JSONBody[Proof],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
        actor: NamedDependency[Actor],
    ) -> None:
        """Proves again who one is by a code, before a sensitive act."""
        await limit_sign_in(request, house, limiter, "re-authentication", actor.account_id)
        await service.prove_again(house, actor, data.code)
        sessions.forget(actor.session_id)

    @delete("/session", status_code=204)
    async def sign_out(
        self, request: AnyRequest, house: NamedDependency[House], sessions: NamedDependency[Sessions]
    ) -> Response[None]:
        """Ends the session; without one nothing happens."""
        if actor := actor_of(request):
            await service.sign_out(house, actor)
            sessions.forget(actor.session_id)
        return Response(None, status_code=204, cookies=[session_cookie(request, "", keep_seconds=0)])

    @get("/me")
    async def show_own_data(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> OwnData:
        """The caller's own name, number and phone, unmasked."""
        person = await service.person_of(house, actor.account_id)
        return OwnData(name=person.name, id_number=person.id_number, phone=person.phone)

    @put("/me/phone")
    async def change_phone(
        self,
        request: AnyRequest,
        data: JSONBody[PhoneChange],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
        actor: NamedDependency[Actor],
    ) -> Account:
        """Gives the account a new phone, proved by a code sent to it; every other session ends."""
        await limit_sign_in(request, house, limiter)
        await service.change_phone(house, actor, service.phone_of(data.phone), data.code)
        sessions.forget_account(actor.account_id)
        return await account_view(house, actor.account_id, session_of(house, actor))

    @get("/me/sessions")
    async def list_sessions(self, house: NamedDependency[House], actor: NamedDependency[Actor]) -> SessionList:
        """Where the caller is signed in."""
        return SessionList(
            [
                OwnSession(
                    id=row["id"],
                    kind=row["kind"],
                    method=row["method"],
                    device=row["device"],
                    shared=bool(row["shared"]),
                    created_at=rfc3339(row["created_at"]),
                    seen_at=rfc3339(row["seen_at"]),
                    current=row["id"] == actor.session_id,
                )
                for row in await service.own_sessions(house, actor)
            ]
        )

    @delete("/me/sessions", status_code=204)
    async def end_other_sessions(
        self, house: NamedDependency[House], sessions: NamedDependency[Sessions], actor: NamedDependency[Actor]
    ) -> None:
        """Signs the caller out everywhere but here."""
        await service.end_other_sessions(house, actor)
        sessions.forget_account(actor.account_id)

    @delete("/me/sessions/{session_id:uuid}", status_code=204)
    async def end_session(
        self,
        house: NamedDependency[House],
        sessions: NamedDependency[Sessions],
        actor: NamedDependency[Actor],
        session_id: FromPath[UUID],
    ) -> None:
        """Ends one of the caller's sessions."""
        await service.end_session_of(house, actor, str(session_id))
        sessions.forget(str(session_id))


class TestSwitchController(Controller):
    """Test mode only: sets the time and reads one-time codes. Not routed in any other mode."""

    path = "/api/v1/_test"
    include_in_schema = False

    @post("/clock", status_code=204)
    async def set_clock(self, data: JSONBody[ClockSetting], house: NamedDependency[House]) -> None:
        """Makes the house's time continue from an instant."""
        if data.now is None:
            house.time.set(None)
            return
        try:
            instant = datetime.fromisoformat(data.now)
        except ValueError:
            raise InvalidRequest("now 不是 RFC 3339 时间。", errors=[{"pointer": "/now"}]) from None
        if instant.tzinfo is None:
            raise InvalidRequest("now 缺少时区。", errors=[{"pointer": "/now"}])
        milliseconds = int(instant.timestamp() * 1000)
        if not 0 <= milliseconds < _LATEST_TEST_INSTANT:
            raise InvalidRequest("now 超出范围。", errors=[{"pointer": "/now", "limit": "2100-01-01T00:00:00Z"}])
        house.time.set(milliseconds)

    @post("/otp", status_code=200)
    async def read_code(self, data: JSONBody[CodeQuestion], codes: NamedDependency[CodeChannel]) -> CodeAnswer:
        """The newest code of a phone. Raises NotFound."""
        code = codes.code_of(service.phone_of(data.phone)) if isinstance(codes, RememberedCodes) else None
        if code is None:
            raise NotFound("没有给这个号码发过验证码。")
        return CodeAnswer(code)


async def limit_sign_in(
    request: AnyRequest, house: House, limiter: Limiter, action: str = "sign-in", account_id: str | None = None
) -> None:
    """Counts an action by which something can be guessed for its address and account. Raises RateLimited."""
    address: str = request.scope["state"]["address"]
    rates = action_rates(house.settings.limits)
    await admit(limiter, action, account_id=account_id, address=address, rates=rates)
