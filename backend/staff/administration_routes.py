"""`/api/v1/desk/staff`: administering the staff, and what a window does for a person in person."""

from __future__ import annotations

from uuid import UUID

from litestar import Controller, Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, JSONBody

from backend.foundation.masking import mask_phone
from backend.foundation.web_parameters import REPLAYED, After, Key, PageSize
from backend.house import House
from backend.identity import window
from backend.identity.actor import Actor
from backend.identity.sessions import Sessions
from backend.staff import administration
from backend.staff.passwords import Passwords
from backend.staff.schemas import (
    IdentityCheck,
    IdentityChecked,
    NewStaff,
    Recovered,
    Recovery,
    StaffList,
    StaffPlace,
    StaffSecrets,
    StaffState,
)


class StaffController(Controller):
    """Two administrators, neither of whom can do the other's work."""

    path = "/api/v1/desk/staff"
    tags = ("administration",)

    @get()
    async def list_staff(self, house: NamedDependency[House], after: After = None, limit: PageSize = 50) -> StaffList:
        """The staff by number: places and states, no personal data."""
        return await administration.list_staff(house, after, limit)

    @post(responses={201: ResponseSpec(StaffSecrets, description="The account; its secrets are shown this once")})
    async def create(
        self,
        house: NamedDependency[House],
        passwords: NamedDependency[Passwords],
        staff: NamedDependency[Actor],
        key: Key,
        data: JSONBody[NewStaff],
    ) -> Response[StaffSecrets]:
        """Makes an account without roles."""
        made, replayed = await administration.create(house, passwords, staff, key, data)
        return Response(made, headers=REPLAYED if replayed else None)

    @post("/{account_id:uuid}/reset", status_code=200)
    async def reset(
        self,
        house: NamedDependency[House],
        passwords: NamedDependency[Passwords],
        sessions: NamedDependency[Sessions],
        staff: NamedDependency[Actor],
        account_id: FromPath[UUID],
    ) -> StaffSecrets:
        """A new first password and second factor; an account with roles then waits for the security administrator."""
        told = await administration.reset(house, passwords, staff, str(account_id))
        sessions.forget_account(str(account_id))
        return told

    @put("/{account_id:uuid}/state", status_code=204)
    async def set_state(
        self,
        house: NamedDependency[House],
        sessions: NamedDependency[Sessions],
        staff: NamedDependency[Actor],
        account_id: FromPath[UUID],
        data: JSONBody[StaffState],
    ) -> None:
        """Closes an account at the desk or opens it again."""
        await administration.set_state(house, staff, str(account_id), disabled=data.disabled)
        sessions.forget_account(str(account_id))

    @put("/{account_id:uuid}/roles", status_code=204)
    async def set_roles(
        self,
        house: NamedDependency[House],
        sessions: NamedDependency[Sessions],
        staff: NamedDependency[Actor],
        account_id: FromPath[UUID],
        data: JSONBody[StaffPlace],
    ) -> None:
        """Gives a staff member just these roles, in this place."""
        await administration.set_roles(house, staff, str(account_id), data)
        sessions.forget_account(str(account_id))

    @post("/{account_id:uuid}/unlock", status_code=204)
    async def unlock(
        self, house: NamedDependency[House], staff: NamedDependency[Actor], account_id: FromPath[UUID]
    ) -> None:
        """Ends a lock, by wrong tries or by a reset."""
        await administration.unlock(house, staff, str(account_id))


class WindowController(Controller):
    """What a clerk does for a person who stands at the window with their card."""

    path = "/api/v1/desk"
    tags = ("desk",)

    @post("/identity-checks", status_code=200)
    async def check_identity(
        self,
        house: NamedDependency[House],
        sessions: NamedDependency[Sessions],
        staff: NamedDependency[Actor],
        data: JSONBody[IdentityCheck],
    ) -> IdentityChecked:
        """Notes that a person was checked in person: their accounts are of level 3."""
        accounts = await window.check_in_person(house, staff, data.name, data.id_number, data.reason)
        for account_id in accounts:
            sessions.forget_account(account_id)
        return IdentityChecked(len(accounts))

    @post("/recoveries", status_code=200)
    async def recover(
        self,
        house: NamedDependency[House],
        sessions: NamedDependency[Sessions],
        staff: NamedDependency[Actor],
        data: JSONBody[Recovery],
    ) -> Recovered:
        """Gives a person's account another phone, which was sent a code by `POST /sign-in/codes`."""
        account_id, phone = await window.recover(
            house,
            staff,
            name=data.name,
            id_number=data.id_number,
            phone=data.phone,
            code=data.code,
            reason=data.reason,
        )
        sessions.forget_account(account_id)
        return Recovered(mask_phone(phone))
