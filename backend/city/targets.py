"""How far a pack is from the targets of a plan, pure: what the catalogue says now, and who can say the rest later."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec

from backend.city.city import City, Item
from backend.city.guide import Guide
from backend.city.structures import Limit, Plan, Target

State = Literal["measured", "later", "not-ours"]
_PUBLIC_SERVICE = "20"
# 依申请办理的六类事项: permits, benefits, confirmations, rewards, adjudication, other powers (standards §2.2).
_SIX_KINDS = frozenset({"01", "05", "07", "08", "09", "10"})
_WHOLLY_ONLINE = 4
_WORKDAYS_A_WEEK, _DAYS_A_WEEK = 5, 7


class Outcome(msgspec.Struct, frozen=True):
    """What is said of one target. `missing` are the keys of the items (or bundles, life events) that fall short.

    `later` targets are measured from cases or settings, `not-ours` by nothing in this product; `note` says how.
    """

    measure: str
    name: str
    wanted: int
    unit: str
    at_least: bool
    by: str
    state: State
    value: int | None
    met: bool | None
    missing: list[str]
    note: str


@dataclass(frozen=True)
class _Found:
    """A value, and what keeps it from being better."""

    value: int
    missing: list[str]
    note: str


_Measure = Callable[[City, Sequence[Item], Target], _Found | None]


def outcomes(city: City, plan: Plan) -> list[Outcome]:
    """What the pack says of each target of a plan, in the plan's order."""
    return [_outcome(city, target) for target in plan.targets]


def _outcome(city: City, target: Target) -> Outcome:
    def said(state: State, value: int | None, met: bool | None, missing: list[str], note: str) -> Outcome:
        return Outcome(
            target.measure, target.name.zh, target.value, target.unit, target.at_least, target.by,
            state, value, met, missing, note,
        )  # fmt: skip

    if target.measure in NOT_OURS:
        return said("not-ours", None, None, [], NOT_OURS[target.measure])
    measure = MEASURED.get(target.measure)
    if measure is None:
        return said("later", None, None, [], LATER.get(target.measure, "no measure of this name is known"))
    items, scope = _in_scope(list(city.items.values()), target)
    found = measure(city, items, target)
    if found is None:
        return said("later", None, None, [], "the pack has nothing yet that this target is about")
    met = found.value >= target.value if target.at_least else found.value <= target.value
    return said("measured", found.value, met, [] if met else found.missing, f"{found.note}{scope}")


def _in_scope(items: list[Item], target: Target) -> tuple[list[Item], str]:
    """The items a target counts, by the words of its scope, and the words that say so."""
    words = target.scope.zh if target.scope else ""
    if "个人" in words:
        return [each for each in items if each.guide.serves("person")], "; items for persons"
    if "企" in words or "法人" in words:
        return [each for each in items if each.guide.serves("organisation")], "; items for organisations"
    if "六类" in words:
        return [each for each in items if each.guide.task_type in _SIX_KINDS], "; the six kinds handled on application"
    return items, f"; counted over all items, though the plan says {words}" if words else ""


def _share(items: Sequence[Item], fits: Callable[[Guide], bool], note: str) -> _Found | None:
    """Per cent of the items that fit, rounded down: a target is not met by rounding."""
    if not items:
        return None
    missing = [each.key for each in items if not fits(each.guide)]
    return _Found(100 * (len(items) - len(missing)) // len(items), missing, f"{note}, of {len(items)} items")


def _share_of(note: str, fits: Callable[[Guide], bool]) -> _Measure:
    return lambda _city, items, _target: _share(items, fits, note)


def workdays(limit: Limit) -> int:
    """A limit in working days of weeks without holidays, rounded up."""
    return limit.value if limit.unit == "workday" else math.ceil(limit.value * _WORKDAYS_A_WEEK / _DAYS_A_WEEK)


def _longest(items: Sequence[Item], target: Target, note: str) -> _Found | None:
    """The longest promise in working days, and the items whose promise is longer than the target."""
    if not items:
        return None
    promises = {each.key: workdays(each.guide.promised) for each in items}
    late = [key for key, days in promises.items() if days > target.value]
    return _Found(max(promises.values()), late, f"{note}, of {len(items)} items")


def _limit_of(note: str, concerns: Callable[[Guide], bool]) -> _Measure:
    return lambda _city, items, target: _longest([each for each in items if concerns(each.guide)], target, note)


def _named(*words: str) -> Callable[[Guide], bool]:
    return lambda guide: any(word in guide.name.zh for word in words)


def _registers_real_estate(guide: Guide) -> bool:
    """Registrations of real estate; looking it up is another matter."""
    name = guide.name.zh
    return ("不动产" in name or "房屋" in name) and "登记" in name and "查询" not in name


def _hall(city: City, items: Sequence[Item], _target: Target) -> _Found | None:
    """An item is in the hall where every office of it receives at a place it shares with another department's."""
    shared = {key for key, location in city.locations.items() if len(location.departments) > 1}
    return _share(
        items,
        lambda guide: all(any(place.key in shared for place in office.locations) for office in guide.offices),
        "every office receives in a hall of several departments",
    )


def _materials(_city: City, items: Sequence[Item], _target: Target) -> _Found | None:
    """Materials that people need not bring, in per cent of all but the application form."""
    asked, spared, burdened = 0, 0, []
    for item in items:
        counted = [each for each in item.guide.materials if each.handover != "form"]
        free = sum(each.handover in ("share", "commitment") for each in counted)
        asked += len(counted)
        spared += free
        if free < len(counted):
            burdened.append(item.key)
    if not asked:
        return None
    return _Found(100 * spared // asked, burdened, f"{spared} of {asked} materials are shared or committed to")


def _bundle_count(city: City, _items: Sequence[Item], _target: Target) -> _Found:
    return _Found(len(city.bundles), [], "bundles of the pack")


def _bundle_share(city: City, _items: Sequence[Item], _target: Target) -> _Found | None:
    """Life events that need several departments are cross-department matters; one with a bundle is covered."""
    across = [
        event
        for event in city.life_events
        if len({city.items[key].guide.department.code for key in event.items if key in city.items}) > 1
    ]
    if not across:
        return None
    missing = [event.key for event in across if not event.bundles]
    share = 100 * (len(across) - len(missing)) // len(across)
    return _Found(share, missing, f"life events across departments that have a bundle, of {len(across)}")


def _business_opening(city: City, items: Sequence[Item], target: Target) -> _Found | None:
    """The promise of the bundle for opening a business where there is one, else of the registrations."""
    bundles = {key: workdays(each.promised) for key, each in city.bundles.items() if "企业开办" in each.name.zh}
    if bundles:
        late = [key for key, days in bundles.items() if days > target.value]
        return _Found(max(bundles.values()), late, "promise of the bundle")
    concerned = [each for each in items if _named("企业开办", "公司设立", "企业设立", "公司登记")(each.guide)]
    return _longest(concerned, target, "longest promise")


def _construction_cut(_city: City, items: Sequence[Item], target: Target) -> _Found | None:
    """By how much the promises of construction permits are shorter than the law's limits: the least of them."""
    cuts = {
        each.key: 100 - 100 * workdays(each.guide.promised) // workdays(Limit(statutory.value, statutory.unit))
        for each in items
        if _named("施工", "建设工程", "工程建设")(each.guide)
        and (statutory := each.guide.statutory) is not None
        and statutory.value > 0
    }
    if not cuts:
        return None
    short = [key for key, cut in cuts.items() if cut < target.value]
    return _Found(min(cuts.values()), short, f"least cut of {len(cuts)} construction permits against the law")


MEASURED: Mapping[str, _Measure] = {
    "online-share": _share_of("can be filed online", lambda guide: guide.fillable),
    "full-online-share": _share_of("depth Ⅳ", lambda guide: guide.fillable and guide.depth == _WHOLLY_ONLINE),
    "one-visit-share": _share_of("at most one visit", lambda guide: guide.visits <= 1),
    "zero-visit-share": _share_of("no visit", lambda guide: guide.visits == 0),
    "city-wide-share": _share_of("handled anywhere in the city", lambda guide: guide.handle_area != "district"),
    "hall-share": _hall,
    "materials-reduction": _materials,
    "bundle-count": _bundle_count,
    "bundle-share": _bundle_share,
    "public-service-limit": _limit_of("longest promise", lambda guide: guide.task_type == _PUBLIC_SERVICE),
    "business-opening-limit": _business_opening,
    "real-estate-limit": _limit_of("longest promise", _registers_real_estate),
    "construction-limit": _limit_of("longest promise", _named("施工", "建设工程", "工程建设")),
    "construction-reduction": _construction_cut,
}
"""Measures that the catalogue answers now, by name."""
LATER: Mapping[str, str] = {
    "one-window-share": "measured from cases: how many were accepted at a window that takes every item",
    "power-public-share": "measured from cases: how many show their course in public",
    "identity-means": "measured from the settings of the installation: the means of signing in that are switched on",
}
"""Measures that cases or settings answer, and how."""
NOT_OURS: Mapping[str, str] = {"fibre-share": "not this product's: networks are laid by others"}
"""Measures that nothing in this product can answer."""
