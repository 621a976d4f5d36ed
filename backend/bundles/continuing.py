"""A member whose turn has come and which the resident files: as it was filled in, or mended where it is wrong."""

from __future__ import annotations

from typing import Literal

import msgspec

from backend.bundles import tables
from backend.bundles.errors import MemberNotReady
from backend.bundles.kept import application, opened, stands_of
from backend.bundles.schemas import Continuation, MemberApplication
from backend.bundles.service import NO_FILING, bundle_of, filing_of, in_one_batch, own_filing, renewals
from backend.cases.counter import with_known
from backend.cases.errors import FilesMissing, FormInvalid, MaterialMissing
from backend.cases.schemas import ItemName, Submission
from backend.cases.submission import Filing, check_applicant, prepare
from backend.city.canonical import canonical
from backend.city.city import City
from backend.foundation import idempotency
from backend.foundation.database import UnexpectedRowCount, UniqueViolation
from backend.foundation.errors import NotFound, Problem
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.rules import facts_of
from backend.parties.service import Applicant, applicant_of, check_item, on_record


class _Turn(msgspec.Struct, frozen=True):
    """A ready member's application as it stands, and who files it for whom."""

    submission: Submission
    filing: Filing
    applicant: Applicant


async def read_member(house: House, actor: Actor, filing_id: str, item: str) -> MemberApplication:
    """What a ready member would be filed with now, and what keeps it from being filed; nothing is stored.

    Raises NotFound, MemberNotReady, MandateScope, Erased, and where the applicant may not apply, as `check_applicant`.
    """
    turn = await _turn(house, actor, filing_id, item)
    submission = _mended(house.city, turn, Continuation())
    errors: list[dict[str, str]] = []
    materials: list[str] = []
    detail: str | None = None
    try:
        await prepare(house, turn.filing, submission)
    except FormInvalid as error:
        errors = error.members["errors"]
    except MaterialMissing as error:
        materials = error.members["materials"]
    except FilesMissing as error:
        gone = set(error.members["missing"])
        materials = [key for key, hashes in submission.files.items() if gone & set(hashes)]
    except Problem as problem:
        detail = problem.detail
    guide = house.city.guides[submission.guide_hash]
    return MemberApplication(
        item=ItemName(guide.key, guide.name),
        guide_hash=submission.guide_hash,
        form_hash=submission.form_hash,
        values=submission.values,
        files=submission.files,
        errors=errors,
        materials=materials,
        detail=detail,
    )


def _may_be(kind: Literal["organisation", "child"], actor: Actor, applicant: Applicant) -> bool:
    if actor.acting is None:
        return False
    return actor.acting.capacity == "guardian" if kind == "child" else applicant.kind == "organisation"


async def continue_member(house: House, actor: Actor, filing_id: str, item: str, key: str, anew: Continuation) -> bool:
    """Files a ready member for whom the request acts; whether it had been done before under this key.

    A member of the filing's own applicant is filed by whoever may see the filing as this request acts; one that another
    applicant has to file, by whoever the filing is their own, while they act for that one. Raises NotFound,
    MemberNotReady, KeyReused, MandateScope, Erased, and as `submit`.
    """
    name = f"bundles.continue:{filing_id}:{item}{actor.applicant_party}"
    said = canonical(anew) if anew.values or anew.files else b""
    fingerprint = idempotency.fingerprint(house.vault, name, said)
    if await idempotency.recall(house.database, actor.account_id, key, fingerprint) is not None:
        return True
    turn = await _turn(house, actor, filing_id, item)
    ready = await prepare(house, turn.filing, _mended(house.city, turn, anew))
    now = house.time.now()
    try:
        await house.database.commit(
            [
                tables.member_filed(filing_id, item, "ready", ready.case_id, now),
                *renewals(house, [ready], turn.applicant.subject_id),
                *in_one_batch([ready]),
                idempotency.remember(actor.account_id, key, fingerprint, "{}", now),
            ]
        )
    except UnexpectedRowCount as error:
        # Somebody else of the applicant's side was faster, or a picture has just gone.
        raise MemberNotReady("这一项刚有了变化。请重新打开这次申请看一下。") from error
    except UniqueViolation as error:
        if error.table != "idempotency":
            raise
        return True
    house.wake.set()
    return False


async def _turn(house: House, actor: Actor, filing_id: str, item: str) -> _Turn:
    rows = await house.database.read(tables.filing_by_id(filing_id))
    if not rows:
        raise NotFound(NO_FILING)
    city = house.city
    bundle = bundle_of(city, rows[0]["bundle"])
    other = next((each for each in bundle.applicants if each.item == item), None)
    # For the child or the company one acts as oneself: the filing is the parent's, the founder's.
    asks = actor if other is None else msgspec.structs.replace(actor, acting=None)
    filing, members = await own_filing(house, asks, filing_id)
    member = next((each for each in members if each["item"] == item), None)
    if member is None:
        raise NotFound(NO_FILING)
    if member["state"] != "ready" or member["sealed"] is None:
        raise MemberNotReady("这一项现在还不能提交。请先看它在等哪一项。")
    applicant = await applicant_of(house, actor)
    if other is not None and not _may_be(other.kind, actor, applicant):
        raise MemberNotReady(f"{other.why.zh}。请先切换到那位申请人。")
    check_item(actor, item)
    await on_record(house, actor, "acting.read", filing_id)
    kept = await opened(house, filing["subject_id"], filing_id, member)
    submission, issued = application(city, bundle, member, kept, await stands_of(house, members))
    check_applicant(city.guides[member["guide_hash"]], applicant)
    whole = msgspec.structs.replace(filing_of(actor, applicant, None, filing_id), issued=issued)
    return _Turn(submission, whole, applicant)


def _mended(city: City, turn: _Turn, anew: Continuation) -> Submission:
    """The application with what is said anew; an answer of null is taken out."""
    submission, applicant = turn.submission, turn.applicant
    said = {**submission.values, **(anew.values or {})}
    values = with_known(
        city.forms[submission.form_hash].layout,
        {name: value for name, value in said.items() if value is not None},
        facts_of(city, applicant.kind, applicant.name, applicant.code, applicant.phone),
    )
    return msgspec.structs.replace(submission, values=values, files={**submission.files, **(anew.files or {})})
