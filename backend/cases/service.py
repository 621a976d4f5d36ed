"""The cases room's use cases for applicants; the desk's are in desk.py."""

from __future__ import annotations

from datetime import date

from backend.cases import tables
from backend.cases.answering import saying_of
from backend.cases.commands import ConcurrentChange, already_given, fingerprint_of, give, stale
from backend.cases.materials import Asked, is_found, register_of
from backend.cases.records import own, private_submission
from backend.cases.schemas import CaseAnswers, CaseList, CaseView, KnownMaterial, KnownMaterials, ResidentCommand
from backend.cases.sharing import notice, progress, visible_case
from backend.cases.submission import OUTBOX_KIND, CaseEventJob, submit
from backend.cases.tables import OwnTab
from backend.cases.views import case_view, summary_of
from backend.city.city import City, Item
from backend.city.guide import Guide
from backend.city.structures import Register, Text
from backend.foundation import cursor
from backend.foundation.errors import NotFound
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import applicant_of, check_item, on_record

__all__ = [
    "OUTBOX_KIND",
    "CaseEventJob",
    "command",
    "known_materials",
    "list_cases",
    "notice",
    "progress",
    "read_answers",
    "read_case",
    "submit",
    "visible_case",
]

_RETRIES = 3


async def known_materials(house: House, actor: Actor, item: str) -> KnownMaterials:
    """Which of an item's shared materials the registers hold of the applicant; on record where it is somebody else.

    Raises NotFound, MandateScope.
    """
    city = house.city
    if item not in city.items:
        raise NotFound("没有这个事项。请从首页重新查找。")
    check_item(actor, item)
    applicant = await applicant_of(house, actor)
    await on_record(house, actor, "acting.applicant", applicant.party_id or "")
    asked = Asked(applicant.kind, applicant.name or "", applicant.code or "")
    return KnownMaterials(known_of(city, city.items[item].guide, asked, house.time.today()))


def known_of(city: City, guide: Guide, asked: Asked, today: date) -> list[KnownMaterial]:
    """Which of a guide's shared materials the registers hold of somebody, and by what they were asked."""
    words: dict[Register, tuple[Text, Text]] = {
        "population": (city.population.source, city.population.rule),
        "enterprises": (city.enterprises.source, city.enterprises.rule),
        "properties": (city.properties.source, city.properties.rule),
        "credit": (city.credit.source, city.credit.rule),
        "certificates": (city.held_certificates.source, city.held_certificates.rule),
    }
    found = []
    for material in guide.materials:
        if material.handover == "share":
            register = register_of(material, asked.kind)
            there = is_found(city, material, asked, today)
            found.append(KnownMaterial(material.key, there, register, *words[register]))
    return found


async def list_cases(
    house: House, actor: Actor, after: str | None, limit: int, *, tab: OwnTab = "all", sought: str = ""
) -> CaseList:
    """A page of the actor's cases, newest first: of a tab, with what is sought in number, query code or item's name.

    Raises CursorInvalid.
    """
    before = cursor.decode(after, 1)[0] if after else None
    acting = actor.acting
    wanted = _wanted(house, tab, sought.strip())
    if wanted is None:
        return CaseList([], None)
    if acting is None:
        found = tables.cases_of(actor.account_id, actor.party_id, before, limit + 1, wanted)
    else:
        found = tables.cases_of_party(
            acting.party_id, sorted(acting.items), sorted(acting.cases), before, limit + 1, wanted
        )
    rows = await house.database.read(found)
    await on_record(house, actor, "acting.list", actor.applicant_party)
    city = house.city
    more = cursor.encode(rows[limit - 1]["id"]) if len(rows) > limit else None
    return CaseList([summary_of(city, row) for row in rows[:limit]], more)


def _wanted(house: House, tab: OwnTab, sought: str) -> tables.Wanted | None:
    """What a list shall hold; None when no case can have what is looked for."""
    if not sought:
        return tables.Wanted(tab)
    # Query codes are shown in groups with a hyphen between them, and read out with blanks.
    code = "".join(sign for sign in sought.upper() if sign not in " -－—")
    code = code if code.isascii() and code.isalnum() else ""
    items = tuple(item.key for item in house.city.items.values() if _is_called(item, sought.casefold()))
    return tables.Wanted(tab, code, items) if code or items else None


def _is_called(item: Item, words: str) -> bool:
    """Whether an item's name, another name of it, or the first letters of its pinyin hold what was typed."""
    name = item.guide.name
    first = "".join(syllable[0] for syllable in item.pinyin.split())
    return any(words in each for each in (name.zh, name.en.casefold(), *item.aliases, first))


async def read_case(house: House, actor: Actor, case_id: str) -> CaseView:
    """A case of the actor's own, or of whom they act for, which is on record then. Raises NotFound."""
    case = await own(house, actor, case_id)
    await on_record(house, actor, "acting.read", case_id)
    return await case_view(house, case, actor)


async def read_answers(house: House, actor: Actor, case_id: str) -> CaseAnswers:
    """What was filled in for a case of the actor's own, or of whom they act for. Raises NotFound, Erased."""
    case = await own(house, actor, case_id)
    await on_record(house, actor, "acting.read", case_id)
    submission = await private_submission(house, case)
    return CaseAnswers(str(case.row["form_hash"]), submission.values)


async def command(house: House, actor: Actor, case_id: str, key: str, given: ResidentCommand) -> tuple[CaseView, bool]:
    """Gives an applicant's command; the case afterwards, and whether it had been given before under this key.

    Applicants name no version: a command that meets another one halfway is judged again. Raises NotFound,
    NotAllowedNow, CommandRefused, MaterialMissing, FormInvalid, FilesMissing, KeyReused, Stale.
    """
    fingerprint = fingerprint_of(house, case_id, given)
    for _ in range(_RETRIES):
        case = await own(house, actor, case_id)
        if await already_given(house, actor, key, fingerprint):
            return await case_view(house, case, actor), True
        try:
            saying = await saying_of(house, actor, case, given)
            await give(house, actor, case, given.command, key=key, fingerprint=fingerprint, saying=saying)
        except ConcurrentChange:
            continue
        return await read_case(house, actor, case_id), False
    raise stale(await read_case(house, actor, case_id))
