"""What is known of whom a person acts for, and who acts for them: for their export."""

from __future__ import annotations

import msgspec

from backend.foundation.personal_data import Chapter, Entry
from backend.house import House
from backend.identity.actor import Actor, Capacity
from backend.parties.mandates import list_mandates

_CAPACITIES: dict[Capacity, str] = {
    "self": "本人",
    "legal_representative": "法定代表人",
    "agent": "委托代理人",
    "guardian": "监护人",
    "helper": "代办人",
}


async def mandates_chapter(house: House, actor: Actor) -> Chapter:
    """The mandates that the actor gave, holds or was invited to, as their own screen shows them. Raises Erased."""
    mandates = await list_mandates(house, actor)
    entries = [
        Entry(
            each.party.name if each.direction == "received" else each.holder.name or each.party.name,
            [
                ("方向", "我为对方办" if each.direction == "received" else "对方为我办"),
                ("身份", _CAPACITIES[each.capacity]),
                ("开始", each.starts_at),
                ("结束", each.revoked_at or each.ends_at or "没有期限"),
            ],
        )
        for each in mandates
    ]
    return Chapter("mandates", "家人、单位和委托", entries, msgspec.to_builtins(mandates))
