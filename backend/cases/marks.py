"""Notes of the staff at a place of a picture: for those who decide the case, sealed under the applicant's key.

A note is no part of the case and is told to nobody outside the office. What is to be mended is told by a correction
notice, for which a note can be taken over word for word.
"""

from __future__ import annotations

from backend.cases import desk_tables as tables
from backend.cases import tables as cases
from backend.cases.desk_schemas import NewMark
from backend.cases.errors import FilesMissing, NotYours, TooManyMarks
from backend.cases.records import concerning
from backend.cases.schemas import MarkView
from backend.foundation import audit
from backend.foundation.database import UnexpectedRowCount
from backend.foundation.encryption import Erased
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.staff.service import names_of

MARKS_LIMIT = 100


async def marks_on(house: House, staff: Actor, case_id: str) -> list[MarkView]:
    """The notes on a case's pictures, the oldest first; those of a person erased meanwhile are gone.

    The caller has judged that they may be read, and put the read on record.
    """
    rows = await house.database.read(tables.marks_of(case_id, MARKS_LIMIT))
    names = await names_of(house, {row["account_id"] for row in rows})
    found = []
    for row in rows:
        try:
            text = await house.vault.open(row["subject_id"], tables.mark_place(row["id"]), bytes(row["text_sealed"]))
        except Erased:
            continue
        found.append(
            MarkView(
                id=row["id"],
                material=row["material"],
                sha256=row["sha256"],
                page=row["page"],
                across=row["across"],
                down=row["down"],
                text=text.decode(),
                by=names.get(row["account_id"], "?"),
                mine=row["account_id"] == staff.account_id,
                at=rfc3339(row["at"]),
            )
        )
    return found


async def add_mark(house: House, staff: Actor, case_id: str, mark: NewMark) -> list[MarkView]:
    """Pins a note to a picture of the case; gives all of its notes.

    Raises NotFound, NotYours, FilesMissing, TooManyMarks, Erased.
    """
    subject = await _subject_of(house, staff, case_id)
    linked = await house.database.read(cases.files_of(case_id))
    if all((row["material"], row["sha256"]) != (mark.material, mark.sha256) for row in linked):
        raise FilesMissing("这个办件里没有这个文件。请刷新页面。", missing=[mark.sha256])
    if len(await house.database.read(tables.marks_of(case_id, MARKS_LIMIT))) >= MARKS_LIMIT:
        raise TooManyMarks(f"一件最多 {MARKS_LIMIT} 条批注。请先删除不用的。", limit=MARKS_LIMIT)
    mark_id, now = new_id(), house.time.now()
    sealed = await house.vault.seal(subject, tables.mark_place(mark_id), mark.text.strip().encode())
    await house.database.commit(
        [
            tables.add_mark(
                mark_id,
                case_id=case_id,
                material=mark.material,
                sha256=mark.sha256,
                page=mark.page,
                across=mark.across,
                down=mark.down,
                account_id=staff.account_id,
                subject_id=subject,
                text_sealed=sealed,
                at=now,
            ),
            audit.record(at=now, actor=staff.account_id, action="desk.marked", subject=subject, target=case_id),
        ]
    )
    return await marks_on(house, staff, case_id)


async def remove_mark(house: House, staff: Actor, case_id: str, mark_id: str) -> list[MarkView]:
    """Takes the caller's own note away; gives those that are left. Raises NotFound, NotYours."""
    await _subject_of(house, staff, case_id)
    try:
        await house.database.commit([tables.remove_mark(mark_id, case_id, staff.account_id)])
    except UnexpectedRowCount as error:
        if any(row["id"] == mark_id for row in await house.database.read(tables.marks_of(case_id, MARKS_LIMIT))):
            raise NotYours("这条批注是同事写的，由写的人删除。") from error
        raise NotFound("没有找到这条批注。它可能已经删除。") from error
    return await marks_on(house, staff, case_id)


async def _subject_of(house: House, staff: Actor, case_id: str) -> str:
    row, share = await concerning(house, staff, case_id)
    if share != "owner":
        raise NotYours("批注由办理部门来写。您的部门只在会办或代收的范围内处理。")
    return str(row["subject_id"])
