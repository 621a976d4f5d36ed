"""What an applicant promises instead of handing it in: a material that comes later (容缺), or a statement in place of a
proof (告知承诺). Neither is open to whoever has a record against them. Pure, over the registers of the City.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from backend.cases.errors import CommitmentClosed, MaterialMissing
from backend.cases.filled import every_field, member_at
from backend.cases.schemas import Submission
from backend.cases.terms import tolerant_of
from backend.city.city import City
from backend.city.guide import Guide


def left_out(guide: Guide, materials: list[dict[str, Any]]) -> list[str]:
    """The materials that may come later (容缺) and are not there."""
    there = {each["key"] for each in materials}
    tolerant = tolerant_of(guide)
    return [each.key for each in guide.materials if each.key in tolerant and each.key not in there]


def has_record(city: City, code: str | None, today: date, kinds: frozenset[str]) -> bool:
    """Whether a public credit record of one of these kinds stands against a number today."""
    return any(
        each.holder == code and each.kind in kinds and (each.until is None or each.until >= today.isoformat())
        for each in city.credit.records
    )


def check_promise(
    city: City, guide: Guide, submission: Submission, code: str | None, missing: list[str], today: date
) -> None:
    """What may come later does so on a promise only, and not from whoever has a bad record. Raises MaterialMissing."""
    if not missing:
        return
    names = "、".join(each.name.zh for each in guide.materials if each.key in missing)
    if not submission.promise:
        raise MaterialMissing(f"还缺：{names}。请补上，或者承诺以后补交。", materials=missing, promise="open")
    if has_record(city, code, today, frozenset({"bad", "serious"})):
        raise MaterialMissing(
            f"还缺：{names}。您有失信记录，不能承诺后补，请补上再提交。", materials=missing, promise="closed"
        )


def commitments_in(city: City, guide: Guide, form_hash: str, values: Mapping[str, Any]) -> list[str]:
    """The materials in whose place the answers give a commitment, in the guide's order."""
    given = {
        field.material
        for page in city.forms[form_hash].layout.pages
        for field in every_field(page.fields)
        if field.control == "checkbox" and field.material and member_at(values, field.pointer) is True
    }
    return [each.key for each in guide.materials if each.handover == "commitment" and each.key in given]


def check_commitment(city: City, guide: Guide, commitments: list[str], code: str | None, today: date) -> None:
    """A commitment in place of proof is not open to whoever has a serious record, an untrue commitment among them.

    Raises CommitmentClosed.
    """
    if commitments and has_record(city, code, today, frozenset({"serious"})):
        names = "、".join(each.name.zh for each in guide.materials if each.key in commitments)
        raise CommitmentClosed(
            f"您有严重失信记录，“{names}”不能用承诺代替。请带证明到窗口办，填好的内容都还在。", materials=commitments
        )
