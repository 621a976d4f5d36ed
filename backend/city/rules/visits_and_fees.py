"""Rules on coming in person, on how far an item goes online, and on money."""

from __future__ import annotations

from collections.abc import Iterable

from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView

_ONLINE = {"2", "3"}
_POST = "4"
_WHOLLY_ONLINE = 4
_ONLINE_FROM = 3


@rule(
    "visits-without-reason",
    refuses="Visits without the reason why one has to come.",
    cure="Add visits_reason, or set visits: 0.",
)
def visits_without_reason(pack: PackView) -> Iterable[At]:
    """Whoever has to come in person is told why."""
    for pair in pack.pairs:
        if pair.office.visits > 0 and pair.office.visits_reason is None:
            yield At(pair.office_path, "/visits", f"{pair.office.visits} visits without a reason")


@rule(
    "depth-with-visits",
    refuses="Depth Ⅳ (全程网办) with visits.",
    cure="Set visits: 0 or a lower depth.",
)
def depth_with_visits(pack: PackView) -> Iterable[At]:
    """Depth Ⅳ is handled wholly online."""
    for pair in pack.pairs:
        if pair.office.visits > 0 and pair.office.depth == _WHOLLY_ONLINE:
            yield At(pair.office_path, "/depth", "depth 4 (全程网办) needs no visit, yet visits are asked for")


@rule(
    "no-way-to-apply",
    refuses="No visit, not applied for online (depth below Ⅲ) and not by post either.",
    cure="Raise the depth, add 4 to handle_types, or set visits with a reason.",
)
def no_way_to_apply(pack: PackView) -> Iterable[At]:
    """Without a visit there must be another way in."""
    for pair in pack.pairs:
        office = pair.office
        if office.visits == 0 and office.depth < _ONLINE_FROM and _POST not in office.handle_types:
            yield At(pair.office_path, "/visits", f"no visits, depth {office.depth}, and post is not taken")


@rule(
    "fillable-without-depth",
    refuses="A form for an item of depth Ⅰ or Ⅱ, or one handled neither on a computer (2) nor on a phone (3).",
    cure="Set depth: 3 or 4 and add 2 or 3 to handle_types, or remove the form.",
)
def fillable_without_depth(pack: PackView) -> Iterable[At]:
    """What can be filed online says so."""
    for pair in pack.pairs:
        if pair.base.form is None:
            continue
        if pair.office.depth < _ONLINE_FROM:
            yield At(pair.office_path, "/depth", f"there is a form, and the depth is {pair.office.depth}")
        elif not _ONLINE & set(pair.office.handle_types):
            yield At(pair.office_path, "/handle_types", "there is a form, and neither 2 nor 3 is in handle_types")


@rule(
    "depth-without-form",
    refuses="Depth Ⅲ or Ⅳ for an item without a form: it promises what cannot be done here.",
    cure="Add the form, or set depth: 1 or 2.",
)
def depth_without_form(pack: PackView) -> Iterable[At]:
    """A guide alone goes no further than depth Ⅱ."""
    for pair in pack.pairs:
        if pair.base.form is None and pair.office.depth >= _ONLINE_FROM:
            yield At(pair.office_path, "/depth", f"depth {pair.office.depth}, and no form to fill in")


@rule(
    "fee-without-basis",
    refuses="A fee without its legal basis.",
    cure="Add fee.basis, or set charged: no.",
    article=Article("优化营商环境条例第二十五条"),
)
def fee_without_basis(pack: PackView) -> Iterable[At]:
    """Nothing is charged without a legal basis."""
    for pair in pack.pairs:
        if pair.office.fee.charged and pair.office.fee.basis is None:
            yield At(pair.office_path, "/fee", "a fee is charged and no basis is named")
