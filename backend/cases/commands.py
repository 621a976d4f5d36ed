"""Giving a command to a case: decide, then one batch with events, derived row, effects and the reply's memory."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from backend.cases import tables
from backend.cases.clock import clock_of
from backend.cases.context import context_of
from backend.cases.effects import EFFECTS
from backend.cases.engine import Given, Refusal, command_of, decide, evolve
from backend.cases.errors import NotAllowedNow, NotYours, OwnCase, ReasonNeeded, SamePerson
from backend.cases.records import Case, PrivatePart
from backend.cases.submission import OUTBOX_KIND, CaseEventJob
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


def problem_of(refusal: Refusal, case: Case) -> Problem:
    """The error that says why a command may not be given."""
    article = refusal.article and {"zh": refusal.article.zh, "en": refusal.article.en}
    sentence = {"zh": refusal.sentence.zh, "en": refusal.sentence.en}
    members: dict[str, Any] = {"refusal": {"code": refusal.rule, "article": article, "sentence": sentence}}
    if refusal.rule == "not-allowed-now":
        members["state"] = case.state.state
    return _REFUSALS[refusal.rule](refusal.sentence.zh, **members)


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
    reason: str | None = None,
) -> None:
    """Carries a command out. `expected` is the version that staff saw; applicants name none.

    Raises NotAllowedNow, NotYours, OwnCase, SamePerson, ReasonNeeded, and ConcurrentChange when the case has changed
    (`expected` is not its version, or another command came first): the caller shows it as it is now.
    """
    if expected is not None and expected != case.state.version:
        raise ConcurrentChange
    reason = (reason or "").strip() or None
    context = await context_of(house, actor, case)
    now = context.now
    given = Given(command, reason is not None, on_behalf_of(actor))
    decided = decide(case.lifecycle, case.state, given, context)
    if isinstance(decided, Refusal):
        raise problem_of(decided, case)
    found = command_of(case.lifecycle, command)
    statements: list[Statement] = []
    for effect in found.effects if found else ():
        statements += await EFFECTS[effect](house, case, now)
    names = await names_of(house, actor)
    part = PrivatePart(reason, *names) if names else PrivatePart(reason)
    private = msgspec.json.encode(part) if reason or names else b""
    state = case.state
    batch: list[Statement] = []
    for fact in decided:
        event, to_seal = events.make(case.id, state.version + 1, fact.type, now, fact.actor, dict(fact.data), private)
        state = evolve(case.lifecycle, state, fact)
        batch.append(events.append(event))
        if to_seal is not None:
            sealed = await house.vault.seal(case.subject_id, tables.private_place(event.id), to_seal)
            batch.append(events.append_private(event.id, case.subject_id, sealed))
        job = CaseEventJob(case.id, event.sequence)
        batch.append(outbox.enqueue(OUTBOX_KIND, job, due=now, key=f"case.event:{case.id}:{event.sequence}"))
    due = date.fromisoformat(case.row["due"])
    if state.started_at is not None and state.started_at != case.state.started_at:
        due = clock_of(case.guide, legal_day(state.started_at), legal_day(now), None).due
    accepted_by = actor.account_id if found and found.clock == "start" else case.row["accepted_by"]
    batch.append(
        tables.move_record(case.id, case.state.version, state, at=now, due=due.isoformat(), accepted_by=accepted_by)
    )
    batch += statements
    # The reply holds personal data, so only the fact that it was given is kept; it is made anew when asked again.
    batch.append(idempotency.remember(actor.account_id, key, fingerprint, "{}", now))
    try:
        await house.database.commit(batch)
    except UniqueViolation as error:
        # A twin of this very request was faster: what it did is what was asked.
        if error.table == "idempotency" and await already_given(house, actor, key, fingerprint):
            return
        if error.table == "event" and await already_given(house, actor, key, fingerprint):
            return
        raise ConcurrentChange from error
    except UnexpectedRowCount as error:
        raise ConcurrentChange from error
    house.wake.set()


def stale(current: object) -> Stale:
    """The error for a command given to an outdated view; `current` is the case as it is now."""
    return Stale("这个办件刚刚有了变化。请看最新内容再处理。", current=msgspec.to_builtins(current))
