"""A project's page: its facts and its cases, for whom it belongs to and for the departments that handle one of them."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from backend.cases import tables
from backend.cases.records import handles, is_own
from backend.cases.schemas import CaseSummary
from backend.cases.views import summary_of
from backend.foundation import audit, cursor
from backend.foundation.database import Row
from backend.foundation.errors import NotFound
from backend.house import House
from backend.identity.actor import Actor
from backend.parties.service import on_record
from backend.projects.schemas import Project
from backend.projects.service import opened, own_project, project_row

_BATCH = 200


class ProjectPage(msgspec.Struct, frozen=True):
    """A project and a page of its cases, newest first, as far as the caller may see them."""

    project: Project
    cases: list[CaseSummary]
    next: str | None


async def project_page(house: House, actor: Actor, code: str, after: str | None, limit: int) -> ProjectPage:
    """A project with its cases. Its organisation sees those within the mandate, a department those of its scope.

    A department without a case of the project sees no project. A read by anyone but the organisation itself is on
    record. Raises NotFound, CursorInvalid, Erased.
    """
    before = cursor.decode(after, 1)[0] if after else None
    if actor.staff is None:
        row = await own_project(house, actor, code)
        await on_record(house, actor, "acting.project", row["id"])
        cases = await _cases(house, row["code"], before, limit, lambda case: is_own(actor, case))
    else:
        city = house.city
        found = await project_row(house, code)

        def seen(case: Row) -> bool:
            return handles(city, actor, case["department"], case["street"])

        if found is None or not await _cases(house, found["code"], None, 1, seen):
            raise NotFound("没有找到这个项目，或它没有归您的部门办理的办件。")
        row = found
        cases = await _cases(house, row["code"], before, limit, seen)
        line = audit.record(
            at=house.time.now(),
            actor=actor.account_id,
            action="desk.project",
            subject=row["subject_id"],
            target=row["id"],
        )
        await house.database.commit([line])
    more = cursor.encode(cases[limit - 1]["id"]) if len(cases) > limit else None
    return ProjectPage(await opened(house, row), [summary_of(house.city, each) for each in cases[:limit]], more)


async def _cases(house: House, code: str, before: str | None, limit: int, seen: Callable[[Row], bool]) -> list[Row]:
    """One more than `limit` of the cases of a project that may be seen, from before one of them."""
    found: list[Row] = []
    while len(found) <= limit:
        rows = await house.database.read(tables.cases_of_project(code, before, _BATCH))
        found += [each for each in rows if seen(each)]
        if len(rows) < _BATCH:
            break
        before = rows[-1]["id"]
    return found[: limit + 1]
