"""The cases room's use cases for applicants; the desk's are in desk.py."""

from __future__ import annotations

from backend.cases import tables
from backend.cases.commands import ConcurrentChange, already_given, fingerprint_of, give, stale
from backend.cases.records import own
from backend.cases.schemas import CaseList, CaseView, ResidentCommand
from backend.cases.sharing import notice, progress, visible_case
from backend.cases.submission import OUTBOX_KIND, CaseEventJob, submit
from backend.cases.views import case_view, summary_of
from backend.foundation import cursor
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import on_record

__all__ = [
    "OUTBOX_KIND",
    "CaseEventJob",
    "command",
    "list_cases",
    "notice",
    "progress",
    "read_case",
    "submit",
    "visible_case",
]

_RETRIES = 3


async def list_cases(house: House, actor: Actor, after: str | None, limit: int) -> CaseList:
    """A page of the actor's cases, newest first. Raises CursorInvalid."""
    before = cursor.decode(after, 1)[0] if after else None
    acting = actor.acting
    if acting is None:
        found = tables.cases_of(actor.account_id, actor.party_id, before, limit + 1)
    else:
        found = tables.cases_of_party(acting.party_id, sorted(acting.items), sorted(acting.cases), before, limit + 1)
    rows = await house.database.read(found)
    await on_record(house, actor, "acting.list", actor.applicant_party)
    city = house.city
    more = cursor.encode(rows[limit - 1]["id"]) if len(rows) > limit else None
    return CaseList([summary_of(city, row) for row in rows[:limit]], more)


async def read_case(house: House, actor: Actor, case_id: str) -> CaseView:
    """A case of the actor's own, or of whom they act for, which is on record then. Raises NotFound."""
    case = await own(house, actor, case_id)
    await on_record(house, actor, "acting.read", case_id)
    return await case_view(house, case, actor)


async def command(house: House, actor: Actor, case_id: str, key: str, given: ResidentCommand) -> tuple[CaseView, bool]:
    """Gives an applicant's command; the case afterwards, and whether it had been given before under this key.

    Applicants name no version: a command that meets another one halfway is judged again. Raises NotFound,
    NotAllowedNow, KeyReused, Stale.
    """
    fingerprint = fingerprint_of(house, case_id, given)
    for _ in range(_RETRIES):
        case = await own(house, actor, case_id)
        if await already_given(house, actor, key, fingerprint):
            return await case_view(house, case, actor), True
        try:
            await give(house, actor, case, given.command, key=key, fingerprint=fingerprint)
        except ConcurrentChange:
            continue
        return await read_case(house, actor, case_id), False
    raise stale(await read_case(house, actor, case_id))
