"""What the drafts room holds of a person: for their export, and for the erasure of their account."""

from __future__ import annotations

import msgspec

from backend.drafts import service
from backend.foundation.database import sql
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.house import House
from backend.identity.actor import Actor


async def drafts_chapter(house: House, actor: Actor) -> Chapter:
    """The drafts with everything typed so far. Raises Erased."""
    data, entries = [], []
    for summary in await service.list_drafts(house, actor):
        draft = await service.get_draft(house, actor, summary.id)
        data.append(msgspec.to_builtins(draft))
        item = house.city.items.get(draft.item)
        labels = _labels(house, draft.form_hash)
        lines = [("最近修改", draft.updated_at), ("设备", draft.device)]
        lines += [(labels.get(name, name), _text(value)) for name, value in draft.values.items()]
        names = [file.name for files in draft.files.values() for file in files]
        entries.append(
            Entry(item.guide.name.zh if item else draft.item, [*lines, ("文件", "、".join(names) or "没有")])
        )
    return Chapter("drafts", "草稿", entries, data)


def _labels(house: House, form_hash: str) -> dict[str, str]:
    form = house.city.forms.get(form_hash)
    if form is None:
        return {}
    return {field.pointer[1:]: field.label.zh for page in form.layout.pages for field in page.fields}


def _text(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value).decode()


async def erase(house: House, holder: Holder) -> None:
    """Removes every draft of the account, or sealed for its person, with revisions and operations. May run again."""
    theirs = "(SELECT id FROM draft WHERE account_id = {} OR subject_id = {})"
    whose = (holder.account_id, holder.subject_id)
    await house.database.commit(
        [
            sql(f"DELETE FROM draft_revision WHERE draft_id IN {theirs}", *whose),  # noqa: S608 fixed text
            sql(f"DELETE FROM draft_operation WHERE draft_id IN {theirs}", *whose),  # noqa: S608 fixed text
            sql("DELETE FROM draft_operation WHERE account_id = {}", holder.account_id),
            sql("DELETE FROM draft WHERE account_id = {} OR subject_id = {}", *whose),
        ]
    )
