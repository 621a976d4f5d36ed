"""Filing at the counter: a clerk fills in the form for whoever stands there with their card.

The applicant is the party, found in the registers; the clerk is on record as who entered the case and may accept it,
not decide it. Files and answers lie under the applicant's key.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import msgspec

from backend.cases import counter_tables as tables
from backend.cases.counter_schemas import CounterFile, CounterFiling, MaskedFacts, Visit, VisitClaim
from backend.cases.engine import COUNTER
from backend.cases.errors import NotHandledHere, OwnCase
from backend.cases.filled import ABSENT, every_field, holds, member_at
from backend.cases.materials import Asked
from backend.cases.records import departments_of, division_of, handles
from backend.cases.schemas import Submission
from backend.cases.service import known_of
from backend.cases.submission import Filing, check_applicant, file, office_of, pinned
from backend.city.canonical import canonical
from backend.city.city import City
from backend.city.guide import Guide, GuideOffice
from backend.city.structures import Known, Layout
from backend.drafts.errors import DraftSubmitted
from backend.drafts.service import draft_shown, owner_of, submitted_elsewhere
from backend.files import service as files
from backend.foundation import audit, idempotency
from backend.foundation.database import Row, Statement
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.masking import mask_id_number, mask_name, mask_phone
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.identity.service import phone_of
from backend.parties.rules import facts_of
from backend.parties.service import Applicant, stands_for
from backend.parties.window import applicant_at_window, find_applicant, phone_given

VISIT_LIFE = 2 * 3600 * 1000
CAPACITY = "counter"
"""As what a clerk's account filed a case: neither its own, nor under a mandate."""


async def open_visit(house: House, clerk: Actor, claim: VisitClaim) -> Visit:
    """Finds the applicant and opens a visit for them; what the registers know is told masked. The look is on record.

    Raises NotFound (no such item that can be filed), NotHandledHere, PhoneInvalid, IdNumberInvalid, IdentityNotMatched,
    GuardianConsentNeeded, UsccInvalid, PartyNotMatched, ApplicantKindWrong, OwnCase.
    """
    guide = taken_in_here(house.city, claim.item, clerk)
    phone = phone_of(claim.phone)
    found = await find_applicant(house, claim.name, claim.id_number, claim.organisation)
    await step_aside(house, clerk, {found.party_id, *found.accounts})
    applicant = await applicant_at_window(house, found.party_id, found.subject_id, phone)
    visit, batch = await visit_for(house, clerk, guide, applicant, "desk.counter-opened")
    await house.database.commit(batch)
    return visit


async def visit_for(
    house: House, clerk: Actor, guide: Guide, applicant: Applicant, action: str, draft_id: str | None = None
) -> tuple[Visit, list[Statement]]:
    """A visit of an applicant who was found, with the batch that stores it and puts the look on record as `action`.

    Raises ApplicantKindWrong, Erased.
    """
    check_applicant(guide, applicant)
    now, visit_id = house.time.now(), new_id()
    ends_at = now + VISIT_LIFE
    sealed = await house.vault.seal(applicant.subject_id, tables.phone_place(visit_id), applicant.phone.encode())
    batch = [
        tables.end_visits(now),
        tables.add_visit(
            visit_id,
            account_id=clerk.account_id,
            party_id=applicant.party_id or "",
            subject_id=applicant.subject_id,
            item=guide.key,
            phone_sealed=sealed,
            at=now,
            ends_at=ends_at,
            draft_id=draft_id,
        ),
        audit.record(at=now, actor=clerk.account_id, action=action, subject=applicant.subject_id, target=visit_id),
    ]
    asked = Asked(applicant.kind, applicant.name or "", applicant.code or "")
    visit = Visit(
        id=visit_id,
        item=guide.key,
        kind=applicant.kind,
        ends_at=rfc3339(ends_at),
        facts=_masked(_facts(house, applicant)),
        materials=known_of(house.city, guide, asked, house.time.today()),
    )
    return visit, batch


async def read_file(house: House, clerk: Actor, visit_id: str, sha256: str) -> bytes:
    """A re-encoded JPEG of a paper of the visit's applicant that their draft names; the read is on record.

    Raises NotFound, Erased.
    """
    visit = await _visit(house, clerk, visit_id)
    draft = await draft_shown(house, visit["draft_id"] or "", visit["subject_id"])
    if all(sha256 != file.sha256 for named in draft.files.values() for file in named):
        raise NotFound("这份草稿里没有这个文件。")
    line = audit.record(
        at=house.time.now(),
        actor=clerk.account_id,
        action="desk.read-file",
        subject=visit["subject_id"],
        target=f"{visit_id}/{sha256}",
    )
    await house.database.commit([line])
    return await files.preview(house, visit["subject_id"], sha256)


def taken_in_here(city: City, item: str, clerk: Actor) -> Guide:
    """The guide of an item for which the clerk may take applications in. Raises NotFound, NotHandledHere."""
    found = city.items.get(item)
    if found is None or found.guide.form_hash is None:
        raise NotFound("没有这个事项，或它不能在这里录入。请重新查找。")
    if not receiver_of(city, found.guide, clerk):
        raise NotHandledHere(
            "这个事项不归您的部门办理。请引导申请人到办理窗口。", offices=_competent(found.guide.offices)
        )
    return found.guide


async def attach(house: House, clerk: Actor, visit_id: str, length: int, stream: AsyncIterator[bytes]) -> CounterFile:
    """Stores a photographed paper of `length` bytes as the applicant's own.

    Raises NotFound, FileRefused, UploadTooLarge, UploadQuotaReached.
    """
    visit = await _visit(house, clerk, visit_id)
    # The clerk's account sends it; whose it is, and under whose key, says the subject.
    hand = msgspec.structs.replace(clerk, subject_id=visit["subject_id"], staff=None)
    return CounterFile(await files.store_whole(house, hand, length, stream))


async def file_case(house: House, clerk: Actor, visit_id: str, key: str, filing: CounterFiling) -> tuple[str, bool]:
    """Makes the visit's case; gives the receipt as JSON text, and whether it is that of an earlier request.

    Raises KeyReused, NotFound, NotHandledHere (the office of the answers is another's), OwnCase, GuideUnknown,
    ApplicantKindWrong, FormInvalid, MaterialMissing, FilesMissing, DraftSubmitted (the visit has its case), Erased.
    """
    fingerprint = idempotency.fingerprint(house.vault, f"cases.counter{visit_id}", canonical(filing))
    earlier = await idempotency.recall(house.database, clerk.account_id, key, fingerprint)
    if earlier is not None:
        return earlier, True
    city, now = house.city, house.time.now()
    visit = await _visit(house, clerk, visit_id)
    sealed = bytes(visit["phone_sealed"])
    phone = (await house.vault.open(visit["subject_id"], tables.phone_place(visit_id), sealed)).decode()
    applicant = await applicant_at_window(house, visit["party_id"], visit["subject_id"], phone)
    await step_aside(house, clerk, {applicant.party_id})
    submission = Submission(
        visit["item"],
        filing.guide_hash,
        filing.form_hash,
        filing.values,
        filing.files,
        promise=filing.promise,
        project=filing.project,
        by_person=filing.by_person,
    )
    guide = pinned(city, submission)
    check_applicant(guide, applicant)
    values = with_known(city.forms[filing.form_hash].layout, filing.values, _facts(house, applicant))
    known_by = await phone_given(house, visit["party_id"], phone)
    shown = await owner_of(house, visit["draft_id"])
    if shown is not None and shown.case_id is not None:
        raise DraftSubmitted("申请人已经从手机上提交了这份草稿，不用再录入。", case_id=shown.case_id)

    def also(case_id: str) -> list[Statement]:
        line = audit.record(
            at=now, actor=clerk.account_id, action="desk.counter-filed", subject=applicant.subject_id, target=case_id
        )
        moved = [] if shown is None else submitted_elsewhere(shown, case_id, now)
        return [line, *known_by, *moved]

    def judged(answers: Mapping[str, Any]) -> None:
        _check_place(house, clerk, guide, answers)

    def received(answers: Mapping[str, Any]) -> str | None:
        return None if _is_in_charge(house, clerk, guide, answers) else receiver_of(city, guide, clerk)

    whole = Filing(
        account_id=clerk.account_id,
        applicant=applicant,
        capacity=CAPACITY,
        said=COUNTER,
        draft=visit_id,
        also=also,
        judged=judged,
        received=received,
    )
    return await file(house, whole, key, fingerprint, msgspec.structs.replace(submission, values=values))


def with_known(layout: Layout, values: Mapping[str, Any], facts: Mapping[Known, str | None]) -> dict[str, Any]:
    """The values with what is known of the applicant put in where a question asks for it and nothing was sent. Pure.

    What was sent in its place is left as it is, and judged like anyone's.
    """
    # Copied only along the way: what was sent may be nested deeper than anything should follow.
    filled = dict(values)
    for page in layout.pages:
        for field in every_field(page.fields):
            fact = facts.get(field.known) if field.known else None
            if fact is None or not holds(field.when, filled) or member_at(filled, field.pointer) is not ABSENT:
                continue
            *above, last = field.pointer.split("/")[1:]
            at: Any = filled
            for step in above:
                inner = at.get(step, {})
                if not isinstance(inner, dict):
                    break
                at[step] = dict(inner)
                at = at[step]
            else:
                at[last] = fact
    return filled


def _facts(house: House, applicant: Applicant) -> dict[Known, str | None]:
    return facts_of(house.city, applicant.kind, applicant.name, applicant.code, applicant.phone)


def _masked(facts: Mapping[Known, str | None]) -> MaskedFacts:
    """Enough to see that it is the person; what only the register has said does not leave it whole."""

    def shown(known: Known, mask: Any) -> str | None:
        fact = facts.get(known)
        return None if fact is None else str(mask(fact))

    return MaskedFacts(
        name=shown("name", mask_name),
        id_number=shown("id_number", mask_id_number),
        phone=shown("phone", mask_phone),
        birth_date=shown("birth_date", lambda day: f"{day[:4]}-**-**"),
        sex=facts.get("sex"),
        home=shown("home", lambda place: place[:3] + "***"),
        representative=shown("representative", mask_name),
    )


async def _visit(house: House, clerk: Actor, visit_id: str) -> Row:
    rows = await house.database.read(tables.visit_of(visit_id, clerk.account_id, house.time.now()))
    if not rows:
        raise NotFound("这次录入已结束。请重新查找申请人。")
    return rows[0]


async def step_aside(house: House, clerk: Actor, ids: set[str | None]) -> None:
    """Raises OwnCase when the clerk is the applicant, stands there for one, or acts for them elsewhere (回避)."""
    if ids & await stands_for(house, clerk):
        raise OwnCase("申请人是您本人，或由您代理。请由同事录入。")


def receiver_of(city: City, guide: Guide, clerk: Actor) -> str | None:
    """The department as which a clerk receives applications for an item: an office of it, or one at a counter of a hall
    where such an office receives people. None where they may not. Pure.
    """
    theirs = departments_of(city, clerk)
    offices = [each.department.code for each in guide.offices if each.department.code in theirs]
    if offices:
        own = clerk.staff.department if clerk.staff else ""
        return own if own in offices else offices[0]
    if not is_city_wide(guide) or clerk.staff is None or clerk.staff.department not in city.departments:
        return None
    key = city.departments[clerk.staff.department].key
    halls = {location.key for office in guide.offices for location in office.locations}
    listed = any(hall in city.locations and key in city.locations[hall].departments for hall in halls)
    return clerk.staff.department if listed else None


def is_city_wide(guide: Guide) -> bool:
    """Whether every competent office of the city takes in applications for the item (全市通办)."""
    return guide.handle_area != "district"


def _is_in_charge(house: House, clerk: Actor, guide: Guide, values: Mapping[str, Any]) -> bool:
    street = values.get("street")
    office = office_of(guide, values).department.code
    return handles(house.city, clerk, office, street if isinstance(street, str) else None)


def _check_place(house: House, clerk: Actor, guide: Guide, values: Mapping[str, Any]) -> None:
    if _is_in_charge(house, clerk, guide, values):
        return
    office = office_of(guide, values)
    # A clerk of one division only would not see again what they received for another.
    if not is_city_wide(guide) or division_of(clerk) is not None:
        raise NotHandledHere(
            f"按填写的地址，这件申请归{office.department.name.zh}办理，不能在这里受理。"
            "请检查地址，或引导申请人到那里的窗口。",
            offices=_competent([office]),
        )


def _competent(offices: Sequence[GuideOffice]) -> list[dict[str, Any]]:
    return [
        {
            "code": each.department.code,
            "name": {"zh": each.department.name.zh, "en": each.department.name.en},
            "phone": each.consult_phone,
        }
        for each in offices
    ]
