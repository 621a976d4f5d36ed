"""A resident shows their draft at the counter: a code for a few minutes on the phone, and at the desk a visit with it.

The code is the proof that the resident is there and wants the draft seen; it works once. The clerk still looks at the
card. What becomes of the draft is one case, whichever of the two submits it first.
"""

from __future__ import annotations

import secrets

from backend.cases import counter_tables as tables
from backend.cases.counter import step_aside, taken_in_here, visit_for
from backend.cases.desk_schemas import CounterCode, CounterDraft, CounterDraftFile
from backend.cases.errors import CounterCodeUnknown, GuideUnknown, IdentityNeeded
from backend.cases.filled import every_field
from backend.city.structures import Layout
from backend.drafts.service import draft_shown, get_draft
from backend.files.service import owned_files
from backend.foundation.database import UnexpectedRowCount
from backend.foundation.identifiers import QUERY_CODE_ALPHABET
from backend.foundation.time_source import rfc3339
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import applicant_of
from backend.parties.window import applicant_at_window

CODE_LIFE = 10 * 60 * 1000
CODE_LENGTH = 12
"""Sixty random bits for ten minutes, tried by signed-in clerks only, who are counted."""
PREFIX = "ZBC:"
_UNKNOWN = "没有这个草稿码，或它已过时。请申请人在手机上重新出示。"


def code_in(text: str) -> str | None:
    """The code in what was scanned or typed; None where there is none. Pure."""
    plain = "".join(text.split()).upper().removeprefix(PREFIX).replace("-", "")
    plain = plain.translate(str.maketrans("OIL", "011"))
    return plain if len(plain) == CODE_LENGTH and all(each in QUERY_CODE_ALPHABET for each in plain) else None


async def show(house: House, actor: Actor, draft_id: str) -> CounterCode:
    """A code for a draft of the caller's, or of whom they act for; an earlier one of the draft ends.

    Raises NotFound, GuideUnknown (a bundle's draft), IdentityNeeded, Erased.
    """
    draft = await get_draft(house, actor, draft_id)
    item = house.city.items.get(draft.item)
    if item is None or item.guide.form_hash is None:
        raise GuideUnknown("这份草稿不能在窗口接着办。请在手机上提交。")
    applicant = await applicant_of(house, actor)
    if applicant.party_id is None:
        raise IdentityNeeded("到窗口出示前要先确认您是谁。您填的内容都还在。")
    code, now = "".join(secrets.choice(QUERY_CODE_ALPHABET) for _ in range(CODE_LENGTH)), house.time.now()
    sealed = await house.vault.seal(applicant.subject_id, tables.code_phone_place(draft_id), applicant.phone.encode())
    put = tables.put_code(
        draft_id,
        house.vault.blind_index("counter-code", code),
        actor.account_id,
        applicant.party_id,
        applicant.subject_id,
        sealed,
        now + CODE_LIFE,
    )
    await house.database.commit([tables.end_codes(now), put])
    return CounterCode("-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4)), rfc3339(now + CODE_LIFE))


async def open_shown(house: House, clerk: Actor, text: str) -> CounterDraft:
    """The draft that a code shows, with a visit of its applicant; the look is on record, and the code is used up.

    Raises CounterCodeUnknown, NotFound, NotHandledHere, OwnCase, ApplicantKindWrong, Erased.
    """
    code = code_in(text)
    index = house.vault.blind_index("counter-code", code or "")
    rows = await house.database.read(tables.code_of(index, house.time.now())) if code else []
    if not rows:
        raise CounterCodeUnknown(_UNKNOWN)
    row = rows[0]
    draft = await draft_shown(house, row["draft_id"], row["subject_id"])
    guide = taken_in_here(house.city, draft.item, clerk)
    await step_aside(house, clerk, {row["party_id"], row["account_id"]})
    place = tables.code_phone_place(row["draft_id"])
    phone = (await house.vault.open(row["subject_id"], place, bytes(row["phone_sealed"]))).decode()
    applicant = await applicant_at_window(house, row["party_id"], row["subject_id"], phone)
    visit, batch = await visit_for(house, clerk, guide, applicant, "desk.counter-draft", draft.id)
    try:
        await house.database.commit([tables.use_code(index), *batch])
    except UnexpectedRowCount as error:
        raise CounterCodeUnknown(_UNKNOWN) from error
    named = {file.sha256 for each in draft.files.values() for file in each}
    stored = await owned_files(house, row["subject_id"], named)
    form = house.city.forms.get(guide.form_hash or "")
    return CounterDraft(
        visit=visit,
        guide_hash=draft.guide_hash,
        form_hash=draft.form_hash,
        values=without_known(form.layout, draft.values) if form else {},
        files={
            material: [
                CounterDraftFile(file.sha256, file.name, file.size, file.media_type)
                for file in each
                if file.sha256 in stored
            ]
            for material, each in draft.files.items()
        },
        files_missing=len(named - set(stored)),
    )


def without_known(layout: Layout, values: dict[str, object]) -> dict[str, object]:
    """The answers without what the registers know, and without what the form no longer asks. Pure."""
    kept: dict[str, object] = {}
    known = set()
    for page in layout.pages:
        for field in every_field(page.fields):
            top = field.pointer.split("/")[1]
            if field.known:
                known.add(field.pointer)
            if top in values:
                kept[top] = values[top]
    for pointer in known:
        _drop(kept, pointer.split("/")[1:])
    return kept


def _drop(values: dict[str, object], steps: list[str]) -> None:
    *above, last = steps
    at: object = values
    for step in above:
        if not isinstance(at, dict) or step not in at:
            return
        if isinstance(at[step], dict):
            at[step] = dict(at[step])
        at = at[step]
    if isinstance(at, dict):
        at.pop(last, None)
