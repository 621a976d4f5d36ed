"""The editing room's use cases: drafting changes of the pack, seeing them judged and shown, and proposing them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from backend.city.check import Judged
from backend.city.city import City
from backend.city.files import readable
from backend.city.store import packed_files
from backend.city.structures import Text
from backend.editing import tables
from backend.editing.errors import (
    CatalogueDraftBehind,
    CatalogueDraftFaulty,
    CatalogueDraftProposed,
    CatalogueDraftTooLarge,
    TooManyCatalogueDrafts,
)
from backend.editing.rules import (
    MAXIMUM_CHARACTERS,
    MAXIMUM_FINDINGS,
    MAXIMUM_OPEN,
    MAXIMUM_PREVIEWS,
    judge,
    previews,
)
from backend.editing.schemas import (
    CatalogueDraftList,
    CatalogueDraftPut,
    CatalogueDraftSummary,
    CatalogueDraftView,
    PackFile,
    PackFiles,
    PackFileText,
)
from backend.foundation.audit import record
from backend.foundation.database import Row, UnexpectedRowCount
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.publication.service import propose_pack
from backend.staff.service import names_of

_NOT_THERE = "没有这份草稿。它可能已被删除。"


def pack_files(house: House) -> PackFiles:
    """The files of the pack in force, by path."""
    documents = house.city.documents
    named = {path: _name(document.data) for path, document in documents.items()}
    # An office's file and a form have the name of the item whose they are.
    for key in house.city.items:
        for path in (f"items/{key}/office.yaml", f"forms/{key}.yaml"):
            if path in named:
                named[path] = house.city.items[key].guide.name
    return PackFiles(house.city.hash, [PackFile(path, named[path]) for path in sorted(named)])


def pack_file(house: House, path: str) -> PackFileText:
    """One file of the pack in force as readable text. Raises NotFound."""
    document = house.city.documents.get(path)
    if document is None:
        raise NotFound("现行的城市包里没有这个文件。")
    return PackFileText(house.city.hash, path, readable(path, document.data))


async def list_drafts(house: House, after: str | None, limit: int) -> CatalogueDraftList:
    """A page of drafts, newest first; `after` is the `next` of the page before."""
    rows = await house.database.read(tables.drafts(after, limit + 1))
    page = rows[:limit]
    names = await _names(house, page)
    return CatalogueDraftList(
        [_summary(row, house.city.hash, names) for row in page], page[-1]["id"] if len(rows) > limit else None
    )


async def create_draft(house: House, actor: Actor, title: str) -> CatalogueDraftView:
    """A draft over the pack in force that changes nothing yet. Raises TooManyCatalogueDrafts."""
    if (await house.database.read(tables.open_drafts()))[0]["many"] >= MAXIMUM_OPEN:
        raise TooManyCatalogueDrafts("没有提交的草稿太多。请先提交或删除一些。", limit=MAXIMUM_OPEN)
    draft_id, now = new_id(), house.time.now()
    await house.database.commit(
        [
            tables.add(draft_id, title.strip(), house.city.hash, actor.account_id, now),
            record(at=now, actor=actor.account_id, action="catalogue.drafted", subject=None, target=draft_id),
        ]
    )
    return await read_draft(house, draft_id)


async def read_draft(house: House, draft_id: str) -> CatalogueDraftView:
    """A draft with what the checks and a resident would see of it. Raises NotFound."""
    row = await _row(house, draft_id)
    files = _files(row)
    judged, before = await _judged(house, row["base_hash"], files, house.time.today())
    shown = [] if judged.city is None else previews(before, judged.city)
    names = await _names(house, [row])
    return CatalogueDraftView(
        draft=_summary(row, house.city.hash, names),
        files=files,
        findings=judged.findings[:MAXIMUM_FINDINGS],
        findings_left_out=max(0, len(judged.findings) - MAXIMUM_FINDINGS),
        previews=shown[:MAXIMUM_PREVIEWS],
        previews_left_out=max(0, len(shown) - MAXIMUM_PREVIEWS),
    )


async def change_draft(
    house: House, actor: Actor, draft_id: str, revision: int, put: CatalogueDraftPut
) -> CatalogueDraftView:
    """Replaces what a draft of `revision` changes; faulty text is stored too, so that nothing typed is lost.

    Raises NotFound, CatalogueDraftBehind, CatalogueDraftProposed, CatalogueDraftTooLarge.
    """
    size = sum(len(text or "") for text in put.files.values())
    if size > MAXIMUM_CHARACTERS:
        raise CatalogueDraftTooLarge("一份草稿改得太多，没有保存。请分成几份。", limit=MAXIMUM_CHARACTERS, actual=size)
    row = await _row(house, draft_id)
    base = house.city.hash if put.rebase else row["base_hash"]
    encoded = msgspec.json.encode(put.files, order="sorted").decode()
    try:
        await house.database.commit(
            [tables.change(draft_id, revision, put.title.strip(), base, encoded, actor.account_id, house.time.now())]
        )
    except UnexpectedRowCount:
        await _refuse(house, draft_id)
    return await read_draft(house, draft_id)


async def delete_draft(house: House, actor: Actor, draft_id: str, revision: int) -> None:
    """Deletes a draft of `revision` that was not proposed. Raises as `change_draft`."""
    await _row(house, draft_id)
    now = house.time.now()
    try:
        await house.database.commit(
            [
                tables.remove(draft_id, revision),
                record(at=now, actor=actor.account_id, action="catalogue.discarded", subject=None, target=draft_id),
            ]
        )
    except UnexpectedRowCount:
        await _refuse(house, draft_id)


async def propose_draft(
    house: House, actor: Actor, draft_id: str, revision: int, effective_at: int | None = None
) -> str:
    """Hands what a draft of `revision` makes of the pack to another person to review, and gives the proposal's id.

    It shall be in force from `effective_at` (milliseconds), or at once when it is published; the checks judge it for
    that day. Raises NotFound, CatalogueDraftBehind (also when another pack came into force since),
    CatalogueDraftProposed, CatalogueDraftFaulty, ProposalUnchanged.
    """
    row = await _row(house, draft_id)
    if row["proposal_id"] is not None or row["revision"] != revision or row["base_hash"] != house.city.hash:
        await _refuse(house, draft_id)
    day = legal_day(house.time.now() if effective_at is None else effective_at)
    judged, _before = await _judged(house, row["base_hash"], _files(row), day)
    if judged.city is None or judged.errors:
        raise CatalogueDraftFaulty("检查有错误，还不能提交审查。请按提示改好。", errors=len(judged.errors))
    proposal_id = await propose_pack(house, judged.city, actor.account_id, effective_at)
    try:
        await house.database.commit([tables.proposed(draft_id, revision, proposal_id)])
    except UnexpectedRowCount:
        await _refuse(house, draft_id)
    return proposal_id


async def _refuse(house: House, draft_id: str) -> None:
    current = await read_draft(house, draft_id)
    if current.draft.publication_id is not None:
        raise CatalogueDraftProposed(
            "这份草稿已经提交审查，不能再改。要再改就新建一份。", publication_id=current.draft.publication_id
        )
    raise CatalogueDraftBehind(
        "您打开以后有了新的内容。您改的还在页面上，请对照后再保存。",
        headers={"ETag": f'"{current.draft.revision}"'},
        current=current,
    )


async def _judged(house: House, base_hash: str, files: Mapping[str, str | None], day: date) -> tuple[Judged, City]:
    """What a draft makes of the pack it began with, and the city to compare it with."""
    pack = await packed_files(house.database, base_hash)
    # A large pack takes a while to check; nobody else shall wait for it.
    return await asyncio.to_thread(judge, pack, files, day), house.city


async def _row(house: House, draft_id: str) -> Row:
    rows = await house.database.read(tables.draft_by_id(draft_id))
    if not rows:
        raise NotFound(_NOT_THERE)
    return rows[0]


def _files(row: Row) -> dict[str, str | None]:
    return msgspec.json.decode(row["files"], type=dict[str, str | None])


async def _names(house: House, rows: Sequence[Row]) -> dict[str, str]:
    return await names_of(house, {row[column] for row in rows for column in ("created_by", "changed_by")})


def _summary(row: Row, in_force: str, names: Mapping[str, str]) -> CatalogueDraftSummary:
    return CatalogueDraftSummary(
        id=row["id"],
        title=row["title"],
        revision=row["revision"],
        stale=row["proposal_id"] is None and row["base_hash"] != in_force,
        created_by=names.get(row["created_by"], ""),
        created_at=rfc3339(row["created_at"]),
        changed_by=names.get(row["changed_by"], ""),
        changed_at=rfc3339(row["changed_at"]),
        publication_id=row["proposal_id"],
    )


def _name(data: object) -> Text | None:
    try:
        return msgspec.convert(data.get("name") if isinstance(data, dict) else None, Text)
    except msgspec.ValidationError:
        return None
