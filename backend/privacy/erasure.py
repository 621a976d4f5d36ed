"""Erasing an account: closed at once, emptied by the worker, its key destroyed last; kept records are sealed anew.

Every step may be interrupted and done again. The key is destroyed only when nothing that the law keeps is left under
it, so a crash never leaves a record that nobody can read; afterwards an old backup of the data opens nothing.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence

import msgspec

from backend.cases import personal as cases
from backend.cases.personal import Held
from backend.certificates.personal import valid_until
from backend.files import personal as files
from backend.foundation import audit, outbox, security_events
from backend.foundation.database import Statement, UniqueViolation
from backend.foundation.identifiers import new_id
from backend.foundation.outbox import Claimed
from backend.foundation.personal_data import Holder
from backend.foundation.time_source import rfc3339
from backend.foundation.worker import Postpone, Worker
from backend.house import House
from backend.identity import personal as identity
from backend.identity.actor import Actor
from backend.parties.window import key_left_by
from backend.privacy import rules, tables
from backend.privacy.errors import ErasureRefused
from backend.privacy.schemas import CONFIRMATION, Erased, ErasureAccepted, ErasurePreview, Kept, OpenCase
from backend.privacy.sections import CLOSERS, ERASERS, told_erased

ERASURE_KIND = "privacy.erasure"
RETENTION_KIND = "privacy.retention-end"
_WORKING_SECONDS = 10.0
"""After so long a try gives its row back: a lease must not run out over a person with very many cases."""
_MONTH_SECONDS = 30 * 24 * 3600.0


class ErasureJob(msgspec.Struct, frozen=True):
    """Outbox payload: the erasure to carry out."""

    erasure_id: str


class RetentionJob(msgspec.Struct, frozen=True):
    """Outbox payload: the kept record whose time is over, and the subject it is sealed for."""

    case_id: str
    subject_id: str


async def preview(house: House, actor: Actor) -> ErasurePreview:
    """What an erasure would take and what the law keeps, before anything happens. Raises ErasureRefused (staff)."""
    holder = await _holder(house, actor)
    held = await cases.held_cases(house, holder)
    kept = await _kept(house, holder, held)
    return ErasurePreview(CONFIRMATION, _open(holder, held), _erased(), kept, list(rules.AFTER_ERASURE))


async def request(house: House, actor: Actor, address: str) -> ErasureAccepted:
    """Closes the account at once and asks for the rest; the caller ends what is remembered of its sessions.

    `address` is the client's, for the record.

    Raises ErasureRefused while a case is open (it is withdrawn first: an office cannot decide about nobody) or while
    the account is that of a staff member.
    """
    holder = await _holder(house, actor)
    held = await cases.held_cases(house, holder)
    if blocking := _open(holder, held):
        names = "、".join(f"{each.item.zh}（{each.query_code}）" for each in blocking[:5])
        raise ErasureRefused(
            f"您还有办件没有办结：{names}。请先撤回，或等办结以后再删除账号。",
            reason="open-cases",
            cases=msgspec.to_builtins(blocking),
        )
    kept = await _kept(house, holder, held)
    erasure_id, now = new_id(), house.time.now()
    line = audit.record(
        at=now,
        actor=holder.account_id,
        action="erasure-requested",
        subject=holder.subject_id,
        target=erasure_id,
        address=address,
    )
    own = msgspec.structs.replace(actor, acting=None)
    ending = [statement for close in CLOSERS for statement in await close(house, own, now)]
    await house.database.commit(
        [
            *ending,
            tables.add_erasure(
                erasure_id, holder.account_id, holder.subject_id, now, msgspec.json.encode(kept).decode()
            ),
            outbox.enqueue(
                ERASURE_KIND, ErasureJob(erasure_id), due=now + rules.GRACE, key=f"{ERASURE_KIND}:{erasure_id}"
            ),
            line,
        ]
    )
    house.wake.set()
    return ErasureAccepted(erasure_id, rfc3339(now), _erased(), kept, list(rules.AFTER_ERASURE))


async def carry_out(house: House, erasure_id: str) -> list[Statement]:
    """Keeps what the law keeps under subjects of its own, removes the rest, destroys the key.

    Gives what marks it done, or asks for the next try when there is more than one should do. May be killed anywhere and
    run again.
    """
    row = (await house.database.read(tables.erasure_by_id(erasure_id)))[0]
    if row["state"] == "done":
        return []
    holder = Holder(row["account_id"], row["subject_id"])
    until = time.monotonic() + _WORKING_SECONDS
    for case in await _sealed_for(house, holder):
        await _keep(house, erasure_id, holder, case)
        if time.monotonic() > until:
            return [_again(house, erasure_id)]
    for eraser in ERASERS:
        await eraser.erase(house, holder)
    if await _sealed_for(house, holder):
        # A submission that was under way when the account closed has come in: it is kept like the others.
        return [_again(house, erasure_id)]
    left = await key_left_by(house, holder.account_id)
    if left is not None and not await cases.holds_cases(house, left):
        # The counter had made the person's party before they had an account: it goes with them.
        await files.erase_subject(house, left)
        await house.vault.shred(left)
    await house.vault.shred(holder.subject_id)
    now = house.time.now()
    line = audit.record(at=now, actor="system", action="erased", subject=holder.subject_id, target=erasure_id)
    told = security_events.note(at=now, kind="erased", severity="notice", actor="system", details=erasure_id)
    return [tables.finish_erasure(erasure_id, now), line, told]


def _again(house: House, erasure_id: str) -> Statement:
    return outbox.enqueue(
        ERASURE_KIND, ErasureJob(erasure_id), due=house.time.now(), key=f"{ERASURE_KIND}:{erasure_id}:{new_id()}"
    )


async def end_record(house: House, job: RetentionJob) -> list[Statement]:
    """The time of a kept record is over: its files go, then its key. May run again.

    Raises Postpone while the case, which came in late, is still open.
    """
    if await cases.is_open(house, job.case_id):
        raise Postpone(_MONTH_SECONDS, "case-open")
    await files.erase_subject(house, job.subject_id)
    await house.vault.shred(job.subject_id)
    now = house.time.now()
    line = audit.record(at=now, actor="system", action="retention-ended", subject=job.subject_id, target=job.case_id)
    return [tables.end_record(job.case_id, now), line]


def register(worker: Worker, house: House) -> None:
    """Makes a worker carry out erasures and end the records whose time is over."""

    async def erase(job: ErasureJob, row: Claimed) -> Sequence[Statement]:
        return await carry_out(house, job.erasure_id)

    async def end(job: RetentionJob, row: Claimed) -> Sequence[Statement]:
        return await end_record(house, job)

    worker.register(ERASURE_KIND, ErasureJob, erase)
    worker.register(RETENTION_KIND, RetentionJob, end)


async def _holder(house: House, actor: Actor) -> Holder:
    if await identity.is_staff(house, actor.account_id):
        raise ErasureRefused("这是工作人员的账号。请先请系统管理员停用您的岗位。", reason="staff")
    await cases.bring_home(house, msgspec.structs.replace(actor, acting=None))
    return Holder(actor.account_id, actor.subject_id)


def _open(holder: Holder, held: list[Held]) -> list[OpenCase]:
    """What stands in the way: the holder's own cases. Those filed for others go on without them."""
    own = [case for case in held if case.subject_id == holder.subject_id and case.ended_at is None]
    return [OpenCase(case.id, case.query_code, case.item) for case in own]


def _erased() -> list[Erased]:
    return [Erased(eraser.key, eraser.name) for eraser in told_erased()]


async def _kept(house: House, holder: Holder, held: list[Held]) -> list[Kept]:
    city = house.city
    own = [case for case in held if case.subject_id == holder.subject_id and case.ended_at is not None]
    told = [rules.kept_case(city, case.query_code, case.item, await _until(house, case)) for case in own]
    return told + rules.kept_besides(city)


async def _until(house: House, case: Held) -> int:
    closed_at = case.updated_at if case.ended_at is None else case.ended_at
    return rules.kept_until(closed_at, house.settings.retention.case_years, await valid_until(house, case.id))


async def _sealed_for(house: House, holder: Holder) -> list[Held]:
    return [case for case in await cases.held_cases(house, holder) if case.subject_id == holder.subject_id]


async def _keep(house: House, erasure_id: str, holder: Holder, case: Held) -> None:
    """Seals one case for a subject of its own, whose end is asked for in the same batch."""
    rows = await house.database.read(tables.kept_record(case.id))
    if not rows:
        planned = tables.plan_record(case.id, erasure_id, await house.vault.create_subject(), await _until(house, case))
        # Another worker that took over may have named a subject first: that one holds.
        with contextlib.suppress(UniqueViolation):
            await house.database.commit([planned])
        rows = await house.database.read(tables.kept_record(case.id))
    kept, until = rows[0]["subject_id"], rows[0]["kept_until"]
    batch = await cases.seal_again(house, case.id, holder.subject_id, kept)
    end = outbox.enqueue(RETENTION_KIND, RetentionJob(case.id, kept), due=until, key=f"{RETENTION_KIND}:{case.id}")
    await house.database.commit([*batch, end])
