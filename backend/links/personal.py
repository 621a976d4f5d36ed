"""What the links room holds of a person: for their export, and for the erasure of their account."""

from __future__ import annotations

from backend.cases.personal import held_cases
from backend.foundation.database import Statement, sql
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor

_COLUMNS = "id, case_id, made_by, created_at, expires_at, revoked_at, visits, last_visit_at"


async def links_chapter(house: House, actor: Actor) -> Chapter:
    """The links that the person made, without what opens them."""
    data, entries = [], []
    query = f"SELECT {_COLUMNS} FROM status_link WHERE account_id = {{}} ORDER BY id DESC"  # noqa: S608 only column names
    for row in await house.database.read(sql(query, actor.account_id)):
        told = {name: _instant(row[name]) for name in ("created_at", "expires_at", "revoked_at", "last_visit_at")}
        data.append({"case_id": row["case_id"], "visits": row["visits"], **told})
        ended = told["revoked_at"] or "没有停用"
        lines = [("有效到", told["expires_at"] or ""), ("停用", ended), ("打开次数", str(row["visits"]))]
        entries.append(Entry(f"{told['created_at']} 分享的进度链接", lines))
    return Chapter("links", "分享的进度链接", entries, data)


def _instant(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


async def close(house: House, actor: Actor, at: int) -> list[Statement]:
    """Ends every link that an account made, and every link to a case about its person."""
    ended = [
        sql("UPDATE status_link SET revoked_at = {} WHERE account_id = {} AND revoked_at IS NULL", at, actor.account_id)
    ]
    for case in await held_cases(house, Holder(actor.account_id, actor.subject_id)):
        if case.subject_id == actor.subject_id:
            ended.append(
                sql("UPDATE status_link SET revoked_at = {} WHERE case_id = {} AND revoked_at IS NULL", at, case.id)
            )
    return ended


async def erase(house: House, holder: Holder) -> None:
    """Removes the links that an account made, with their visits. May run again."""
    theirs = "(SELECT id FROM status_link WHERE account_id = {})"
    await house.database.commit(
        [
            sql(f"DELETE FROM status_link_visit WHERE link_id IN {theirs}", holder.account_id),  # noqa: S608 fixed text
            sql("DELETE FROM status_link WHERE account_id = {}", holder.account_id),
        ]
    )
