"""Submitting an application: everything is judged first, then one batch stores the case whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec

from backend.cases import tables
from backend.cases.alarms import timer_rows
from backend.cases.clock import before_certificate_ends, clock_of
from backend.cases.due import next_due
from backend.cases.engine import CaseState, Context, Fact, Given, Refusal, command_of, decide, evolve
from backend.cases.errors import (
    FilesMissing,
    FormInvalid,
    GuideUnknown,
    IdentityNeeded,
    MaterialMissing,
    TooManyCases,
)
from backend.cases.filled import judge
from backend.cases.materials import Asked, resolve
from backend.cases.promises import check_commitment, check_promise, commitments_in, left_out
from backend.cases.schemas import CaseName, Due, ItemName, Receipt, Submission
from backend.cases.terms import terms_of
from backend.cases.told import kept
from backend.certificates.renewing import Renewing, claim, renewing_of, still_free
from backend.city.canonical import canonical
from backend.city.city import City
from backend.city.guide import Guide, GuideOffice
from backend.city.structures import Lifecycle
from backend.drafts.errors import DraftSubmitted
from backend.drafts.service import owner_of, submitted, submitted_elsewhere
from backend.files.schemas import PICTURES, FileInfo
from backend.files.service import owned_files, renew
from backend.foundation import audit, events, forms, idempotency, outbox
from backend.foundation.database import Statement, UnexpectedRowCount, UniqueViolation
from backend.foundation.identifiers import new_id, new_query_code
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.errors import LevelNeeded
from backend.parties.errors import ApplicantKindWrong
from backend.parties.rules import facts_of
from backend.parties.service import Applicant, applicant_of, check_item, on_behalf_of, subjects_of
from backend.projects.service import verified

OUTBOX_KIND = "case.event"
RULE_KIND = "case.rule"
FILING_KIND = "filing.case-moved"
_NUMBER = "@number@"
_QUERY_CODE_TRIES = 5
_DEPTH_LIMIT = 16
_DAY = 24 * 3600 * 1000
_ALREADY = "这份草稿已经提交过了，不会再送一遍。请到办件里看进度。"


class CaseEventJob(msgspec.Struct, frozen=True):
    """Outbox payload: an event of a case that others (inbox, push) may have to tell about."""

    case_id: str
    sequence: int


class CaseRuleJob(msgspec.Struct, frozen=True):
    """Outbox payload: a case at a version, against which its item's own table is held."""

    case_id: str
    version: int


class CaseMovedJob(msgspec.Struct, frozen=True):
    """Outbox payload: a case of a bundle's filing has changed."""

    case_id: str


class PrivateSubmission(msgspec.Struct, frozen=True, omit_defaults=True):
    """The personal part of a submission: what was filled in, for whom, and the name of whoever did it for them.

    `id_number` of an organisation is its credit code.
    """

    values: dict[str, Any]
    name: str
    id_number: str
    phone: str
    representative: str | None = None


class Filing(msgspec.Struct, frozen=True):
    """An application whose applicant is known and may apply: which account files it, as what, and what its event says.

    `draft` becomes at most one case of the account; `also` gives what else belongs into the batch of a new case.
    `judged` is given answers that fit the form and may refuse them all the same; `received` says which office takes
    them in for the one in charge, None when that is the same.
    `filing_id` names the bundle's filing
    that the case belongs to; `issued` are materials that the house itself has issued in it. `renews` is the certificate
    that the application is to renew.
    """

    account_id: str
    applicant: Applicant
    capacity: str
    said: Mapping[str, Any]
    draft: str | None
    also: Callable[[str], list[Statement]]
    judged: Callable[[Mapping[str, Any]], None] | None = None
    received: Callable[[Mapping[str, Any]], str | None] | None = None
    filing_id: str | None = None
    issued: frozenset[str] = frozenset()
    renews: Renewing | None = None


class Prepared(msgspec.Struct, frozen=True):
    """A case that is judged and may be stored: `counter` gives the day's serial as `value`, `record` needs it before.

    The counter is the one row that all submissions of an item wait for: it comes late in a batch.
    """

    case_id: str
    item: ItemName
    query_code: str
    office: str
    number_stem: str
    due: Due
    files: list[FileInfo]
    batch: list[Statement]
    counter: Statement
    record: Statement

    def number(self, serial: int) -> str:
        """The case's number with the serial that the counter gave."""
        return f"{self.number_stem}{serial:0{4 if serial <= 9999 else 6}d}"


class Summary(msgspec.Struct, frozen=True):
    """What lists show of an applicant, masked when it is read."""

    name: str
    phone: str


@lru_cache(maxsize=256)
def _compiled(city: City, form_hash: str) -> forms.Form:
    return forms.Form(city.forms[form_hash].schema)


def pinned(city: City, submission: Submission) -> Guide:
    """The guide that a submission was filled in under. Raises GuideUnknown."""
    guide = city.guides.get(submission.guide_hash)
    if guide is None or guide.key != submission.item or guide.form_hash != submission.form_hash:
        raise GuideUnknown("这份办事指南已找不到。请重新打开事项，您填的内容都还在。")
    return guide


def office_of(guide: Guide, values: Mapping[str, Any]) -> GuideOffice:
    """The office of the lowest tier around what was answered; the first one where the item has no question for it."""
    return guide.office_for(str(values.get(guide.route_by[1:], "")) if guide.route_by else "")


def _is_deep(value: Any) -> bool:
    """Whether a value is nested deeper than the validator can follow, let alone any form."""
    level = [value]
    for _ in range(_DEPTH_LIMIT):
        nested = [each for each in level if isinstance(each, dict | list)]
        if not nested:
            return False
        level = [inner for each in nested for inner in (each.values() if isinstance(each, dict) else each)]
    return True


def check_applicant(guide: Guide, applicant: Applicant) -> None:
    """Whether an applicant may apply for the item. Raises IdentityNeeded, LevelNeeded, ApplicantKindWrong."""
    if guide.level > 1 and applicant.name is None:
        raise IdentityNeeded("提交前要先确认您是谁。您填的内容都还在。")
    if applicant.level < guide.level:
        raise LevelNeeded(
            "这个事项要更可靠的身份核验。请用通行密钥登录，或到窗口当面核验。您填的内容都还在。",
            level=guide.level,
            actual=applicant.level,
        )
    if not guide.serves(applicant.kind):
        who = "个人" if applicant.kind == "organisation" else "单位"
        raise ApplicantKindWrong(f"这个事项只办理{who}的申请。请切换申请人。", kind=applicant.kind)


def check_values(city: City, guide: Guide, submission: Submission, applicant: Applicant, today: date) -> None:
    """Judges answers by the pinned form and what its city asks of them. Raises FormInvalid."""
    deep = [{"path": f"/{name}", "keyword": "type"} for name, value in submission.values.items() if _is_deep(value)]
    if deep:
        raise FormInvalid("内容的层次太深。请重新打开事项再填。", errors=deep)
    found = judge(
        _compiled(city, submission.form_hash),
        city.forms[submission.form_hash].layout,
        submission.values,
        today=today,
        facts=facts_of(city, applicant.kind, applicant.name, applicant.code, applicant.phone),
        commitments=frozenset(
            each.key for each in guide.materials if each.handover == "commitment" and each.necessity == "required"
        ),
    )
    if found:
        errors = [{"path": error.path, "keyword": error.keyword} for error in found]
        raise FormInvalid(f"有 {len(errors)} 处要改。请按提示修改后再提交。", errors=errors)


def _check_materials(guide: Guide, files: Mapping[str, list[str]]) -> None:
    uploads = {material.key: material for material in guide.materials if material.handover in ("upload", "share")}
    unlisted = sorted(set(files) - set(uploads))
    if unlisted:
        raise MaterialMissing("指南没有列出这些材料。请重新打开事项。", materials=unlisted)
    # A shared one is asked for only when no register holds it: `materials.resolve`.
    missing = [
        key
        for key, each in uploads.items()
        if each.handover == "upload" and each.necessity == "required" and not files.get(key)
    ]
    if missing:
        names = "、".join(uploads[key].name.zh for key in missing)
        raise MaterialMissing(f"还缺：{names}。请补上后再提交。", materials=missing)
    crowded = [key for key, hashes in files.items() if len(hashes) > uploads[key].max_files]
    if crowded:
        errors = [{"path": f"/files/{key}", "keyword": "maxItems"} for key in sorted(crowded)]
        raise FormInvalid("文件太多。请删去多余的再提交。", errors=errors)


def not_taken(guide: Guide, files: Mapping[str, list[str]], stored: Collection[FileInfo]) -> dict[str, str]:
    """Materials with a file that they do not take: by key `accept` (of another kind) or `maxLength` (too large)."""
    by_hash, wrong = {file.sha256: file for file in stored}, dict[str, str]()
    for material in guide.materials:
        for file in (by_hash[sha256] for sha256 in files.get(material.key, ()) if sha256 in by_hash):
            if file.media_type not in (material.accept or PICTURES):
                wrong[material.key] = "accept"
            elif material.max_bytes is not None and file.size > material.max_bytes:
                wrong[material.key] = "maxLength"
    return wrong


def not_taken_words(guide: Guide, wrong: Mapping[str, str]) -> str:
    """What `not_taken` found, for people."""
    names = {material.key: material.name.zh for material in guide.materials}
    kinds = "、".join(names[key] for key, why in wrong.items() if why == "accept")
    sizes = "、".join(names[key] for key, why in wrong.items() if why == "maxLength")
    return (f"{kinds}只收照片（JPEG 或 PNG），不收 PDF。请拍照上传。" if kinds else "") + (
        f"{sizes}的文件太大，请换小一点的。" if sizes else ""
    )


async def check_number(house: House, actor: Actor, now: int) -> None:
    """Raises TooManyCases. Submissions at the very same moment may pass together: it bounds a flood."""
    limit = house.settings.limits.cases_per_day
    if not limit:
        return
    rows = await house.database.read(tables.nth_newest(actor.account_id, limit))
    if rows and rows[0]["submitted_at"] > now - _DAY:
        raise TooManyCases("您 24 小时内提交的申请太多。请明天再提交，您填的内容都还在；急办请到窗口。", limit=limit)


async def check_files(house: House, subject_id: str, files: Mapping[str, list[str]]) -> list[FileInfo]:
    """The stored files of a subject that are named, each once. Raises FilesMissing for those not stored yet."""
    wanted = {sha256 for hashes in files.values() for sha256 in hashes}
    owned = await owned_files(house, subject_id, wanted) if wanted else {}
    missing = sorted(wanted - set(owned))
    if missing:
        raise FilesMissing("有文件还没有传完。联网后会自动继续，然后再提交。", missing=missing)
    return list(owned.values())


async def submit(house: House, actor: Actor, key: str, submission: Submission) -> tuple[str, bool]:
    """Makes a case of an application and gives the receipt as JSON text, and whether it is that of an earlier request.

    Raises KeyReused, GuideUnknown, MandateScope, IdentityNeeded, LevelNeeded, ApplicantKindWrong, NotFound,
    RenewalRefused, FormInvalid, MaterialMissing, CommitmentClosed, FilesMissing, DraftSubmitted, TooManyCases,
    DatabaseUnavailable, and as `projects.verified`.
    Nothing is stored when it raises; the same key and body give the same receipt for ever.
    """
    # The same body for another party is another application: neither is answered with the other's receipt.
    fingerprint = idempotency.fingerprint(house.vault, f"cases.submit{actor.applicant_party}", canonical(submission))
    earlier = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
    if earlier is not None:
        return earlier, True
    now = house.time.now()
    guide = pinned(house.city, submission)
    await check_number(house, actor, now)
    check_item(actor, guide.key)
    applicant = await applicant_of(house, actor)
    check_applicant(guide, applicant)
    renews = None
    if submission.renews is not None:
        renews = await renewing_of(house, await subjects_of(house, actor), submission.renews, guide)
    drawn = await owner_of(house, submission.draft)
    if drawn is not None and drawn.account_id == actor.account_id and drawn.case_id is not None:
        # A clerk at the counter filed what was shown there.
        raise DraftSubmitted(_ALREADY, case_id=drawn.case_id)

    def draft_done(case_id: str) -> list[Statement]:
        draft = submission.draft
        if drawn is not None and (drawn.account_id, drawn.party_id) == (actor.account_id, actor.applicant_party):
            # Fails where a clerk files what is shown at the counter in this very moment.
            return submitted_elsewhere(drawn, case_id, now)
        return [submitted(draft, actor.account_id, case_id, now, party_id=actor.applicant_party)] if draft else []

    filing = Filing(
        account_id=actor.account_id,
        applicant=applicant,
        capacity=actor.acting.capacity if actor.acting else "self",
        said=on_behalf_of(actor),
        draft=submission.draft,
        also=draft_done,
        renews=renews,
    )
    return await file(house, filing, key, fingerprint, submission)


async def prepare(house: House, filing: Filing, submission: Submission) -> Prepared:
    """Judges what was filled in and makes everything that stores it as a case; nothing is stored yet.

    Raises GuideUnknown, FormInvalid, MaterialMissing, CommitmentClosed, FilesMissing, and as `projects.verified`.
    """
    city, now, applicant = house.city, house.time.now(), filing.applicant
    guide = pinned(city, submission)
    check_values(city, guide, submission, applicant, legal_day(now))
    if filing.judged is not None:
        filing.judged(submission.values)
    _check_materials(guide, submission.files)
    project = await verified(house, guide.project, submission.project, applicant.party_id)
    files = await check_files(house, applicant.subject_id, submission.files)
    if wrong := not_taken(guide, submission.files, files):
        errors = [{"path": f"/files/{key}", "keyword": why} for key, why in sorted(wrong.items())]
        raise FormInvalid(not_taken_words(guide, wrong), errors=errors)
    asked = Asked(applicant.kind, applicant.name or "", applicant.code or "")
    materials = resolve(city, guide, asked, submission.files, now, legal_day(now), filing.issued)
    missing = left_out(guide, materials)
    check_promise(city, guide, submission, applicant.code, missing, legal_day(now))
    committed = commitments_in(city, guide, submission.form_hash, submission.values)
    check_commitment(city, guide, committed, applicant.code, legal_day(now))
    instead = {"missing": missing, "committed": committed}
    return await _prepared(house, filing, submission, guide, materials, instead, files, project, now)


async def file(house: House, filing: Filing, key: str, fingerprint: str, submission: Submission) -> tuple[str, bool]:
    """Judges what was filled in and stores it as a case; gives the same as `submit`.

    Raises GuideUnknown, FormInvalid, MaterialMissing, CommitmentClosed, FilesMissing, DraftSubmitted,
    DatabaseUnavailable, and as `projects.verified`.
    """
    for attempt in range(_QUERY_CODE_TRIES):
        try:
            return await _store(house, filing, key, fingerprint, await prepare(house, filing, submission)), False
        except UnexpectedRowCount:
            # A twin of this request may have been faster: its answer is the answer.
            earlier = await idempotency.recall(house.database, filing.account_id, key, fingerprint)
            if earlier is not None:
                return earlier, True
            drawn = await owner_of(house, filing.draft)
            if drawn is not None and drawn.account_id == filing.account_id and drawn.case_id is not None:
                raise DraftSubmitted(_ALREADY, case_id=drawn.case_id) from None
            # A file that nobody had used for long was deleted a moment ago: the phone sends it once more.
            await check_files(house, filing.applicant.subject_id, submission.files)
            # Or somebody else applied for the same renewal a moment ago.
            if filing.renews is not None:
                await still_free(house, filing.renews.certificate_id)
            raise
        except UniqueViolation as error:
            if error.table == "idempotency":
                # A twin of this request was faster: its answer is the answer.
                earlier = await idempotency.recall(house.database, filing.account_id, key, fingerprint)
                if earlier is not None:
                    return earlier, True
            await check_draft(house, filing)
            if attempt == _QUERY_CODE_TRIES - 1:
                raise
    raise AssertionError("unreachable")


def rule_rows(
    case_id: str, lifecycle: Lifecycle, guide: Guide, state: CaseState, now: int, filed: Mapping[str, Any]
) -> list[Statement]:
    """What asks the worker to hold the item's table against a case; nothing where it has none, where a person was asked
    for, or where the table has left it to one. `filed` is what the first event of the case says.
    """
    if any(each.who == "rule" and each.clock is None and each.key in state.given_by for each in lifecycle.commands):
        return []
    offered = any(each.who == "rule" and state.state in each.from_ for each in lifecycle.commands)
    if guide.automatic is None or not offered or filed.get("by_person"):
        return []
    job = CaseRuleJob(case_id, state.version)
    return [outbox.enqueue(RULE_KIND, job, due=now, key=f"{RULE_KIND}:{case_id}:{state.version}")]


async def check_draft(house: House, filing: Filing) -> None:
    """Raises DraftSubmitted where the draft is a case already."""
    if filing.draft is not None:
        rows = await house.database.read(tables.case_of_draft(filing.account_id, filing.draft))
        if rows:
            raise DraftSubmitted(_ALREADY, case_id=rows[0]["id"])


async def _store(house: House, filing: Filing, key: str, fingerprint: str, ready: Prepared) -> str:
    now = house.time.now()
    receipt = Receipt(CaseName(ready.case_id, _NUMBER, ready.query_code, ready.item), rfc3339(now), ready.due)
    before, _, after = msgspec.json.encode(receipt).decode().partition(_NUMBER)
    batch = [*ready.batch]
    if (renewal := renew(house, filing.applicant.subject_id, ready.files)) is not None:
        batch.append(renewal)
    batch += filing.also(ready.case_id)
    serial_at = len(batch)
    batch += [
        ready.counter,
        ready.record,
        tables.remember_receipt(filing.account_id, key, fingerprint, ready.case_id, (before, after), now),
    ]
    rows = await house.database.commit(batch)
    house.wake.set()
    return f"{before}{ready.number(rows[serial_at][0]['value'])}{after}"


async def _prepared(
    house: House,
    filing: Filing,
    submission: Submission,
    guide: Guide,
    materials: list[dict[str, Any]],
    instead: Mapping[str, list[str]],
    files: list[FileInfo],
    project: str | None,
    now: int,
) -> Prepared:
    city, today, applicant, account = house.city, legal_day(now), filing.applicant, filing.account_id
    # A guide whose form the submission names has a lifecycle, too.
    lifecycle_hash = guide.lifecycle_hash or ""
    lifecycle = city.lifecycles[lifecycle_hash]
    renews = filing.renews
    office = office_of(guide, submission.values)
    data = {
        "item": guide.key,
        "guide_hash": guide.hash,
        "form_hash": submission.form_hash,
        "lifecycle_hash": lifecycle_hash,
        "department": office.department.code,
        "materials": materials,
        **{name: keys for name, keys in instead.items() if keys},
        **({} if applicant.party_id is None else {"party": applicant.party_id}),
        **({} if project is None else {"project": project}),
        **({"by_person": True} if submission.by_person else {}),
        **(
            {}
            if renews is None
            else {"renews": {"certificate": renews.certificate_id, "until": renews.until.isoformat()}}
        ),
        **filing.said,
    }
    received = filing.received(submission.values) if filing.received else None
    if received:
        data["office"] = received
    terms = terms_of(guide, house.calendar)
    decided = decide(lifecycle, CaseState(), Given("submit", data=data), Context(account, frozenset(), now), terms)
    if isinstance(decided, Refusal):
        raise GuideUnknown(decided.sentence.zh)
    fact: Fact = decided[0]
    state = evolve(lifecycle, CaseState(), fact)
    clock = before_certificate_ends(clock_of(guide, today, today, None, house.calendar), state)
    case_id, query_code = new_id(), new_query_code()
    vault, subject = house.vault, applicant.subject_id
    private = msgspec.json.encode(
        PrivateSubmission(
            submission.values,
            applicant.name or "",
            applicant.code or "",
            applicant.phone,
            applicant.representative,
        ),
        order="sorted",
    )
    told = kept(guide, lifecycle, command_of(lifecycle, "submit"), state, fact, house.calendar)
    event, to_seal = events.make(case_id, 1, fact.type, now, account, told, private)
    sealed = await vault.seal(subject, tables.private_place(event.id), to_seal or b"")
    street = submission.values.get("street")
    summary = msgspec.json.encode(Summary(applicant.name or "", applicant.phone))
    day, stem = today.isoformat(), f"{office.code}{today:%Y%m%d}"
    uploaded = {each["key"] for each in materials if each["source"] == "upload"}
    pages = {file.sha256: file.pages for file in files}
    links = [
        (material, place, sha256, pages.get(sha256, 1))
        for material, hashes in submission.files.items()
        # Of what a register holds nobody needs a picture.
        if material in uploaded
        for place, sha256 in enumerate(dict.fromkeys(hashes))
    ]
    batch: list[Statement] = [
        events.append(event),
        events.append_private(event.id, subject, sealed),
        outbox.enqueue(OUTBOX_KIND, CaseEventJob(case_id, 1), due=now, key=f"case.event:{case_id}:1"),
    ]
    batch += rule_rows(case_id, lifecycle, guide, state, now, fact.data)
    for register, rule in sorted({(each["register"], each["rule"]) for each in materials if each["source"] == "share"}):
        # The house itself looked into a register about this person: they read of it like of any other reader.
        looked = audit.record(
            at=now, actor="system", action="register-read", subject=subject, target=case_id, reason=f"{register} {rule}"
        )
        batch.append(looked)
    if links:
        batch.append(tables.add_files(case_id, links))
    batch += timer_rows(case_id, lifecycle, state, terms)
    if renews is not None:
        batch.append(claim(renews.certificate_id, case_id))
    return Prepared(
        case_id=case_id,
        item=ItemName(guide.key, guide.name),
        query_code=query_code,
        office=office.code,
        number_stem=stem,
        due=Due(clock.due, clock.basis),
        files=files,
        batch=batch,
        counter=tables.count_case(office.code, day),
        record=tables.add_record(
            case_id=case_id,
            number_stem=stem,
            item_code=office.code,
            day=day,
            query_code=query_code,
            account_id=account,
            subject_id=subject,
            item=guide.key,
            guide_hash=guide.hash,
            form_hash=submission.form_hash,
            lifecycle_hash=lifecycle_hash,
            department=office.department.code,
            street=street if isinstance(street, str) else None,
            state=state,
            at=now,
            due=clock.due.isoformat(),
            summary_sealed=await vault.seal(subject, tables.summary_place(case_id), summary),
            draft=filing.draft,
            party_id=applicant.party_id,
            capacity=filing.capacity,
            following=next_due(guide, lifecycle, state, terms, today),
            received_department=received,
            project=project,
            filing_id=filing.filing_id,
        ),
    )
