"""What a member that is no case yet will be filed with, and how that becomes an application once its turn has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from backend.bundles import rules, tables
from backend.cases.members import MemberCase, member_case
from backend.cases.schemas import Submission
from backend.city.city import City
from backend.city.structures import Bundle
from backend.foundation.database import Row
from backend.house import House
from backend.parties.service import Applicant


class Kept(msgspec.Struct, frozen=True):
    """What a waiting member will be filed with: answers, files, what was promised and asked for, and who applies."""

    values: dict[str, Any]
    files: dict[str, list[str]]
    applicant: Applicant
    capacity: str
    said: dict[str, Any]
    promise: bool = False
    project: str | None = None
    by_person: bool = False


async def opened(house: House, subject_id: str, filing_id: str, member: Row) -> Kept:
    """What a member that is no case yet will be filed with. Raises Erased."""
    sealed = bytes(member["sealed"])
    plain = await house.vault.open(subject_id, tables.sealed_place(filing_id, member["item"]), sealed)
    return msgspec.json.decode(plain, type=Kept)


async def stands_of(house: House, members: Sequence[Row]) -> dict[str, MemberCase | None]:
    """How far each member has come, by its item; None for one that is no case."""
    return {
        each["item"]: await member_case(house, each["case_id"]) if each["case_id"] is not None else None
        for each in members
    }


def application(
    city: City, bundle: Bundle, member: Row, kept: Kept, stands: Mapping[str, MemberCase | None]
) -> tuple[Submission, frozenset[str]]:
    """A member's application with what earlier members gave: the number of a result as an answer, and its paper.

    The second are the materials that the house itself has issued.
    """
    item, values = member["item"], dict(kept.values)
    for each in bundle.results:
        earlier = stands.get(each.of)
        if each.item == item and each.pointer and earlier is not None and earlier.identifier:
            values[each.pointer[1:]] = earlier.identifier
    issued = frozenset(
        material
        for material, of in rules.taken_materials(bundle, item).items()
        if (earlier := stands.get(of)) is not None and earlier.certificate
    )
    guide = city.guides[member["guide_hash"]]
    submission = Submission(
        item,
        guide.hash,
        guide.form_hash or "",
        values,
        kept.files,
        promise=kept.promise,
        project=kept.project,
        by_person=kept.by_person,
    )
    return submission, issued
