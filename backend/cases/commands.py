"""Giving a command to a case: decide, then one batch with events, row, effects, timers and the reply's memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from backend.cases import tables, task_tables
from backend.cases.alarms import timer_rows
from backend.cases.clock import clock_as_it_stands
from backend.cases.context import context_of
from backend.cases.due import next_due
from backend.cases.effects import EFFECTS
from backend.cases.engine import CaseState, Context, Given, Refusal, command_of, decide, evolve
from backend.cases.errors import CommandRefused, NotAllowedNow, NotYours, OwnCase, ReasonNeeded, SamePerson
from backend.cases.joint import due_of
from backend.cases.records import Case, PrivatePart
from backend.cases.submission import FILING_KIND, OUTBOX_KIND, CaseEventJob, CaseMovedJob, rule_rows
from backend.cases.terms import Terms, terms_of
from backend.cases.told import kept
from backend.certificates.renewing import release
from backend.foundation import events, idempotency, outbox
from backend.foundation.database import Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import Problem, Stale
from backend.foundation.time_source import legal_day
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import names_of, on_behalf_of

_REFUSALS: dict[str, type[Problem]] = {
    "not-allowed-now": NotAllowedNow,
    "not-yours": NotYours,
    "own-case": OwnCase,
    "same-person": SamePerson,
    "reason-needed": ReasonNeeded,
}


class ConcurrentChange(Exception):
    """The case changed between reading and storing; nothing was stored."""


class Saying(msgspec.Struct, frozen=True):
    """What somebody says with a command: `data` is structure that the event keeps, the rest is sealed beside it.

    `files` are by material and go to the case; `pages` says of each hash how many it has. `reason` is told to the
    applicant. `unmet` are the conditions of the item's table because of which a person decides.
    """

    data: Mapping[str, Any] = {}
    reason: str | None = None
    defects: Mapping[str, tuple[str, str | None]] = {}
    body: str | None = None
    values: Mapping[str, Any] | None = None
    files: Mapping[str, Sequence[str]] = {}
    pages: Mapping[str, int] = {}
    unmet: Sequence[str] = ()


NOTHING = Saying()


def problem_of(refusal: Refusal, case: Case) -> Problem:
    """The error that says why a command may not be given."""
    article = refusal.article and {"zh": refusal.article.zh, "en": refusal.article.en}
    sentence = {"zh": refusal.sentence.zh, "en": refusal.sentence.en}
    said = {"code": refusal.rule, "article": article, "sentence": sentence, **refusal.facts}
    members: dict[str, Any] = {"refusal": said}
    if refusal.rule == "not-allowed-now":
        members["state"] = case.state.state
    return _REFUSALS.get(refusal.rule, CommandRefused)(refusal.sentence.zh, **members)


def fingerprint_of(house: House, case_id: str, command: msgspec.Struct) -> str:
    """What an idempotency key of a command stands for: the case and everything said."""
    said = msgspec.json.encode(command, order="sorted")
    return idempotency.fingerprint(house.vault, f"cases.command:{case_id}", said)


async def already_given(house: House, actor: Actor, key: str, fingerprint: str) -> bool:
    """Whether this very command was carried out before under this key. Raises KeyReused for another one."""
    return await idempotency.recall(house.database, actor.account_id, key, fingerprint) is not None


async def give(
    house: House,
    actor: Actor,
    case: Case,
    command: str,
    *,
    key: str,
    fingerprint: str,
    expected: int | None = None,
    saying: Saying = NOTHING,
) -> None:
    """Carries a command out. `expected` is the version that staff saw; applicants name none.

    Raises NotAllowedNow, NotYours, OwnCase, SamePerson, ReasonNeeded, CommandRefused, and ConcurrentChange when the
    case has changed (`expected` is not its version, or another command came first): the caller shows it as it is now.
    """
    if expected is not None and expected != case.state.version:
        raise ConcurrentChange
    context = await context_of(house, actor, case)
    saying = msgspec.structs.replace(saying, data={**saying.data, **on_behalf_of(actor)})
    names = await names_of(house, actor)
    batch = await batch_of(house, case, command, context, saying, names)
    # The reply holds personal data, so only the fact that it was given is kept; it is made anew when asked again.
    batch.append(idempotency.remember(actor.account_id, key, fingerprint, "{}", context.now))
    try:
        await house.database.commit(batch)
    except UniqueViolation as error:
        # A twin of this very request was faster: what it did is what was asked.
        if error.table in ("idempotency", "event") and await already_given(house, actor, key, fingerprint):
            return
        raise ConcurrentChange from error
    except UnexpectedRowCount as error:
        raise ConcurrentChange from error
    house.wake.set()


async def batch_of(
    house: House,
    case: Case,
    command: str,
    context: Context,
    saying: Saying = NOTHING,
    names: tuple[str, str] | None = None,
) -> list[Statement]:
    """Everything that a command stores, in one batch; it fails as a whole when the case has moved on.

    `names` are those of a representative and of whom they represent. Raises as `give`.
    """
    now = context.now
    terms = terms_of(case.guide, house.calendar)
    reason = (saying.reason or "").strip() or None
    decided = decide(case.lifecycle, case.state, Given(command, reason is not None, saying.data), context, terms)
    if isinstance(decided, Refusal):
        raise problem_of(decided, case)
    found = command_of(case.lifecycle, command)
    effects: list[Statement] = []
    for effect in found.effects if found else ():
        effects += await EFFECTS[effect](house, case, now, saying.data.get("rule"))
    representative, represented = names or (None, None)
    part = PrivatePart(reason, representative, represented, saying.defects or None, saying.body, saying.values)
    if saying.unmet:
        part = msgspec.structs.replace(part, unmet=list(saying.unmet))
    private = b"" if part == PrivatePart() else msgspec.json.encode(part)
    state = case.state
    batch: list[Statement] = []
    for fact in decided:
        version, state = state.version + 1, evolve(case.lifecycle, state, fact)
        data = kept(case.guide, case.lifecycle, found, state, fact, house.calendar)
        event, to_seal = events.make(case.id, version, fact.type, now, fact.actor, data, private)
        batch.append(events.append(event))
        if to_seal is not None:
            sealed = await house.vault.seal(case.subject_id, tables.private_place(event.id), to_seal)
            batch.append(events.append_private(event.id, case.subject_id, sealed))
        job = CaseEventJob(case.id, event.sequence)
        batch.append(outbox.enqueue(OUTBOX_KIND, job, due=now, key=f"case.event:{case.id}:{event.sequence}"))
    if case.row["filing_id"] is not None:
        moved = CaseMovedJob(case.id)
        batch.append(outbox.enqueue(FILING_KIND, moved, due=now, key=f"{FILING_KIND}:{case.id}:{state.version}"))
    clock = clock_as_it_stands(case.guide, state, legal_day(now), house.calendar)
    by_person = found is not None and found.who != "rule"
    accepted_by = context.actor if found and found.clock == "start" and by_person else case.row["accepted_by"]
    if links := [(material, sha256) for material, hashes in saying.files.items() for sha256 in dict.fromkeys(hashes)]:
        batch += [
            tables.add_file(case.id, material, sha256, state.version, saying.pages.get(sha256, 1))
            for material, sha256 in links
        ]
    batch.append(
        tables.move_record(
            case.id,
            case.state.version,
            state,
            at=now,
            due=clock.due.isoformat() if clock else case.row["due"],
            accepted_by=accepted_by,
            department=state.department or case.row["department"],
            following=next_due(case.guide, case.lifecycle, state, terms, legal_day(now)),
        )
    )
    if state.renews is not None and state.ended_at is not None and case.state.ended_at is None:
        # A granted one was superseded in this very batch; any other may be applied for again.
        batch.append(release(state.renews, case.id))
    batch += task_rows(case, state, terms, legal_day(now))
    batch += timer_rows(case.id, case.lifecycle, state, terms)
    if found and (found.clock == "start" or "fulfilment" in found.asks):
        batch += rule_rows(case.id, case.lifecycle, case.guide, state, now, case.entries[0].fact.data)
    return [*batch, *effects]


def task_rows(case: Case, state: CaseState, terms: Terms, today: date) -> list[Statement]:
    """What brings the rows of other departments' tasks from the state of `case` to a later one."""
    rows: list[Statement] = []
    for task in terms.tasks:
        before, after = case.state.tasks.get(task.key), state.tasks.get(task.key)
        if after is None:
            continue
        due = due_of(task, after, state.pauses, today, terms.calendar).isoformat()
        if before is None:
            rows.append(task_tables.open_task(case.id, task.key, task.department.code, due, after.opened_at))
        elif after != before or (after.done_at is None and state.pauses != case.state.pauses):
            rows.append(task_tables.move_task(case.id, task.key, due, after.done_at, after.outcome))
    return rows


def stale(current: object) -> Stale:
    """The error for a command given to an outdated view; `current` is the case as it is now."""
    return Stale("这个办件刚刚有了变化。请看最新内容再处理。", current=msgspec.to_builtins(current))
