"""What is known of a person's passkeys: for their export, and for erasure."""

from __future__ import annotations

from backend.foundation.database import Statement
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.passkeys import service
from backend.identity.passkeys.tables import forget_holder


async def passkeys_chapter(house: House, actor: Actor) -> Chapter:
    """The actor's passkeys by the names they gave them; keys say nothing of a person. Raises Erased."""
    data, entries = [], []
    for each in await service.passkeys_of(house, actor):
        created_at = rfc3339(each.created_at)
        used_at = None if each.used_at is None else rfc3339(each.used_at)
        data.append({"name": each.name, "backed_up": each.backed_up, "created_at": created_at, "used_at": used_at})
        entries.append(Entry(each.name, [("添加时间", created_at), ("最近使用", used_at or "还没用过")]))
    return Chapter("passkeys", "通行密钥", entries, data)


async def close(house: House, actor: Actor, at: int) -> list[Statement]:
    """Removes the passkeys of an account that ends: their devices open nothing any more."""
    return forget_holder(actor.account_id)


async def erase(house: House, holder: Holder) -> None:
    """Removes a passkey that came late. May run again."""
    await house.database.commit(forget_holder(holder.account_id))
