"""What the bundles room holds of a person: for their export, and what goes when they erase their account."""

from __future__ import annotations

import msgspec

from backend.bundles import tables
from backend.bundles.kept import opened
from backend.bundles.progress import told
from backend.bundles.schemas import FilingMember
from backend.cases.answers import labels_of
from backend.foundation.database import Row, sql
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.house import House
from backend.identity.actor import Actor

_STATES = {"filed": "已提交", "waiting": "等前一项办好", "ready": "等您提交", "dropped": "不再提交"}


async def filings_chapter(house: House, actor: Actor) -> Chapter:
    """Every filing of a bundle about the person: its parts, and what those that are no case yet will be filed with.

    What is in its cases stands with the cases. What the account filed for somebody else is that one's. Raises Erased.
    """
    data, entries = [], []
    for row in await house.database.read(tables.filings_of_subject(actor.subject_id)):
        whole = await told(house, row)
        members = {each["item"]: each for each in await house.database.read(tables.members_of(row["id"]))}
        lines = [("提交时间", whole.submitted_at), ("牵头部门", whole.lead.name.zh)]
        parts = []
        for member in whole.members:
            said = await _waits_with(house, row, members[member.item.key])
            lines.append((member.item.name.zh, _stands(member)))
            lines += [(f"{member.item.name.zh}：{label}", value) for label, value in said]
            values = [{"label": label, "value": value} for label, value in said]
            parts.append({**msgspec.to_builtins(member), "values": values})
        entries.append(Entry(whole.bundle.name.zh, lines))
        data.append({**msgspec.to_builtins(whole), "members": parts})
    return Chapter("filings", "一件事", entries, data)


def _stands(member: FilingMember) -> str:
    return f"{member.case.state_name.zh}，查询码 {member.case.query_code}" if member.case else _STATES[member.state]


async def _waits_with(house: House, filing: Row, member: Row) -> list[tuple[str, str]]:
    """What a part that is no case yet will be filed with, by label, in words."""
    if member["sealed"] is None:
        return []
    kept = await opened(house, filing["subject_id"], filing["id"], member)
    form = house.city.forms[house.city.guides[member["guide_hash"]].form_hash or ""]
    said = [(label.label.zh, label.value_text.zh) for label in labels_of(house.city, form, kept.values)]
    return [*said, *((f"文件：{key}", "、".join(hashes)) for key, hashes in kept.files.items())]


async def erase(house: House, holder: Holder) -> None:
    """Drops the parts of the person's filings that are no case yet, with what they would be filed with. May run again.

    Which cases belong together stays with the cases, as long as the law keeps them.
    """
    now = house.time.now()
    await house.database.commit(
        [
            sql(
                "UPDATE filing_member SET state = 'dropped', sealed = NULL, changed_at = {}"
                " WHERE state IN ('waiting', 'ready') AND filing_id IN (SELECT id FROM filing WHERE subject_id = {})",
                now,
                holder.subject_id,
            )
        ]
    )
