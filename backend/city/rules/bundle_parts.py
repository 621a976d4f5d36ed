"""Rules on what bundles say of their members' forms, papers and limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from backend.city.bundle_fields import meet
from backend.city.rules.form_tree import Placed, Schema, items_of, schema_at
from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView, Pair
from backend.city.structures import Bundle, Limit

_JOINT = Article("行政许可法第四十二条", "H")
JOINT_WORKDAYS = 45


def _pairs(pack: PackView) -> dict[str, Pair]:
    return {pair.base.key: pair for pair in pack.pairs}


def _items(bundle: Bundle) -> set[str]:
    return {*bundle.members, *(each.item for each in bundle.optional_members)}


def _field(pack: PackView, pairs: Mapping[str, Pair], item: str, pointer: str) -> Schema | None:
    """What a field of a member holds, of its rows too; None where there is no such field or form."""
    pair = pairs.get(item)
    found: tuple[str, object, list[Placed]] | None = pack.sound_forms.get(pair.base.form or "") if pair else None
    if pair is None or found is None:
        return None
    schema = pack.sound_forms[pair.base.form or ""][1].schema
    whole, _, member = pointer[1:].partition("/")
    at = schema_at(schema, f"/{whole}")
    return schema_at(items_of(at), f"/{member}") if member and at is not None and at.get("type") == "array" else at


def _strangers(pack: PackView, bundle: Bundle) -> Iterator[tuple[str, str]]:
    items, pairs = _items(bundle), _pairs(pack)
    papers = {
        (key, each.key): each for key in items if key in pairs for each in pairs[key].base.materials
    }  # fmt: skip
    for place, question in enumerate(bundle.questions):
        for at, option in enumerate(question.options):
            for key in [*option.adds, *option.drops]:
                if key not in items:
                    yield f"/questions/{place}/options/{at}", f"{key} is no member"
    fields = [(f"/same/{place}", each.item, each.pointer) for place, group in enumerate(bundle.same) for each in group]
    fields += [(f"/answers/{place}", each.item, each.pointer) for place, each in enumerate(bundle.answers)]
    fields += [
        (f"/results/{place}", each.item, each.pointer) for place, each in enumerate(bundle.results) if each.pointer
    ]
    for at_, item, pointer in fields:
        if item not in items or _field(pack, pairs, item, pointer) is None:
            yield at_, f"{item} has no field {pointer}"
    named = [
        (f"/same_materials/{place}", each.item, each.material)
        for place, group in enumerate(bundle.same_materials)
        for each in group
    ]
    named += [
        (f"/results/{place}", each.item, each.material) for place, each in enumerate(bundle.results) if each.material
    ]
    for at_, item, material in named:
        if (item, material) not in papers:
            yield at_, f"{item} has no material {material}"
    for place, other in enumerate(bundle.applicants):
        if other.item not in items:
            yield f"/applicants/{place}", f"{other.item} is no member"


@rule(
    "bundle-part-stranger",
    refuses="A bundle that speaks of an item, a field or a material that its members do not have.",
    cure="Name members of the bundle, and fields and materials as their forms and items do.",
)
def bundle_part_stranger(pack: PackView) -> Iterable[At]:
    """Whatever is the same, answered or taken from a result is there."""
    for path, bundle in pack.bundles.items():
        for at, detail in _strangers(pack, bundle):
            yield At(path, at, detail)


@rule(
    "bundle-result-unordered",
    refuses="A member that takes something from another one's result and does not wait for it.",
    cure="Put the pair into `order`.",
)
def bundle_result_unordered(pack: PackView) -> Iterable[At]:
    """A result is there only when it was granted."""
    for path, bundle in pack.bundles.items():
        for place, each in enumerate(bundle.results):
            if [each.of, each.item] not in bundle.order:
                yield At(path, f"/results/{place}", f"{each.item} does not wait for {each.of}")


@rule(
    "bundle-same-misfit",
    refuses="Fields that are said to be the same and that no single answer can fit.",
    cure="Take one of them out of the group, or let both forms allow the same answers.",
)
def bundle_same_misfit(pack: PackView) -> Iterable[At]:
    """One question has to do for all of them."""
    pairs = _pairs(pack)
    for path, bundle in pack.bundles.items():
        for place, group in enumerate(bundle.same):
            met: Schema | None = None
            for each in group:
                schema = _field(pack, pairs, each.item, each.pointer)
                if schema is None:
                    continue
                met = schema if met is None else meet(met, schema)
                if met is None:
                    yield At(path, f"/same/{place}", f"{each.item}{each.pointer} does not fit the others")
                    break


def _workdays(limit: Limit) -> int:
    """Working days that a limit takes at most; calendar days are counted as if none were free."""
    return limit.value if limit.unit in ("workday", "day") else limit.value * 22


@rule(
    "bundle-joint-limit",
    refuses="A bundle with a permit among its members that promises more than 45 working days.",
    cure="Promise no more than the law allows for handling jointly.",
    article=_JOINT,
)
def bundle_joint_limit(pack: PackView) -> Iterable[At]:
    """What several departments handle together has a limit of its own."""
    pairs = _pairs(pack)
    for path, bundle in pack.bundles.items():
        permits = any(key in pairs and pairs[key].base.regime == "permit" for key in bundle.members)
        if permits and _workdays(bundle.promised) > JOINT_WORKDAYS:
            yield At(path, "/promised", f"{bundle.promised.value} is more than {JOINT_WORKDAYS} working days")


@rule(
    "bundle-promise-short",
    refuses="A promise of a bundle that the promises of its members, one after the other, do not fit into.",
    cure="Promise what the longest way through the members takes, or shorten theirs.",
    severity="warning",
)
def bundle_promise_short(pack: PackView) -> Iterable[At]:
    """The longest way through the members is what the whole takes."""
    pairs = _pairs(pack)
    for path, bundle in pack.bundles.items():
        longest: dict[str, int] = {}
        before: dict[str, int] = {}
        # Once more than the longest way is long; only a circle still grows then.
        for _ in range(len(bundle.members) + 1):
            before = dict(longest)
            for key in bundle.members:
                if key in pairs:
                    earlier = [longest.get(first, 0) for first, then in bundle.order if then == key and first in pairs]
                    longest[key] = _workdays(pairs[key].office.promised) + max(earlier, default=0)
        if before != longest:
            # A circle: another rule's matter.
            continue
        takes = max(longest.values(), default=0)
        if takes > _workdays(bundle.promised):
            yield At(path, "/promised", f"the longest way takes {takes} working days")
