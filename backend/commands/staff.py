"""`zhangban staff`: the first administrator of each kind, and help for one whom no other administrator can help."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable

import msgspec

from backend.commands.refusal import Refusal, settings_of
from backend.commands.setup import REFUSALS
from backend.foundation.errors import Problem
from backend.foundation.settings import Settings
from backend.house import House
from backend.identity.permissions import ADMINISTRATORS
from backend.opening import open_house
from backend.staff import administration
from backend.staff.passwords import Passwords
from backend.staff.schemas import NewStaff, StaffSecrets

_Run = Callable[[House, Passwords], Awaitable[StaffSecrets]]


def create_command(arguments: argparse.Namespace) -> int:
    """Makes the first administrator of a kind and prints its secrets once. Raises Refusal when there is one."""
    role = next(each for each in ADMINISTRATORS if each == arguments.role)

    async def run(house: House, passwords: Passwords) -> StaffSecrets:
        try:
            code = house.city.department_by_key(arguments.department).code
        except KeyError:
            raise Refusal(f"the city has no department {arguments.department}") from None
        given = {
            "number": arguments.number,
            "name": arguments.name,
            "phone": arguments.phone,
            "department": code,
        }
        try:
            new = msgspec.convert(given, NewStaff)
        except msgspec.ValidationError as error:
            raise Refusal(str(error)) from None
        return await administration.appoint(house, passwords, new, role)

    return _told(asyncio.run(_in_house(settings_of(arguments), run)))


def reset_command(arguments: argparse.Namespace) -> int:
    """New secrets for an administrator, printed once. Raises Refusal for a number that is no administrator's."""

    async def run(house: House, passwords: Passwords) -> StaffSecrets:
        return await administration.rescue(house, passwords, arguments.number)

    return _told(asyncio.run(_in_house(settings_of(arguments), run)))


async def _in_house(settings: Settings, run: _Run) -> StaffSecrets:
    try:
        async with open_house(settings, loops=False) as (house, _loops):
            return await run(house, Passwords(settings.mode))
    except REFUSALS as error:
        raise Refusal(str(error)) from None
    except Problem as problem:
        raise Refusal(f"{problem.code}: {problem.detail}") from None


def _told(secrets: StaffSecrets) -> int:
    print(f"number            {secrets.number}")
    print(f"initial password  {secrets.initial_password}")
    print(f"TOTP secret       {secrets.totp_secret}")
    print(f"TOTP address      {secrets.totp_uri}")
    print("Shown this once. The password must be changed at the first sign-in at /desk.")
    return 0
