"""What the projects room holds of a person, for their export.

A project is its organisation's: it stays when whoever registered it erases their account, as its cases do.
"""

from __future__ import annotations

from backend.foundation.database import sql
from backend.foundation.personal_data import Chapter, Entry
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor


async def projects_chapter(house: House, actor: Actor) -> Chapter:
    """Which investment projects the account registered, and when; what is said of one is its organisation's."""
    query = sql("SELECT code, registered_at FROM project WHERE account_id = {} ORDER BY id DESC", actor.account_id)
    rows = [(row["code"], rfc3339(row["registered_at"])) for row in await house.database.read(query)]
    entries = [Entry(code, [("您代单位登记的时间", at)]) for code, at in rows]
    return Chapter("projects", "您登记的项目", entries, [{"code": code, "registered_at": at} for code, at in rows])
