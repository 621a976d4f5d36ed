"""What the cases room holds of a person: for their export, and as the record that the law keeps after an erasure."""

from __future__ import annotations

from collections.abc import Collection

import msgspec

from backend.cases import tables
from backend.cases.answers import known_pointers, labels_of
from backend.cases.engine import state_of
from backend.cases.filled import member_at
from backend.cases.records import Case, history, private_submission
from backend.cases.views import case_view
from backend.certificates import personal as certificates
from backend.city.structures import Text
from backend.files import personal as files
from backend.foundation.database import Row, Statement, sql
from backend.foundation.personal_data import Chapter, Entry, Holder
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.window import own_key
from backend.signatures import personal as signatures

_COLUMNS = "id, query_code, item, guide_hash, lifecycle_hash, subject_id, state, ended_at, updated_at"


class Held(msgspec.Struct, frozen=True):
    """A case as far as an erasure asks: instants in milliseconds, `ended_at` None while it is open."""

    id: str
    query_code: str
    item: Text
    subject_id: str
    ended_at: int | None
    updated_at: int


async def cases_chapter(house: House, actor: Actor) -> Chapter:
    """Every case about the person with what was filled in, the timeline and the reasons, in words.

    What the account filed for somebody else is that one's data and not told here. Raises Erased.
    """
    data, entries = [], []
    query = sql("SELECT id FROM case_record WHERE subject_id = {} ORDER BY id DESC", actor.subject_id)
    for found in await house.database.read(query):
        row = (await house.database.read(tables.record_by_id(found["id"])))[0]
        case = await history(house, house.city, row)
        view, values = await case_view(house, case, actor), await _values(house, case)
        told = msgspec.to_builtins(view)
        data.append({**told, "values": [{"label": label, "value": value} for label, value in values]})
        lines = [
            ("编号", view.number),
            ("查询码", view.query_code),
            ("提交时间", view.submitted_at),
            ("承办部门", view.department.name.zh),
            ("状态", state_of(case.lifecycle, view.state).name.zh),
            *values,
        ]
        lines += [(f"材料：{material.name.zh}", _source(material.source)) for material in view.materials]
        for step in view.timeline:
            said = step.data.says.zh if step.data.says else step.type
            lines.append((step.at, f"{step.by.zh}{said}" + (f"。理由：{step.data.reason}" if step.data.reason else "")))
        entries.append(Entry(view.item.name.zh, lines))
    return Chapter("cases", "办件", entries, data)


def _source(source: str) -> str:
    return "由部门共享取得" if source == "share" else "您上传的文件"


async def _values(house: House, case: Case) -> list[tuple[str, str]]:
    """What was filled in, by label, in words; name and numbers in full, because it is their subject who reads."""
    submission = await private_submission(house, case)
    known = known_pointers(case.form)
    return [
        (
            label.label.zh,
            str(member_at(submission.values, label.pointer)) if label.pointer in known else label.value_text.zh,
        )
        for label in labels_of(house.city, case.form, submission.values)
    ]


async def bring_home(house: House, actor: Actor) -> None:
    """Seals what was entered at the counter for a person before they had an account under their account's key.

    Until then it lies under the key of their party, where all their screens find it. May run again. Raises Erased.
    """
    own = await own_key(house, actor.party_id) if actor.party_id is not None else None
    if own is None:
        return
    query = sql(
        "SELECT id FROM case_record WHERE party_id = {} AND subject_id = {} AND capacity = 'counter' ORDER BY id",
        actor.party_id,
        own,
    )
    for row in await house.database.read(query):
        await house.database.commit(await seal_again(house, row["id"], own, actor.subject_id))


async def holds_cases(house: House, subject_id: str) -> bool:
    """Whether a case lies under a subject's key."""
    return bool(await house.database.read(sql("SELECT 1 FROM case_record WHERE subject_id = {} LIMIT 1", subject_id)))


async def held_cases(house: House, holder: Holder) -> list[Held]:
    """The cases that an account filed or whose personal data is the subject's, oldest first."""
    query = f"SELECT {_COLUMNS} FROM case_record WHERE account_id = {{}} OR subject_id = {{}} ORDER BY id"  # noqa: S608 fixed
    return [_held(house, row) for row in await house.database.read(sql(query, holder.account_id, holder.subject_id))]


def _held(house: House, row: Row) -> Held:
    name = house.city.guides[row["guide_hash"]].name
    return Held(row["id"], row["query_code"], name, row["subject_id"], row["ended_at"], row["updated_at"])


async def query_codes(house: House, case_ids: Collection[str], subject_ids: Collection[str]) -> dict[str, str]:
    """The query codes of those of the cases whose personal data is one of the subjects'."""
    if not case_ids or not subject_ids:
        return {}
    cases, subjects = sorted(set(case_ids)), sorted(set(subject_ids))
    query = (
        f"SELECT id, query_code FROM case_record WHERE id IN ({', '.join('{}' for _ in cases)})"  # noqa: S608 only marks
        f" AND subject_id IN ({', '.join('{}' for _ in subjects)})"
    )
    return {row["id"]: row["query_code"] for row in await house.database.read(sql(query, *cases, *subjects))}


async def is_open(house: House, case_id: str) -> bool:
    """Whether a case has not ended yet."""
    return bool(await house.database.read(sql("SELECT 1 FROM case_record WHERE id = {} AND ended_at IS NULL", case_id)))


async def seal_again(house: House, case_id: str, before: str, kept: str) -> list[Statement]:
    """The one batch that makes a case with its files and certificate the record of another subject.

    Salt and private bytes of each event stay as they are, so every leaf hash still holds. The batch fails whole when
    another try was faster. Raises Erased.
    """
    vault, batch = house.vault, []
    private = sql(
        "SELECT event_private.event_id, event_private.sealed FROM event_private JOIN event"
        " ON event.id = event_private.event_id WHERE event.case_id = {} AND event_private.subject_id = {}",
        case_id,
        before,
    )
    for row in await house.database.read(private):
        place = tables.private_place(row["event_id"])
        sealed = await vault.seal(kept, place, await vault.open(before, place, bytes(row["sealed"])))
        batch.append(
            sql(
                "UPDATE event_private SET subject_id = {}, sealed = {} WHERE event_id = {} AND subject_id = {}",
                kept,
                sealed,
                row["event_id"],
                before,
                expect=1,
            )
        )
    record = (await house.database.read(tables.record_by_id(case_id)))[0]
    place = tables.summary_place(case_id)
    summary = await vault.seal(kept, place, await vault.open(before, place, bytes(record["summary_sealed"])))
    batch.append(
        sql(
            "UPDATE case_record SET subject_id = {}, summary_sealed = {} WHERE id = {} AND subject_id = {}",
            kept,
            summary,
            case_id,
            before,
            expect=1,
        )
    )
    linked = await house.database.read(tables.files_of(case_id))
    for sha256 in sorted({row["sha256"] for row in linked}):
        batch += await files.copy_for(house, sha256, before, kept)
    batch += await signatures.seal_again(house, case_id, before, kept)
    return batch + await certificates.seal_again(house, case_id, before, kept)
