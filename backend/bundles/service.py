"""The bundles room's use cases: the merged form, filing it as several cases, and seeing them as one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from backend.bundles import rules, tables
from backend.bundles.kept import Kept
from backend.bundles.schemas import BundleForm, MergedForm
from backend.cases.errors import FormInvalid, GuideUnknown, MaterialMissing
from backend.cases.schemas import ItemName, Submission
from backend.cases.submission import (
    Filing,
    Prepared,
    check_applicant,
    check_draft,
    check_files,
    check_number,
    prepare,
)
from backend.city import questionnaire
from backend.city.canonical import canonical
from backend.city.city import City
from backend.city.structures import Bundle
from backend.drafts.service import submitted
from backend.files.service import renew
from backend.foundation import idempotency
from backend.foundation.database import Row, Statement, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import Applicant, applicant_of, check_item, on_behalf_of

_NO_BUNDLE = "没有这件事。请从首页重新查找。"
NO_FILING = "没有找到这次申请。请从“我的办件”重新打开。"
_TRIES = 5


def bundle_of(city: City, key: str) -> Bundle:
    """A bundle of the city. Raises NotFound."""
    if key not in city.bundles:
        raise NotFound(_NO_BUNDLE)
    return city.bundles[key]


def bundle_form(city: City, key: str, items: Sequence[str]) -> BundleForm:
    """The merged form of these items of a bundle, or of its members when none is named. Raises NotFound."""
    bundle = bundle_of(city, key)
    wanted = items or bundle.members
    every = rules.members_of(city, bundle)
    members = [each for each in every if each.item in wanted]
    if not members or set(wanted) - set(questionnaire.in_order(bundle)):
        raise NotFound(_NO_BUNDLE)
    members = [each for key in questionnaire.in_order(bundle, wanted) for each in members if each.item == key]
    placed, whole = rules.placings(bundle, every), rules.hash_of(bundle, every)
    form = rules.merged(bundle, members, placed)
    return BundleForm(
        hash=whole,
        items=[ItemName(each.item, each.guide.name) for each in members],
        guide=rules.merged_guide(bundle, members, placed, whole),
        form=MergedForm(form.hash, form.schema, form.layout),
        materials={each.item: placed[each.item].materials for each in members},
    )


async def submit(house: House, actor: Actor, key: str, bundle_key: str, submission: Submission) -> tuple[str, bool]:
    """Files a bundle: all members that wait for none become cases in one batch, or nothing is stored.

    Gives the filing's id and whether it is that of an earlier request. Raises NotFound, and as a
    single submission does.
    """
    bundle = bundle_of(house.city, bundle_key)
    name = f"bundles.submit:{bundle_key}{actor.applicant_party}"
    fingerprint = idempotency.fingerprint(house.vault, name, canonical(submission))
    earlier = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
    if earlier is not None:
        return _id_in(earlier), True
    now = house.time.now()
    every = rules.members_of(house.city, bundle)
    if submission.item != f"{questionnaire.ITEM}{bundle.key}" or submission.guide_hash != rules.hash_of(bundle, every):
        raise GuideUnknown("这件事的办事指南刚更新过。请重新打开核对，您填的内容都还在。")
    await check_number(house, actor, now)
    items = questionnaire.chosen(bundle, submission.values)
    members = rules.members_of(house.city, bundle, items)
    for member in members:
        check_item(actor, member.item)
    applicant = await applicant_of(house, actor)
    for _ in range(_TRIES):
        filing_id = new_id()
        batch, first = await _batch(house, actor, applicant, bundle, members, submission, filing_id)
        if submission.draft:
            batch.append(submitted(submission.draft, actor.account_id, first, now, party_id=actor.applicant_party))
        reply = msgspec.json.encode({"filing": filing_id}).decode()
        batch.append(idempotency.remember(actor.account_id, key, fingerprint, reply, now))
        try:
            await house.database.commit(batch)
        except UniqueViolation as error:
            if error.table == "idempotency":
                earlier = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
                if earlier is not None:
                    return _id_in(earlier), True
            if submission.draft:
                await check_draft(house, filing_of(actor, applicant, submission.draft, filing_id))
            continue
        house.wake.set()
        return filing_id, False
    raise AssertionError("query codes of five filings in a row were all taken")


def _id_in(reply: str) -> str:
    return str(msgspec.json.decode(reply)["filing"])


def filing_of(actor: Actor, applicant: Applicant, draft: str | None, filing_id: str) -> Filing:
    """Who files a case of a filing, for whom, and out of which draft."""
    return Filing(
        account_id=actor.account_id,
        applicant=applicant,
        capacity=actor.acting.capacity if actor.acting else "self",
        said=on_behalf_of(actor),
        draft=draft,
        also=lambda case_id: [],
        filing_id=filing_id,
    )


async def _batch(
    house: House,
    actor: Actor,
    applicant: Applicant,
    bundle: Bundle,
    members: Sequence[rules.Member],
    submission: Submission,
    filing_id: str,
) -> tuple[list[Statement], str]:
    """Everything that a filing stores, and the id of its first case."""
    now = house.time.now()
    placed = rules.placings(bundle, rules.members_of(house.city, bundle))
    here = {each.item for each in members}
    others = {each.item for each in bundle.applicants}
    prepared: list[Prepared] = []
    rows: list[Statement] = []
    uploads: dict[str, list[str]] = {}
    for place, member in enumerate(members):
        taken = rules.taken_materials(bundle, member.item)
        values = rules.split(member, placed[member.item], submission.values)
        files = rules.split_files(member, placed[member.item], submission.files, taken)
        own = _submission(member, values, files, submission)
        uploads.update({f"{member.item}/{key}": hashes for key, hashes in files.items()})
        before = [each for each in questionnaire.predecessors(bundle, member.item) if each in here]
        state: tables.MemberState = "waiting" if before else "ready" if member.item in others else "filed"
        case_id, sealed = None, None
        if state == "filed":
            check_applicant(member.guide, applicant)
            draft = None if prepared else submission.draft
            filing = filing_of(actor, applicant, draft, filing_id)
            ready = await _prepared(house, filing, member, placed[member.item], own)
            prepared.append(ready)
            case_id = ready.case_id
        else:
            if member.item not in others:
                check_applicant(member.guide, applicant)
            kept = Kept(
                values,
                files,
                applicant,
                _capacity(actor),
                on_behalf_of(actor),
                promise=own.promise,
                project=own.project,
                by_person=own.by_person,
            )
            plain = msgspec.json.encode(kept)
            sealed = await house.vault.seal(applicant.subject_id, tables.sealed_place(filing_id, member.item), plain)
        rows.append(
            tables.add_member(
                filing_id,
                member.item,
                place=place,
                state=state,
                waits_for=",".join(before),
                guide_hash=member.guide.hash,
                case_id=case_id,
                at=now,
                sealed=sealed,
            )
        )
    if not prepared:
        raise GuideUnknown("这件事现在没有可以马上提交的事项。请重新打开核对。")
    stored = {each.sha256: each for each in await check_files(house, applicant.subject_id, uploads)}
    batch = [
        tables.add_filing(
            filing_id,
            bundle=bundle.key,
            account_id=actor.account_id,
            subject_id=applicant.subject_id,
            party_id=applicant.party_id,
            capacity=_capacity(actor),
            at=now,
        ),
        *rows,
    ]
    if (renewal := renew(house, applicant.subject_id, list(stored.values()))) is not None:
        batch.append(renewal)
    return [*batch, *in_one_batch(prepared)], prepared[0].case_id


async def _prepared(
    house: House, filing: Filing, member: rules.Member, placing: rules.Placing, submission: Submission
) -> Prepared:
    """As `prepare`; what is wrong is told where it stands in the merged form."""
    try:
        return await prepare(house, filing, submission)
    except FormInvalid as error:
        faults = [{**each, "path": rules.merged_path(placing, each["path"])} for each in error.members["errors"]]
        raise FormInvalid(error.detail, errors=faults) from None
    except MaterialMissing as error:
        keys = [placing.materials.get(each, each) for each in error.members["materials"]]
        raise MaterialMissing(error.detail, **{**error.members, "materials": keys}) from None


def in_one_batch(prepared: Iterable[Prepared]) -> list[Statement]:
    """What stores several cases at once. Counters last and in one order everywhere, so that no two batches lock."""
    cases = list(prepared)
    batch = [statement for each in cases for statement in each.batch]
    for each in sorted(cases, key=lambda case: case.office):
        batch += [each.counter, each.record]
    return batch


def renewals(house: House, prepared: Iterable[Prepared], subject_id: str) -> list[Statement]:
    """For the batch of cases that take a subject's files: makes sure that the old ones stay."""
    files = {file.sha256: file for each in prepared for file in each.files}
    renewal = renew(house, subject_id, list(files.values()))
    return [] if renewal is None else [renewal]


def _capacity(actor: Actor) -> str:
    return actor.acting.capacity if actor.acting else "self"


def _submission(
    member: rules.Member, values: dict[str, Any], files: Mapping[str, list[str]], whole: Submission
) -> Submission:
    guide = member.guide
    return Submission(
        member.item,
        guide.hash,
        guide.form_hash or "",
        values,
        dict(files),
        promise=whole.promise,
        # An item that asks for no project refuses one.
        project=whole.project if guide.project != "none" else None,
        by_person=whole.by_person,
    )


async def own_filing(house: House, actor: Actor, filing_id: str) -> tuple[Row, list[Row]]:
    """A filing of the caller's own, or of the party it acts for, with its members.

    Raises NotFound, also for other people's.
    """
    rows = await house.database.read(tables.filing_by_id(filing_id))
    members = await house.database.read(tables.members_of(filing_id)) if rows else []
    if not rows or not is_own(actor, rows[0], members):
        raise NotFound(NO_FILING)
    return rows[0], members


def is_own(actor: Actor, row: Row, members: Iterable[Row]) -> bool:
    """Whether a filing is the caller's own, or of the party they act for, all its items within the mandate."""
    if actor.acting is not None:
        within = all(actor.acting.covers_item(each["item"]) for each in members)
        return row["party_id"] == actor.acting.party_id and within
    if row["account_id"] == actor.account_id and row["capacity"] == "self":
        return True
    return row["party_id"] is not None and row["party_id"] == actor.party_id
