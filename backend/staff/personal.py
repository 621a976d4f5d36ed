"""What others may know of a staff member, and what goes when a former one erases their account."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from backend.foundation.database import sql
from backend.foundation.personal_data import Holder
from backend.house import House


class Position(msgspec.Struct, frozen=True):
    """Where somebody works and as what: a department's code and roles, no name."""

    department: str
    roles: list[str]


async def positions_of(house: House, account_ids: Collection[str]) -> dict[str, Position]:
    """The positions of those of the accounts that are, or were, staff."""
    wanted = sorted(set(account_ids))
    if not wanted:
        return {}
    marks = ", ".join("{}" for _ in wanted)
    query = f"SELECT account_id, department, roles FROM staff WHERE account_id IN ({marks})"  # noqa: S608 only marks
    return {
        row["account_id"]: Position(row["department"], msgspec.json.decode(row["roles"], type=list[str]))
        for row in await house.database.read(sql(query, *wanted))
    }


async def erase(house: House, holder: Holder) -> None:
    """Removes a former staff member's secrets; that they worked there is the office's record. May run again."""
    await house.database.commit(
        [
            sql("DELETE FROM staff_old_password WHERE account_id = {}", holder.account_id),
            sql("DELETE FROM staff_secret WHERE account_id = {}", holder.account_id),
        ]
    )
