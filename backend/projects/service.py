"""Investment projects: an organisation registers one, the house gives it its code, and cases name it (接件验码)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

from backend.city.city import City
from backend.city.structures import Text
from backend.foundation import cursor, idempotency
from backend.foundation.database import Row, UniqueViolation
from backend.foundation.errors import NotFound
from backend.foundation.identifiers import new_id
from backend.foundation.time_source import legal_day, rfc3339
from backend.house import House
from backend.identity.actor import Acting, Actor
from backend.parties.errors import ApplicantKindWrong, MandateScope
from backend.parties.service import applicant_of, on_record
from backend.projects import tables
from backend.projects.errors import (
    ProjectCodeInvalid,
    ProjectInvalid,
    ProjectNeeded,
    ProjectNotYours,
    ProjectUnknown,
)
from backend.projects.rules import check_code, normalise_code, stem_of
from backend.projects.schemas import Named, NewProject, Project, ProjectChoices, ProjectList

Demand = Literal["required", "optional", "none"]
_HIDDEN = "没有找到这个项目。请从“项目”重新打开。"
_SHAPE = "项目代码有误。它是 20 位数字，写成 2509-320193-89-01-544060 这样。请对照项目登记表再填。"


def choices(city: City) -> ProjectChoices:
    """Out of what a project's kind, industry and place are chosen: the code set of the pack and the districts."""
    return ProjectChoices(
        kinds=[Named(each.code, each.name) for each in city.project_codes.kinds],
        industries=[Named(each.code, each.name) for each in city.project_codes.industries],
        divisions=[Named(each.code, each.name) for each in city.districts],
    )


def _name_of(of: Sequence[Named], code: str) -> Named:
    # A pack that no longer names a code changes nothing about the projects that have it.
    return next((each for each in of if each.code == code), Named(code, Text(code, code)))


async def opened(house: House, row: Row) -> Project:
    """A project in clear. Raises Erased."""
    known = choices(house.city)
    name = await house.vault.open(row["subject_id"], tables.name_place(row["id"]), bytes(row["name_sealed"]))
    return Project(
        code=row["code"],
        name=name.decode(),
        kind=_name_of(known.kinds, row["kind"]),
        industry=_name_of(known.industries, row["industry"]),
        division=_name_of(known.divisions, row["division"]),
        investment=row["investment"],
        registered_at=rfc3339(row["registered_at"]),
    )


async def register(house: House, actor: Actor, key: str, asked: NewProject) -> tuple[Project, bool]:
    """Registers a project of the organisation the actor acts for; the project, and whether an earlier request made it.

    The code is the house's: nobody chooses one. Raises KeyReused, ApplicantKindWrong, MandateScope, ProjectInvalid.
    """
    said = msgspec.json.encode(asked, order="sorted")
    fingerprint = idempotency.fingerprint(house.vault, f"projects.register{actor.applicant_party}", said)
    earlier = await _earlier(house, actor, key, fingerprint)
    if earlier is not None:
        return earlier, True
    acting = await _acting_for_organisation(house, actor)
    if not acting.covers_everything:
        raise MandateScope("您的授权只包括指定的事项，不能登记项目。请让法定代表人登记，或重新授权。")
    name = _checked(house.city, asked)
    now, project_id = house.time.now(), new_id()
    stem = stem_of(legal_day(now), asked.division, asked.industry, asked.kind)
    added = tables.add_project(
        project_id=project_id,
        stem=stem,
        party_id=acting.party_id,
        subject_id=acting.subject_id,
        account_id=actor.account_id,
        kind=asked.kind,
        industry=asked.industry,
        division=asked.division,
        investment=asked.investment,
        name_sealed=await house.vault.seal(acting.subject_id, tables.name_place(project_id), name.encode()),
        at=now,
    )
    remembered = idempotency.remember(actor.account_id, key, fingerprint, f'"{project_id}"', now)
    try:
        await house.database.commit([tables.count_project(stem), added, remembered])
    except UniqueViolation:
        # A twin of this request was faster: its project is the project.
        earlier = await _earlier(house, actor, key, fingerprint)
        if earlier is None:
            raise
        return earlier, True
    row = (await house.database.read(tables.project_by_id(project_id)))[0]
    return await opened(house, row), False


async def _earlier(house: House, actor: Actor, key: str, fingerprint: str) -> Project | None:
    made = await idempotency.recall(house.database, actor.account_id, key, fingerprint)
    if made is None:
        return None
    return await opened(house, (await house.database.read(tables.project_by_id(made.strip('"'))))[0])


async def _acting_for_organisation(house: House, actor: Actor) -> Acting:
    applicant = await applicant_of(house, actor)
    if actor.acting is None or applicant.kind != "organisation":
        raise ApplicantKindWrong("项目由单位登记。请先切换到您代表的单位。", kind=applicant.kind)
    return actor.acting


def _checked(city: City, asked: NewProject) -> str:
    known = choices(city)
    lists = {"kind": known.kinds, "industry": known.industries, "division": known.divisions}
    wrong = [
        {"path": f"/{member}", "keyword": "enum"}
        for member, among in lists.items()
        if getattr(asked, member) not in {each.code for each in among}
    ]
    name = " ".join(asked.name.split())
    if len(name) < 2:
        wrong.append({"path": "/name", "keyword": "minLength"})
    if wrong:
        raise ProjectInvalid("有几处要改。请按提示重新选。", errors=wrong)
    return name


async def list_projects(house: House, actor: Actor, after: str | None, limit: int) -> ProjectList:
    """A page of the projects of the party that the request is made for, newest first. Raises CursorInvalid."""
    before = cursor.decode(after, 1)[0] if after else None
    party_id = _party_of(actor)
    if party_id is None or not _may_read(house, actor):
        return ProjectList([], None)
    rows = await house.database.read(tables.projects_of(party_id, before, limit + 1))
    await on_record(house, actor, "acting.projects", actor.applicant_party)
    more = cursor.encode(rows[limit - 1]["id"]) if len(rows) > limit else None
    return ProjectList([await opened(house, row) for row in rows[:limit]], more)


async def project_row(house: House, code: str) -> Row | None:
    """The row of a project by what was typed as its code. The caller judges who may see it."""
    rows = await house.database.read(tables.project_by_code(normalise_code(code)))
    return rows[0] if rows else None


def _party_of(actor: Actor) -> str | None:
    return actor.party_id if actor.acting is None else actor.acting.party_id


def _may_read(house: House, actor: Actor) -> bool:
    """Whether the party's projects are the actor's business: of a mandate's items, one has to ask for a project."""
    if actor.acting is None or actor.acting.covers_everything:
        return True
    guides = (house.city.items[key].guide for key in actor.acting.items if key in house.city.items)
    return any(each.project != "none" for each in guides)


async def own_project(house: House, actor: Actor, code: str) -> Row:
    """A project of the party that the request is made for. Raises NotFound, also for other people's."""
    row = await project_row(house, code)
    if row is None or row["party_id"] != _party_of(actor) or not _may_read(house, actor):
        raise NotFound(_HIDDEN)
    return row


async def verified(house: House, demand: Demand, said: str | None, party_id: str | None) -> str | None:
    """The code under which an application is filed, judged as the item asks for it; None where there is none.

    Raises ProjectNeeded, ProjectCodeInvalid, ProjectUnknown, ProjectNotYours.
    """
    if said is None or not said.strip():
        if demand == "required":
            raise ProjectNeeded("这个事项要在投资项目下办理。请选一个项目，还没有的先登记。您填的内容都还在。")
        return None
    code = normalise_code(said)
    if demand == "none":
        raise ProjectCodeInvalid("这个事项不用项目代码。请重新打开事项再提交。", error="not-asked")
    if (error := check_code(code)) is not None:
        raise ProjectCodeInvalid(_SHAPE, error=error)
    row = await project_row(house, code)
    if row is None:
        raise ProjectUnknown("本市没有这个项目代码。请核对；还没有登记的项目，先在“项目”里登记。")
    if party_id is None or row["party_id"] != party_id:
        raise ProjectNotYours("这个代码是别的单位的项目。请选本单位的项目，或切换申请人。")
    return code
