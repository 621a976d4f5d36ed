"""Rules on what applicants are asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView

_CATCH_ALL = re.compile(r"(其他|其它|相关|有关|所需)的?(材料|资料|证件|证明|文件)|材料等$|兜底")
_SHARING = Article("国务院关于在线政务服务的若干规定（国务院令第716号）第七条")
_TOLERANCE = Article("国务院关于加快推进政务服务标准化规范化便利化的指导意见（国发〔2022〕5号）")
_HANDED_OVER = {"onsite", "show", "surrender"}


@rule(
    "catch-all-material",
    refuses="A material that can mean anything (其他材料): it lets an office ask for anything.",
    cure="Name each document, or remove the material.",
    article=_TOLERANCE,
)
def catch_all_material(pack: PackView) -> Iterable[At]:
    """Materials by a name that names none."""
    for pair, position, material in pack.materials():
        if _CATCH_ALL.search(material.name.zh):
            yield At(pair.path, f"/materials/{position}/name", f"“{material.name.zh}” names no particular document")


@rule(
    "material-without-basis",
    refuses="A material without a legal basis of its own or one to inherit from its item.",
    cure="Give the item or the material its legal basis.",
    article=Article("优化营商环境条例第三十六条"),
)
def material_without_basis(pack: PackView) -> Iterable[At]:
    """Materials that inherit from nothing."""
    for pair in pack.pairs:
        if pair.base.legal_basis:
            continue
        for position, material in enumerate(pair.base.materials):
            if material.basis == "inherited":
                detail = f"“{material.name.zh}” inherits a legal basis, but the item has none"
                yield At(pair.path, f"/materials/{position}", detail)


@rule(
    "upload-where-share-suffices",
    refuses="A picture of a document that the city can obtain itself for every applicant.",
    cure="Set handover: share, and share_register.",
    article=_SHARING,
)
def upload_where_share_suffices(pack: PackView) -> Iterable[At]:
    """Uploads of what is shared: the material itself, or every one of its choices."""
    for pair, position, material in pack.materials():
        if material.handover != "upload":
            continue
        for_all = material.shared_certificate is not None and material.one_of is None
        every = bool(material.one_of) and all(choice.shared_certificate for choice in material.one_of or [])
        if for_all or every:
            detail = f"“{material.name.zh}” is asked for, though a share gives it for every applicant"
            yield At(pair.path, f"/materials/{position}/handover", detail)


@rule(
    "share-from-nowhere",
    refuses="A material obtained by sharing that names no register, or a register the pack does not have.",
    cure="Set share_register to a register with a file in registers/.",
    article=_SHARING,
)
def share_from_nowhere(pack: PackView) -> Iterable[At]:
    """Shares without a source."""
    for pair, position, material in pack.materials():
        register = material.share_register
        if material.handover == "share" and f"registers/{register}.yaml" not in pack.documents:
            detail = f"“{material.name.zh}” comes from {register or 'no register'}, which the pack does not have"
            yield At(pair.path, f"/materials/{position}/share_register", detail)


@rule(
    "tolerant-without-tolerance",
    refuses="A material that may follow later (容缺后补) in an item without tolerant acceptance (容缺受理).",
    cure="Set tolerant_acceptance: yes, or make the material required or optional.",
    article=_TOLERANCE,
)
def tolerant_without_tolerance(pack: PackView) -> Iterable[At]:
    """Tolerant materials of items that tolerate nothing."""
    for pair, position, material in pack.materials():
        if material.necessity == "tolerant" and not pair.base.tolerant_acceptance:
            detail = f"“{material.name.zh}” may follow later, but the item waits for everything"
            yield At(pair.path, f"/materials/{position}/necessity", detail)


@rule(
    "handover-without-visit",
    refuses="Something to be shown, given up or taken at a counter, in an item that needs no visit. Giving up by post"
    " (办理形式 4) is no visit.",
    cure="Set visits with a reason, hand the material over in another way, or add 4 to handle_types.",
)
def handover_without_visit(pack: PackView) -> Iterable[At]:
    """Materials that need a counter where nobody comes to one."""
    for pair in pack.pairs:
        if pair.office.visits > 0:
            continue
        for position, material in enumerate(pair.base.materials):
            posted = material.handover == "surrender" and "4" in pair.office.handle_types
            if material.handover in _HANDED_OVER and not posted:
                detail = f"“{material.name.zh}” is handed over by {material.handover}, yet there are no visits"
                yield At(pair.path, f"/materials/{position}/handover", detail)
