"""Rules on what an item says of itself: type, audience, legal basis, and what is the same in every office."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView
from backend.city.structures import Basis

# 十统一: the ten unified elements in Shanwei's words, and the members of a base item that hold them. 实施编码规则 is
# the rule `item-code`; 子项拆分 are the last three digits of the catalogue code.
TEN_UNIFIED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("基本编码", ("catalog_code",)),
    ("实施编码规则", ("use_level",)),
    ("事项名称", ("name",)),
    ("子项拆分", ("catalog_code",)),
    ("事项类型", ("task_type", "regime")),
    ("设定依据", ("legal_basis",)),
    ("办理流程", ("steps", "lifecycle")),
    ("办理时限", ("statutory", "no_statutory")),
    ("提交材料", ("materials",)),
    ("表单内容", ("form",)),
)
_UNIFIED_BY = Article("汕尾市加快推进一体化在线政务服务平台实施工作方案（实施清单“十统一”）", "H")
_NUMBER = re.compile(r"（[^（）]{0,60}）$|\([^()]{0,60}\)$")
_PERSON = "1"


@rule(
    "regime",
    refuses="Type, regime, lifecycle and catalogue code of an item that disagree.",
    cure="Make task_type, regime, lifecycle and the type inside the catalogue code agree.",
)
def regime(pack: PackView) -> Iterable[At]:
    """An item's type, its regime, its lifecycle's regime and its catalogue code say the same."""
    for pair in pack.pairs:
        base = pair.base
        said = {base.task_type, pack.regime_by_key[base.regime].task_type}
        if pair.own:
            said.add(base.catalog_code[2:4])
        if len(said) != 1 or base.regime not in pack.lifecycle_by_key[base.lifecycle or base.kind].regimes:
            detail = f"type {base.task_type}, regime {base.regime}, catalogue code {base.catalog_code} disagree"
            yield At(pair.path, "/task_type", detail)


@rule(
    "topic-audience",
    refuses="A topic that is not one of the audience: topics of persons and of organisations are two code sets.",
    cure="Use topic of whom the item serves; for both, topic of persons and corporate_topic of organisations.",
)
def topic_audience(pack: PackView) -> Iterable[At]:
    """Service objects and topics belong together (standards §2.2, §2.4)."""
    persons = {topic.code for topic in pack.topics if topic.audience == "person"}
    organisations = {topic.code for topic in pack.topics if topic.audience == "organisation"}
    for pair in pack.pairs:
        base = pair.base
        for_persons = _PERSON in base.service_objects
        for_organisations = len(set(base.service_objects) - {_PERSON}) > 0
        if base.topic not in (persons if for_persons else organisations):
            yield At(
                pair.path, "/topic", f"{base.topic} is no topic of {'persons' if for_persons else 'organisations'}"
            )
        both = for_persons and for_organisations
        if both != (base.corporate_topic is not None) or (both and base.corporate_topic not in organisations):
            detail = (
                f"corporate_topic is {base.corporate_topic or 'missing'}, and the item serves {base.service_objects}"
            )
            yield At(pair.path, "/corporate_topic", detail)


@rule(
    "office-element",
    refuses="An office that repeats something that is no element of the base item.",
    cure="Repeat members of base.yaml only; what an office decides itself stands outside `unified`.",
    article=_UNIFIED_BY,
)
def office_element(pack: PackView) -> Iterable[At]:
    """What is repeated is there to be repeated."""
    for pair in pack.pairs:
        for element in pair.office.unified:
            if element not in type(pair.base).__struct_fields__:
                yield At(pair.office_path, f"/unified/{element}", f"{element} is no element of the base item")


@rule(
    "office-deviates",
    refuses="An office that deviates from its base item in a unified element: "
    + "、".join(name for name, _ in TEN_UNIFIED)
    + ". Whatever else it repeats of the base must be equal too.",
    cure="Repeat the base's value, or leave it out.",
    article=_UNIFIED_BY,
)
def office_deviates(pack: PackView) -> Iterable[At]:
    """An office may not change what is unified."""
    names = {member: name for name, members in reversed(TEN_UNIFIED) for member in members}
    for pair in pack.pairs:
        if not pair.office.unified:
            continue
        members: dict[str, Any] = msgspec.to_builtins(pair.base)
        for element, value in pair.office.unified.items():
            if element in members and value != members[element]:
                said = f"{element}（{names[element]}）" if element in names else element
                yield At(pair.office_path, f"/unified/{element}", f"{said} differs from the base item")


@rule(
    "office-of-other-item",
    refuses="An office.yaml that says it belongs to another item.",
    cure="Correct item, or leave it out.",
)
def office_of_other_item(pack: PackView) -> Iterable[At]:
    """The two files of a folder belong together."""
    for pair in pack.pairs:
        if pair.office.item is not None and pair.office.item != pair.base.key:
            yield At(pair.office_path, "/item", f"{pair.office.item} is not {pair.base.key}")


def _relied_on(pack: PackView) -> Iterator[tuple[str, str, str]]:
    """Every text of law an item or a material names: file, pointer, title without its number."""
    for pair in pack.pairs:
        for position, basis in enumerate(pair.base.legal_basis):
            yield pair.path, f"/legal_basis/{position}", bare(basis.title.zh)
        if pair.base.benchmark is not None:
            yield pair.path, "/benchmark/basis", bare(pair.base.benchmark.basis.title.zh)
        for position, material in enumerate(pair.base.materials):
            if isinstance(material.basis, Basis):
                yield pair.path, f"/materials/{position}/basis", bare(material.basis.title.zh)


def bare(words: str) -> str:
    """A title without its number in brackets behind it and without quotation marks."""
    return _NUMBER.sub("", words.strip()).strip("《》 ")


@rule(
    "legal-basis-repealed",
    refuses="An item or material that relies on a text that is repealed.",
    cure="Name the text that is in force now (replaced_by in regulations.yaml), or withdraw the item.",
)
def legal_basis_repealed(pack: PackView) -> Iterable[At]:
    """Links to repealed texts break loudly."""
    today = pack.today.isoformat()
    repealed = {bare(each.title.zh): each for each in pack.regulations if each.repealed and each.repealed <= today}
    if not repealed:
        return
    for path, pointer, title in _relied_on(pack):
        if (found := repealed.get(title)) is not None:
            instead = f"; {found.replaced_by} replaces it" if found.replaced_by else ""
            yield At(path, pointer, f"{title} was repealed on {found.repealed}{instead}")


@rule(
    "legal-basis-unknown",
    refuses="A text of law that regulations.yaml does not list, so that its repeal would go unseen. Packs without that"
    " file are not asked.",
    cure="Add the text to regulations.yaml, or correct the title.",
    severity="warning",
)
def legal_basis_unknown(pack: PackView) -> Iterable[At]:
    """Every text that is relied on is watched."""
    known = {bare(each.title.zh) for each in pack.regulations}
    for path, pointer, title in _relied_on(pack) if known else ():
        if title not in known:
            yield At(path, pointer, f"{title} is not in regulations.yaml")


@rule(
    "review-overdue",
    refuses="An item whose day of review has passed.",
    cure="Look the item through, and set review_by anew.",
    severity="warning",
)
def review_overdue(pack: PackView) -> Iterable[At]:
    """Guides are looked through in time."""
    today = pack.today.isoformat()
    for pair in pack.pairs:
        if pair.office.review_by is not None and pair.office.review_by < today:
            yield At(pair.office_path, "/review_by", f"was to be reviewed by {pair.office.review_by}")
