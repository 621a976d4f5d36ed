"""Everyone who may stand before the gate: each kind of session, each role, in and out of scope, fresh and not."""

from __future__ import annotations

import msgspec

from backend.foundation.database import sql
from backend.house import House
from backend.identity.actor import SessionKind, SignInMethod
from backend.identity.service import account_for, open_session
from backend.staff import tables
from tests.api.case_builders import OTHER, RESIDENT

HOME, AWAY = "public-security-linjiang", "public-security-donggang"
HOME_STREET, AWAY_STREET = "990102001000", "990103001000"
ELSEWHERE = "990102002"
"""A division of the home office's district in which the home case is not."""


class Caller(msgspec.Struct):
    """One who calls. `department` and `division` say what a staff member's scope covers; a stranger has no account."""

    name: str
    kind: SessionKind | None = None
    account_id: str = ""
    roles: frozenset[str] = frozenset()
    department: str = ""
    division: str | None = None
    fresh: bool = True
    token: str = ""

    def sees(self, departments: frozenset[str], department: str, street: str) -> bool:
        """Whether a case of a department and street is in the scope of this staff member, who sees `departments`."""
        return department in departments and (self.division is None or street.startswith(self.division))


async def open_for(house: House, caller: Caller) -> None:
    """A new session for a caller, with an old proof of identity unless `fresh`."""
    if caller.kind is None:
        return
    method: SignInMethod = "password" if caller.kind == "staff" else "code"
    opened = await open_session(house, caller.account_id, method=method, kind=caller.kind)
    if not caller.fresh:
        await house.database.commit(
            [sql("UPDATE session SET authenticated_at = 0 WHERE id = {}", opened.session_id, expect=1)]
        )
    caller.token = opened.token


async def _placed(
    house: House, phone: str, number: str, roles: list[str], department: str, division: str | None
) -> None:
    account_id, code = await account_for(house, phone), house.city.department_by_key(department).code
    await house.database.commit([tables.put_staff(account_id, number, code, roles, number, division)])


async def callers(house: House) -> list[Caller]:
    """All of them: the stranger, two residents, and staff of every role and scope, each fresh and not."""
    await _placed(house, "13912000001", "WALK1", ["clerk"], HOME, ELSEWHERE)
    await _placed(house, "13912000002", "WALK2", [], HOME, None)
    found = [Caller("stranger")]
    for name, phone in (("resident", RESIDENT), ("another resident", OTHER)):
        found.append(Caller(name, "resident", await account_for(house, phone)))
    rows = await house.database.read(
        sql("SELECT account_id, number, roles, department, division FROM staff ORDER BY number")
    )
    for row in rows:
        roles = msgspec.json.decode(row["roles"], type=frozenset[str])
        name = f"{'+'.join(sorted(roles)) or 'staff without roles'} {row['number']}"
        found.append(Caller(name, "staff", row["account_id"], roles, row["department"], row["division"]))
    stale = [
        msgspec.structs.replace(each, name=f"{each.name}, not fresh", fresh=False)
        for each in found
        if each.kind is not None
    ]
    return [*found, *stale]
