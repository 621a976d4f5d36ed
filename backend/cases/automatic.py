"""Decisions by an item's own table (智慧审批): what the worker does after a submission, and how it is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import structlog

from backend.cases import tables
from backend.cases.automatic_rules import Judgement, Known, judge, version_of
from backend.cases.commands import Saying, batch_of
from backend.cases.engine import Context, allowed
from backend.cases.records import Case, Entry, PrivatePart, history, private_submission
from backend.cases.schemas import ByRule
from backend.cases.submission import RULE_KIND, CaseRuleJob, PrivateSubmission
from backend.city.city import City
from backend.city.structures import AUTOMATIC_FACTS, AutomaticTable, Command
from backend.foundation import audit
from backend.foundation.database import Statement
from backend.foundation.encryption import Erased
from backend.foundation.identifiers import parse_date
from backend.foundation.outbox import Claimed
from backend.foundation.worker import Worker
from backend.house import House

log = structlog.get_logger(__name__)
ACTOR = "rule"
"""The actor of an event that the item's own table brought about, and no person."""


def known_of_applicant(city: City, table: AutomaticTable, submission: PrivateSubmission, today: date) -> Known:
    """What the registers that a table asks say of an applicant now."""
    name, code = submission.name, submission.id_number
    person, enterprise = city.person(name, code), city.enterprise(code)
    wanted = {each.certificate for each in table.grant if each.certificate is not None}
    held = {each: city.held_certificate(code, each) for each in wanted}
    day = today.isoformat()
    bad = [
        each
        for each in city.credit.records
        if each.holder == code and each.kind != "good" and (each.until is None or each.until >= day)
    ]
    return Known(
        age=_age(code, today) if person is not None else None,
        home=person.home.zh if person is not None else None,
        known=person is not None,
        open=enterprise is not None and enterprise.name == name,
        clean=not bad if city.credit.records else None,
        held=frozenset(
            each for each, found in held.items() if found and (found.valid_until is None or found.valid_until >= day)
        ),
    )


def _age(id_number: str, today: date) -> int | None:
    born = parse_date(f"{id_number[6:10]}-{id_number[10:12]}-{id_number[12:14]}")
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else None


async def hold_table(house: House, job: CaseRuleJob) -> Sequence[Statement]:
    """What a case's own table does to it; nothing when anybody acted on it since, or its applicant was erased."""
    rows = await house.database.read(tables.record_by_id(job.case_id))
    if not rows or rows[0]["version"] != job.version:
        return ()
    case = await history(house, house.city, rows[0])
    table = case.guide.automatic
    if table is None or case.state.version != job.version:
        return ()
    context = Context(ACTOR, frozenset({"rule"}), house.time.now())
    offered = [
        each
        for each in case.lifecycle.commands
        if each.who == "rule" and allowed(case.lifecycle, case.state, each.key, context) is None
    ]
    try:
        submission = await private_submission(house, case)
    except Erased:
        return ()
    judgement = judge(table, submission.values, known_of_applicant(house.city, table, submission, house.time.today()))
    command = _chosen(case, offered, judgement)
    if command is None:
        return ()
    version = version_of(table)
    data = {"rule": version, **({"reasons": list(judgement.met)} if command.clock == "end" else {})}
    saying = Saying(data, unmet=judgement.unmet if command.clock is None else ())
    log.info("case_by_rule", command=command.key, case=case.id, rule=version)
    batch = await batch_of(house, case, command.key, context, saying)
    registers = {AUTOMATIC_FACTS[each.fact][0] for each in table.grant if each.fact is not None}
    looked = [
        audit.record(
            at=context.now,
            actor="system",
            action="register-read",
            subject=case.subject_id,
            target=case.id,
            reason=f"{register} {version[:12]}",
        )
        for register in sorted(registers)
        if command.clock != "start"
    ]
    return [*batch, *looked]


def _chosen(case: Case, offered: Sequence[Command], judgement: Judgement) -> Command | None:
    """The command that the table gives: acceptance of what is complete, the grant, or leaving it to a person."""
    for command in offered:
        if command.clock == "start" and not case.state.missing:
            return command
        # Where nothing starts the clock, what was left out with a promise is not owed yet, and not there either.
        lacks = case.state.owed or (case.state.started_at is None and case.state.missing)
        if command.clock == "end" and judgement.grants and not lacks:
            return command
        if command.clock is None and not judgement.grants:
            return command
    return None


def by_rule(case: Case, entry: Entry, command: Command, part: PrivatePart) -> ByRule | None:
    """What an event by the table tells: what it did, for which reasons, by which version, and whom to ask."""
    table = case.guide.automatic
    if table is None:
        return None
    reasons = set(entry.fact.data.get("reasons", ()))
    unmet = set(part.unmet or ())
    return ByRule(
        outcome="accepted" if command.clock == "start" else "granted" if command.clock == "end" else "left",
        reasons=[each.says for each in table.grant if each.key in reasons]
        + [each.otherwise for each in table.grant if each.key in unmet],
        rule=entry.fact.data["rule"],
        phone=case.guide.office_of(case.row["department"]).consult_phone,
    )


def register(worker: Worker, house: House) -> None:
    """Lets the worker hold tables against cases that were just filed."""

    async def deliver(job: CaseRuleJob, row: Claimed) -> Sequence[Statement]:
        return await hold_table(house, job)

    worker.register(RULE_KIND, CaseRuleJob, deliver)
