"""What the notify room holds of a person: for their export, and for the erasure of their account."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec

from backend.foundation.database import Statement, sql
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.notify import service
from backend.notify.schemas import Message

_PAGE = 100


async def inbox_chapter(house: House, actor: Actor) -> Chapter:
    """Every message, newest first, in the words of the pack."""
    messages: list[Message] = []
    after = None
    while True:
        page = await service.read_inbox(house, actor, after, _PAGE)
        messages += page.messages
        after = page.next
        if after is None:
            break
    entries = []
    for message in messages:
        read = "已读" if message.read_at else "未读"
        entries.append(
            Entry(_title(house, message.kind), [("时间", message.created_at), ("状态", read), *_said(message)])
        )
    return Chapter("inbox", "消息", entries, msgspec.to_builtins(messages))


def _title(house: House, kind: str) -> str:
    words = next((each for name, each in house.city.messages.messages.items() if name.partition("@")[0] == kind), None)
    return words.title.zh if words else kind


def _said(message: Message) -> list[tuple[str, str]]:
    item = message.params.get("item")
    name = item.get("zh") if isinstance(item, dict) else None
    return [
        (label, str(value)) for label, value in (("事项", name), ("查询码", message.params.get("query_code"))) if value
    ]


async def push_chapter(house: House, actor: Actor) -> Chapter:
    """Which push services tell the person's browsers of news; their addresses are secrets. Raises Erased."""
    data, entries = [], []
    query = sql(
        "SELECT id, created_at FROM push_subscription WHERE account_id = {} ORDER BY created_at, id", actor.account_id
    )
    for row in await house.database.read(query):
        found = await service.subscription_of(house, row["id"])
        if found is not None:
            host, created_at = urlsplit(found[0].endpoint).hostname or "", rfc3339(row["created_at"])
            data.append({"service": host, "language": found[1], "created_at": created_at})
            entries.append(Entry(host, [("开启时间", created_at)]))
    return Chapter("push", "通知", entries, data)


async def close(house: House, actor: Actor, at: int) -> list[Statement]:
    """Forgets the subscriptions of an account that ends: no phone rings any more."""
    return [_forget(actor.account_id)]


def _forget(account_id: str) -> Statement:
    return sql("DELETE FROM push_subscription WHERE account_id = {}", account_id)


async def erase(house: House, holder: Holder) -> None:
    """Removes the inbox and whatever subscription came late. May run again."""
    await house.database.commit(
        [
            _forget(holder.account_id),
            sql("DELETE FROM inbox_message WHERE account_id = {}", holder.account_id),
        ]
    )
