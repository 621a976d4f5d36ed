"""What residents are told of a publication: the items and elements that differ, in words, and nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from backend.city.changes import MAXIMUM_ITEMS, changes_between, guide_changes
from backend.city.city import City
from backend.city.guide import Guide, GuideFee, named
from backend.city.structures import Limit, Text

GUIDE = City.load(Path(__file__).parents[3] / "city").items["residence-permit"].guide


def altered(**members: Any) -> Guide:
    return named(msgspec.structs.replace(GUIDE, **members))


def test_the_same_guide_has_no_changes() -> None:
    assert guide_changes(GUIDE, GUIDE) == []


@pytest.mark.parametrize(
    ("members", "element", "was", "now"),
    [
        ({"promised": Limit(8, "workday")}, "promised", "10 个工作日", "8 个工作日"),
        ({"promised": Limit(0, "workday")}, "promised", "10 个工作日", "当场办结"),
        (
            {"fee": GuideFee(True, Text("20 元", "20 yuan"), Text("某规定", "a rule"))},
            "fee",
            "不收费。首次申领不收费。补领、换领另收工本费",
            "收费。20 元（某规定）",
        ),
        (
            {"visits": 1, "visits_reason": Text("按指纹", "fingerprints")},
            "visits",
            "不用跑。全程在手机上办",
            "跑 1 次。按指纹",
        ),
        ({"statutory": None, "no_statutory": None}, "statutory", "15 天（居住证暂行条例第九条）", "法律没有规定"),
        ({"effective": "2027-01-01"}, "effective", GUIDE.effective, "2027-01-01"),
    ],
)
def test_a_fact_is_told_as_it_was_and_as_it_is(members: dict[str, Any], element: str, was: str, now: str) -> None:
    (change,) = guide_changes(GUIDE, altered(**members))
    assert (change.element, change.was and change.was.zh, change.now and change.now.zh) == (element, was, now)


def test_a_list_tells_what_was_added_removed_and_changed_in_itself() -> None:
    photo, proof, card = GUIDE.materials
    other = msgspec.structs.replace(photo, key="book", name=Text("户口簿", "Household register"))
    (change,) = guide_changes(
        GUIDE, altered(materials=[msgspec.structs.replace(photo, necessity="optional"), proof, other])
    )
    words = [[text.zh for text in texts] for texts in (change.added, change.removed, change.changed)]
    assert (change.element, words) == ("materials", [["户口簿"], [card.name.zh], [photo.name.zh]])


def test_another_order_of_the_documents_is_a_change_without_entries() -> None:
    (change,) = guide_changes(GUIDE, altered(materials=GUIDE.materials[::-1]))
    assert (change.element, change.added, change.removed, change.changed) == ("materials", [], [], [])


def test_how_the_office_works_is_told_as_procedure_and_every_member_of_a_guide_is_told_somehow() -> None:
    (change,) = guide_changes(GUIDE, altered(lifecycle_hash="0" * 64))
    assert change.element == "procedure"
    other: dict[type, Any] = {str: "other", int: 9, bool: not GUIDE.commitment_based}
    for field in msgspec.structs.fields(Guide):
        if field.name in ("hash", "key"):
            continue
        value = getattr(GUIDE, field.name)
        if isinstance(value, list):
            changed: Any = value[1:] if value else [Text("另", "other")]
        elif isinstance(value, bool | int | str):
            changed = other[type(value)] if type(value) in other and value != other[type(value)] else "2"
        elif value is None:
            changed = {"public_notice_days": 7, "audience": Text("另", "other")}.get(field.name, Text("另", "other"))
        else:
            changed = None if field.name in ("statutory", "remedies", "audience") else other_struct(value)
        if field.name in ("depth", "use_level", "task_type", "handle_area", "kind", "regime"):
            changed = {"depth": 3, "handle_area": "nation", "kind": "instant"}.get(field.name, "1")
        if field.name == "no_statutory" or (field.name == "visits_note" and GUIDE.visits_reason):
            continue
        assert guide_changes(GUIDE, msgspec.structs.replace(GUIDE, **{field.name: changed})), field.name


def other_struct(value: Any) -> Any:
    if isinstance(value, Text):
        return Text("另", "other")
    for field in msgspec.structs.fields(type(value)):
        member = getattr(value, field.name)
        if isinstance(member, Text):
            return msgspec.structs.replace(value, **{field.name: Text("另", "other")})
        if isinstance(member, int):
            return msgspec.structs.replace(value, **{field.name: member + 1})
    raise AssertionError(value)


def test_new_and_removed_items_are_told_by_name_and_many_are_counted() -> None:
    guides = {GUIDE.hash: GUIDE}
    items, more = changes_between({}, {"residence-permit": GUIDE.hash}, guides)
    assert ([(each.key, each.name, each.change) for each in items], more) == (
        [("residence-permit", GUIDE.name, "new")],
        0,
    )
    assert changes_between({"residence-permit": GUIDE.hash}, {}, guides)[0][0].change == "removed"
    many = {f"item-{number:04}": str(number) for number in range(MAXIMUM_ITEMS + 3)}
    items, more = changes_between({}, many, {})
    assert (len(items), more) == (MAXIMUM_ITEMS, 3)
