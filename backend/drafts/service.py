"""The drafts room's use cases."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from backend.drafts import rules, tables
from backend.drafts.errors import DraftBehind, DraftSubmitted, DraftTooLarge, TooManyDrafts
from backend.drafts.rules import covers
from backend.drafts.schemas import Draft, DraftContent, DraftPut, DraftStored, DraftSummary
from backend.foundation import idempotency, outbox
from backend.foundation.database import Row, Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import KeyReused, NotFound
from backend.foundation.outbox import Claimed
from backend.foundation.time_source import rfc3339
from backend.foundation.worker import Worker
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.errors import MandateScope

PURGE_KIND = "drafts.purge"
_DAY = 24 * 3600 * 1000
_NOT_THERE = "没有找到这份草稿。它可能已在另一台设备上删除。"
# Each time round, another device has stored its change in between.
_ATTEMPTS = 3


class PurgeJob(msgspec.Struct, frozen=True):
    """Outbox payload: the draft whose oldest revisions are due to go."""

    draft_id: str


async def list_drafts(house: House, actor: Actor) -> list[DraftSummary]:
    """The caller's drafts without their values, newest first; while acting for a party, those within the mandate."""
    rows = await house.database.read(tables.drafts_of(actor.account_id, actor.applicant_party, rules.DRAFTS_LIMIT))
    drafts = []
    for row in rows:
        draft = await _draft(house, row)
        if not covers(house.city, actor, draft.item, draft.values):
            continue
        whole = msgspec.structs.asdict(draft)
        del whole["values"]
        drafts.append(DraftSummary(**whole))
    return drafts


async def get_draft(house: House, actor: Actor, draft_id: str) -> Draft:
    """One draft of the caller's. Raises NotFound, also for one that became a case."""
    row = await _own(house, actor, draft_id)
    if row is None or row["case_id"] is not None:
        raise NotFound(_NOT_THERE)
    return await _draft(house, row)


async def put_draft(house: House, actor: Actor, draft_id: str, revision: int, put: DraftPut) -> DraftStored:
    """Stores a change of the draft that stands at `revision` (0 makes it); the same operation gets the same answer.

    Raises DraftBehind with the current text, DraftSubmitted, NotFound, DraftTooLarge, TooManyDrafts, KeyReused,
    MandateScope.
    """
    rules.check_values(put.values)
    if not covers(house.city, actor, put.item, put.values):
        raise MandateScope("您的授权不包括这个事项。请让对方重新授权，或切换回本人。")
    encoded = msgspec.json.encode(put.content())
    if len(encoded) > rules.SIZE_LIMIT:
        raise DraftTooLarge("草稿的内容太多，没有保存。", limit=rules.SIZE_LIMIT, actual=len(encoded))
    whole = msgspec.json.encode(put, order="sorted")
    # The same operation for another party is another operation: neither is answered with the other's.
    fingerprint = idempotency.fingerprint(house.vault, f"drafts.put:{draft_id}{actor.applicant_party}", whole)
    for attempt in range(_ATTEMPTS):
        answered = await _recall(house, actor, put.operation, fingerprint)
        if answered is not None:
            return answered
        row = await _own(house, actor, draft_id)
        try:
            await _check(house, actor, row, revision)
        except DraftBehind:
            # A twin of this request may have moved the draft on since the memory was asked.
            answered = await _recall(house, actor, put.operation, fingerprint)
            if answered is None:
                raise
            return answered
        now = house.time.now()
        subject = row["subject_id"] if row is not None else actor.applicant_subject_id
        sealed = await house.vault.seal(subject, tables.content_place(draft_id), encoded)
        kept = await house.vault.seal(subject, tables.revision_place(draft_id, now), encoded)
        if row is None:
            store = tables.add(
                draft_id,
                actor.account_id,
                actor.applicant_party,
                subject,
                put.item,
                put.guide_hash,
                put.form_hash,
                sealed,
                put.step,
                now,
            )
        else:
            store = tables.change(draft_id, revision, put.item, put.guide_hash, put.form_hash, sealed, put.step, now)
        purge_due = now + rules.REVISION_LIFETIME
        try:
            await house.database.commit(
                [
                    store,
                    tables.add_operation(actor.account_id, put.operation, fingerprint, draft_id, revision + 1, now),
                    tables.put_revision(draft_id, revision + 1, kept, now),
                    outbox.enqueue(
                        PURGE_KIND,
                        PurgeJob(draft_id),
                        due=purge_due + _DAY,
                        key=f"draft-purge:{draft_id}:{purge_due // _DAY}",
                    ),
                ]
            )
        except (UnexpectedRowCount, UniqueViolation):
            if attempt == _ATTEMPTS - 1:
                raise
            continue
        return DraftStored(draft_id, revision + 1, rfc3339(now))
    raise AssertionError("unreachable")


async def delete_draft(house: House, actor: Actor, draft_id: str, revision: int) -> None:
    """Removes a draft and its revisions. Raises NotFound, DraftBehind, DraftSubmitted."""
    row = await _own(house, actor, draft_id)
    if row is None:
        raise NotFound(_NOT_THERE)
    await _check(house, actor, row, revision)
    try:
        await house.database.commit([tables.remove(draft_id, revision), tables.remove_revisions(draft_id)])
    except UnexpectedRowCount:
        await _check(house, actor, await _own(house, actor, draft_id), revision)
        raise NotFound(_NOT_THERE) from None


async def files_named(house: House, subject_id: str) -> set[str]:
    """The hashes of all files that the subject's drafts name. Raises Erased."""
    found: set[str] = set()
    for row in await house.database.read(tables.contents_of(subject_id)):
        plain = await house.vault.open(subject_id, tables.content_place(row["id"]), row["content"])
        content = msgspec.json.decode(plain, type=DraftContent)
        found |= {file.sha256 for files in content.files.values() for file in files}
    return found


def submitted(draft_id: str, account_id: str, case_id: str, at: int, *, party_id: str = "") -> Statement:
    """For the batch that submits a case of a party (empty: the account's own): the draft leaves the list, and later
    changes are told the case.

    Works for a draft that never reached the server, and never fails the batch.
    """
    return tables.submit(draft_id, account_id, party_id, case_id, at)


async def draft_shown(house: House, draft_id: str, subject_id: str) -> Draft:
    """A draft that its owner shows to somebody, who has proved that. Raises NotFound, also for a case; Erased."""
    rows = await house.database.read(tables.draft_by_id(draft_id))
    if not rows or rows[0]["case_id"] is not None or rows[0]["subject_id"] != subject_id:
        raise NotFound(_NOT_THERE)
    return await _draft(house, rows[0])


class DraftOwner(msgspec.Struct, frozen=True):
    """Whose draft it is (`party_id` empty: the account's own), and the case that it became, if it did."""

    draft_id: str
    account_id: str
    party_id: str
    case_id: str | None


async def owner_of(house: House, draft_id: str | None) -> DraftOwner | None:
    """Whose a draft is; None for one that is gone, or for no draft."""
    rows = await house.database.read(tables.draft_by_id(draft_id)) if draft_id else []
    return DraftOwner(draft_id or "", rows[0]["account_id"], rows[0]["party_id"], rows[0]["case_id"]) if rows else None


def submitted_elsewhere(owner: DraftOwner, case_id: str, at: int) -> list[Statement]:
    """For the batch that files a draft for its owner: fails it where the draft became a case, or went, meanwhile."""
    return [
        tables.still_open(owner.draft_id),
        tables.submit(owner.draft_id, owner.account_id, owner.party_id, case_id, at),
    ]


def register(worker: Worker, house: House) -> None:
    """Makes a worker remove revisions and remembered operations that are older than 30 days."""

    async def deliver(job: PurgeJob, row: Claimed) -> Sequence[Statement]:
        return tables.remove_old(job.draft_id, house.time.now())

    worker.register(PURGE_KIND, PurgeJob, deliver)


async def _own(house: House, actor: Actor, draft_id: str) -> Row | None:
    rows = await house.database.read(tables.draft_by_id(draft_id))
    if not rows:
        return None
    row = rows[0]
    if row["account_id"] != actor.account_id or row["party_id"] != actor.applicant_party:
        raise NotFound(_NOT_THERE)
    # The memory of a submitted draft names no item; whose case it became is judged where cases are.
    if actor.acting is not None and row["case_id"] is None:
        draft = await _draft(house, row)
        if not covers(house.city, actor, draft.item, draft.values):
            raise NotFound(_NOT_THERE)
    return row


async def _check(house: House, actor: Actor, row: Row | None, revision: int) -> None:
    """Whether a change of `revision` may be stored over `row`."""
    if row is None:
        if revision:
            raise NotFound(_NOT_THERE)
        if (await house.database.read(tables.count_of(actor.account_id, actor.applicant_party)))[0][
            "many"
        ] >= rules.DRAFTS_LIMIT:
            raise TooManyDrafts("草稿太多。请先删除不用的草稿。", limit=rules.DRAFTS_LIMIT)
    elif row["case_id"] is not None:
        raise DraftSubmitted("这份草稿已经提交，不能再修改。", case_id=row["case_id"])
    elif row["revision"] != revision:
        current = await _draft(house, row)
        raise DraftBehind("草稿已在另一台设备上修改。", headers={"ETag": f'"{current.revision}"'}, current=current)


async def _recall(house: House, actor: Actor, operation: str, fingerprint: str) -> DraftStored | None:
    rows = await house.database.read(tables.operation_of(actor.account_id, operation))
    if not rows:
        return None
    if rows[0]["fingerprint"] != fingerprint:
        raise KeyReused("这个保存编号已用于另一份内容。请刷新页面后再试。")
    return DraftStored(rows[0]["draft_id"], rows[0]["revision"], rfc3339(rows[0]["at"]))


async def _draft(house: House, row: Row) -> Draft:
    sealed = await house.vault.open(row["subject_id"], tables.content_place(row["id"]), row["content"])
    content = msgspec.json.decode(sealed, type=DraftContent)
    return Draft(
        id=row["id"],
        item=row["item"],
        guide_hash=row["guide_hash"],
        form_hash=row["form_hash"],
        values=content.values,
        files=content.files,
        step=row["step"],
        device=content.device,
        revision=row["revision"],
        updated_at=rfc3339(row["updated_at"]),
    )
