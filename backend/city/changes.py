"""What residents are told of a publication: which items are new, gone or changed, and what changed in them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

from backend.city import guide_words as words
from backend.city.guide import Guide
from backend.city.structures import Text

MAXIMUM_ITEMS = 200
"""Items that are told of one publication; of more only the number is."""
MAXIMUM_LISTED = 20


class ElementChange(msgspec.Struct, frozen=True):
    """An element of a guide that changed: as it was and is where it is one fact, else which entries were added, taken
    away or changed in themselves. A list in which only the order changed has none of these.
    """

    element: str
    name: Text
    was: Text | None = None
    now: Text | None = None
    added: list[Text] = []
    removed: list[Text] = []
    changed: list[Text] = []


class ItemChange(msgspec.Struct, frozen=True):
    """What became of an item; `elements` only of a changed one.

    `guide` and `guide_before` are the hashes of its guide since and before, null where there is none.
    """

    key: str
    name: Text
    change: Literal["new", "changed", "removed"]
    elements: list[ElementChange] = []
    guide: str | None = None
    guide_before: str | None = None


class PublicationChanges(msgspec.Struct, frozen=True):
    """A publication and what it changed. The first one has no `items`; `more` counts those that are not told."""

    hash: str
    published_at: int
    in_force_from: int
    first: bool
    count: int
    items: list[ItemChange]
    more: int = 0


_FACTS: Mapping[str, tuple[Text, Callable[[Guide], Text]]] = {
    "name": (Text("事项名称", "Name"), lambda guide: guide.name),
    "summary": (Text("说明", "In short"), lambda guide: guide.summary),
    "promised": (Text("承诺时限", "Promised time"), lambda guide: words.limit_words(guide.promised)),
    "statutory": (Text("法定时限", "Limit by law"), words.statutory_words),
    "fee": (Text("费用", "Fee"), words.fee_words),
    "visits": (Text("到现场次数", "Visits"), words.visits_words),
    "result": (Text("办理结果", "What you get"), words.result_words),
    "service_objects": (Text("谁能办", "Who can apply"), words.whom_words),
    "online": (Text("网上能办到哪一步", "How much is online"), words.online_words),
    "handling": (Text("在哪里提交", "Where to apply"), words.handling_words),
    "department": (Text("办理部门", "Department"), lambda guide: guide.department.name),
    "phones": (
        Text("电话", "Phones"),
        lambda guide: Text(
            f"咨询 {guide.consult_phone}，投诉 {guide.complaint_phone}",
            f"questions {guide.consult_phone}, complaints {guide.complaint_phone}",
        ),
    ),
    "code": (Text("事项编码", "Item code"), lambda guide: Text(guide.code, guide.code)),
    "effective": (Text("开始执行", "Applies from"), lambda guide: Text(guide.effective, guide.effective)),
    "remedies": (Text("不服怎么办", "If you disagree"), lambda guide: guide.remedies or Text("无", "none")),
}
_LISTS: Mapping[str, tuple[Text, Callable[[Guide], list[tuple[Text, object]]]]] = {
    "materials": (Text("材料", "Documents"), lambda guide: [(each.name, each) for each in guide.materials]),
    "conditions": (Text("条件", "Conditions"), lambda guide: [(each, each) for each in guide.conditions]),
    "steps": (Text("步骤", "Steps"), lambda guide: [(each.name, each.name) for each in guide.steps]),
    "legal_basis": (
        Text("法律依据", "Legal basis"),
        lambda guide: [(words.basis_words(each), each) for each in guide.legal_basis],
    ),
    "offices": (
        Text("办理地点和时间", "Places and hours"),
        lambda guide: [(each.department.name, words.office_words(each)) for each in guide.offices],
    ),
    "questions": (Text("常见问题", "Questions"), lambda guide: [(each.question, each) for each in guide.questions]),
}
# How the office works, which nobody reads one by one.
_WORKINGS = (
    "regime",
    "kind",
    "route_by",
    "level",
    "special_procedures",
    "procedures",
    "tasks",
    "joint",
    "commitment_based",
    "tolerant_acceptance",
    "tolerant_within",
    "public_notice_days",
    "handle_area",
    "use_level",
    "task_type",
    "project",
    "automatic",
    "renewal",
    "benchmark",
    "lifecycle_hash",
    "certificate_hash",
)
_FORM = Text("网上申请表", "Online form")
_PROCEDURE = Text("办理规程", "Procedure")


def guide_changes(before: Guide, after: Guide) -> list[ElementChange]:
    """What differs between two versions of a guide, in the order a reader asks."""
    found = []
    for element, (name, say) in _FACTS.items():
        was, now = say(before), say(after)
        if was != now:
            found.append(ElementChange(element, name, was, now))
    for element, (name, entries) in _LISTS.items():
        old, new = entries(before), entries(after)
        if old != new:
            added = [text for text, _ in new if text not in [each for each, _ in old]]
            removed = [text for text, _ in old if text not in [each for each, _ in new]]
            changed = [text for text, entry in new if text not in added and (text, entry) not in old]
            lists = [each[:MAXIMUM_LISTED] for each in (added, removed, changed)]
            found.append(ElementChange(element, name, None, None, *lists))
    if before.form_hash != after.form_hash:
        found.append(ElementChange("form", _FORM))
    if any(getattr(before, member) != getattr(after, member) for member in _WORKINGS):
        found.append(ElementChange("procedure", _PROCEDURE))
    return found


def changes_between(
    before: Mapping[str, str], after: Mapping[str, str], guides: Mapping[str, Guide]
) -> tuple[list[ItemChange], int]:
    """What became of the items between two packs (item key to guide hash), and how many more there are.

    `guides` holds the guides by hash; one that is missing is told by its key alone.
    """
    keys = sorted(key for key in before.keys() | after.keys() if before.get(key) != after.get(key))
    return [_item(key, before.get(key), after.get(key), guides) for key in keys[:MAXIMUM_ITEMS]], max(
        0, len(keys) - MAXIMUM_ITEMS
    )


def _item(key: str, before: str | None, after: str | None, guides: Mapping[str, Guide]) -> ItemChange:
    old = guides.get(before) if before else None
    new = guides.get(after) if after else None
    shown = new or old
    name = shown.name if shown else Text(key, key)
    if before is None:
        return ItemChange(key, name, "new", guide=after)
    if after is None:
        return ItemChange(key, name, "removed", guide_before=before)
    return ItemChange(key, name, "changed", guide_changes(old, new) if old and new else [], after, before)
