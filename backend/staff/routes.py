"""Staff sign-in over HTTP, the personas of a demonstration, and the test mode's switch for second factors."""

from __future__ import annotations

from typing import Any

from litestar import Controller, Request, Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from backend.foundation.errors import NotFound
from backend.foundation.rate_limits import Limiter
from backend.foundation.web_errors import InvalidRequest
from backend.house import House
from backend.identity.actor import Actor, actor_of
from backend.identity.passkeys.routes import answer_of
from backend.identity.routes import agent_of, limit_sign_in, signed_in_reply
from backend.identity.schemas import SessionView
from backend.identity.sessions import Sessions
from backend.staff import demo, rules, service
from backend.staff.passwords import Passwords
from backend.staff.schemas import (
    FictitiousPerson,
    PasswordChange,
    PersonaList,
    StaffProof,
    StaffSignIn,
    TotpAnswer,
    TotpQuestion,
)

AnyRequest = Request[Any, Any, Any]


class StaffSignInController(Controller):
    """The desk's own door."""

    path = "/api/v1/desk"
    tags = ("staff",)

    @post("/sign-in", status_code=200)
    async def sign_in(
        self,
        request: AnyRequest,
        data: JSONBody[StaffSignIn],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
        passwords: NamedDependency[Passwords],
    ) -> Response[SessionView]:
        """Opens a staff session with number, password and second factor; any earlier session of this browser ends."""
        await limit_sign_in(request, house, limiter)
        previous = actor_of(request)
        opened = await service.sign_in(
            house,
            passwords,
            data.number,
            data.password,
            second_factor_of(request, data),
            new_password=data.new_password,
            device=agent_of(request),
            previous=previous,
        )
        return await signed_in_reply(request, house, sessions, opened, "password", previous)

    @post("/re-authentication", status_code=204)
    async def prove_again(
        self,
        request: AnyRequest,
        data: JSONBody[StaffProof],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        sessions: NamedDependency[Sessions],
        passwords: NamedDependency[Passwords],
        staff: NamedDependency[Actor],
    ) -> None:
        """Proves again who one is, before a sensitive act."""
        await limit_sign_in(request, house, limiter)
        await service.prove_again(house, passwords, staff, data.password, second_factor_of(request, data))
        sessions.forget(staff.session_id)

    @put("/password", status_code=204)
    async def change_password(
        self,
        request: AnyRequest,
        data: JSONBody[PasswordChange],
        house: NamedDependency[House],
        limiter: NamedDependency[Limiter],
        passwords: NamedDependency[Passwords],
        staff: NamedDependency[Actor],
    ) -> None:
        """Changes one's own password."""
        await limit_sign_in(request, house, limiter)
        await service.change_password(house, passwords, staff, data.password, data.new_password)


def second_factor_of(request: AnyRequest, data: StaffSignIn | StaffProof) -> service.SecondFactor:
    """The code or the passkey that a body holds beside the password. Raises InvalidRequest for none or both."""
    if data.totp is not None and data.challenge_id is None and data.credential is None:
        return data.totp
    if data.totp is None and data.challenge_id is not None and data.credential is not None:
        return answer_of(request, data.challenge_id, data.credential)
    raise InvalidRequest("请写动态码，或者用通行密钥，二者用一样。", errors=[{"pointer": "/totp"}])


class PersonaController(Controller):
    """Demo and test mode: whom to try the city as. Not routed in production."""

    path = "/api/v1/demo"
    tags = ("identity",)

    @get("/personas")
    async def list_personas(self, house: NamedDependency[House]) -> PersonaList:
        """The personas of the city pack, and made-up people whom a new account can be confirmed as."""
        taken = {each.name for each in house.city.personas}
        return PersonaList(
            [await demo.persona_view(house, each) for each in house.city.personas],
            [
                FictitiousPerson(each.name, each.id_number)
                for each in house.city.population.persons
                if each.name not in taken
            ],
        )


class StaffSwitchController(Controller):
    """Test mode only. Not routed in any other mode."""

    path = "/api/v1/_test"
    include_in_schema = False

    @post("/totp", status_code=200)
    async def usable_code(self, data: JSONBody[TotpQuestion], house: NamedDependency[House]) -> TotpAnswer:
        """A code of a staff number that will be taken once, however many were used. Raises NotFound."""
        try:
            secret = await demo.reset_code(house, data.number)
        except KeyError:
            raise NotFound("没有这个工号。") from None
        return TotpAnswer(rules.totp_code(secret, rules.step_of(house.time.now())))
