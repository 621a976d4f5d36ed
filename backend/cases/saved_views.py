"""Views of the queue that somebody of the staff saved under a name, kept on the server for their owner only."""

from __future__ import annotations

import msgspec

from backend.cases import desk_tables as tables
from backend.cases.desk_schemas import NewView, SavedView, SavedViews, ViewQuery
from backend.cases.errors import TooManyViews
from backend.foundation.database import UnexpectedRowCount
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.house import House
from backend.identity.actor import Actor

VIEWS_LIMIT = 20


async def list_views(house: House, staff: Actor) -> SavedViews:
    """The caller's views, the oldest first."""
    rows = await house.database.read(tables.views_of(staff.account_id, VIEWS_LIMIT))
    return SavedViews(
        [
            SavedView(row["id"], row["name"], row["section"], msgspec.json.decode(row["query"], type=ViewQuery))
            for row in rows
        ]
    )


async def save_view(house: House, staff: Actor, view: NewView) -> SavedViews:
    """Keeps a view; one of the same name is replaced. Raises TooManyViews."""
    name = view.name.strip() or "未命名"
    known = {each.name for each in (await list_views(house, staff)).views}
    if name not in known and len(known) >= VIEWS_LIMIT:
        raise TooManyViews(f"最多存 {VIEWS_LIMIT} 个视图。请先删除不用的。", limit=VIEWS_LIMIT)
    query = msgspec.json.encode(view.query).decode()
    await house.database.commit(
        [tables.put_view(new_id(), staff.account_id, name, view.section, query, house.time.now())]
    )
    return await list_views(house, staff)


async def remove_view(house: House, staff: Actor, view_id: str) -> None:
    """Forgets one of the caller's views. Raises NotFound."""
    try:
        await house.database.commit([tables.remove_view(view_id, staff.account_id)])
    except UnexpectedRowCount as error:
        raise NotFound("没有找到这个视图。它可能已经删除。") from error
