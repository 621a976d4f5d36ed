"""Rules on what is decided without a person: by which text, on what it may look, and that it never refuses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from backend.city.rules.form_tree import Schema, schema_at, types_of, values_of
from backend.city.rules.items import bare
from backend.city.rules.rule import Article, At, rule
from backend.city.rules.view import PackView, Pair
from backend.city.structures import AUTOMATIC_FACTS, AutomaticCondition, AutomaticTable

_ONLY_BY_MACHINE = Article("个人信息保护法第二十四条")


def _tables(pack: PackView) -> Iterator[tuple[Pair, AutomaticTable]]:
    for pair in pack.pairs:
        if pair.base.automatic is not None:
            yield pair, pair.base.automatic


@rule(
    "automatic-discretion",
    refuses="A table for an item that a person has to weigh: its basis is none of the item's own or unsure (L), or"
    " the item has special procedures, a public notice, commitments, tasks of other departments or materials that may"
    " come later, or hands something over at a counter.",
    cure="Name the article of the item's own basis that leaves no discretion, or remove automatic.",
    article=_ONLY_BY_MACHINE,
)
def automatic_discretion(pack: PackView) -> Iterable[At]:
    """Only what the law leaves no discretion in."""
    for pair, table in _tables(pack):
        base = pair.base
        own = {bare(each.title.zh) for each in base.legal_basis}
        if bare(table.basis.title.zh) not in own or table.basis.confidence == "L":
            yield At(pair.path, "/automatic/basis", f"{table.basis.title.zh} is no sure basis of the item's own")
        weighed = [
            name
            for name, there in (
                ("special procedures", bool(base.special_procedures or base.procedures)),
                ("a public notice", base.public_notice_days is not None),
                ("a commitment", base.commitment_based),
                ("tasks of other departments", bool(base.tasks)),
                ("materials that may come later", base.tolerant_acceptance),
                (
                    "a material seen at a counter",
                    any(each.handover in ("show", "surrender", "onsite") for each in base.materials),
                ),
            )
            if there
        ]
        if weighed:
            yield At(pair.path, "/automatic", f"the item has {', '.join(weighed)}")


@rule(
    "automatic-condition",
    refuses="A condition that can never be judged: on no field of the form, on a value the field cannot have, on a fact"
    " of another type, on a certificate nobody names, with no comparison or several; and two conditions of one key.",
    cure="Name a field of the form or a fact (docs/city-pack.md), and one comparison that fits its type.",
)
def automatic_condition(pack: PackView) -> Iterable[At]:
    """Every condition can hold and can fail."""
    certificates = {each.name for each in pack.held_certificates}
    for pair, table in _tables(pack):
        if not table.accept and not table.grant:
            yield At(pair.path, "/automatic", "the table decides nothing")
        sound = pack.sound_forms.get(pair.base.form or "")
        schema: Schema = sound[1].schema if sound else {}
        seen: set[str] = set()
        for position, each in enumerate(table.grant):
            fault = _fault(each, schema, certificates) or (f"there are two of {each.key}" if each.key in seen else None)
            seen.add(each.key)
            if fault is not None:
                yield At(pair.path, f"/automatic/grant/{position}", fault)


@rule(
    "automatic-without-command",
    refuses="A table of an item whose lifecycle has no command that the table could give.",
    cure="Use a lifecycle with commands of `who: rule`, or remove automatic.",
)
def automatic_without_command(pack: PackView) -> Iterable[At]:
    """What a table decides can be carried out, and left to a person."""
    for pair, table in _tables(pack):
        lifecycle = pack.lifecycle_by_key[pair.base.lifecycle or pair.base.kind]
        clocks = {each.clock for each in lifecycle.commands if each.who == "rule"}
        wanted = ({"start"} if table.accept else set()) | ({"end", None} if table.grant else set())
        if pair.base.form is None or not wanted <= clocks:
            yield At(pair.path, "/automatic", f"the lifecycle {lifecycle.key} cannot carry it out")


@rule(
    "rule-refuses",
    refuses="A command of `who: rule` that leads elsewhere than a person's grant or acceptance does: nothing is ever"
    " refused without a person.",
    cure="Lead it where grant leads or where acceptance leads, or back to where it came from, and name asks: [rule].",
    article=_ONLY_BY_MACHINE,
)
def rule_refuses(pack: PackView) -> Iterable[At]:
    """A table grants, accepts, or leaves it to a person."""
    for path, lifecycle in pack.lifecycles.items():
        granted = {to for each in lifecycle.commands if each.key == "grant" for to in each.targets}
        accepted = {
            to for each in lifecycle.commands if each.clock == "start" and each.who != "rule" for to in each.targets
        }
        for position, each in enumerate(lifecycle.commands):
            if each.who != "rule" and "rule" not in each.also:
                continue
            may = granted if each.clock == "end" else accepted if each.clock == "start" else set(each.from_)
            if not set(each.targets) <= may or "rule" not in each.asks or each.key == "refuse" or each.also:
                yield At(path, f"/commands/{position}", f"{each.key} does more than to grant or to accept")


def _fault(condition: AutomaticCondition, schema: Schema, certificates: set[str]) -> str | None:
    """What keeps a condition from being judged, or None."""
    compared = [
        name
        for name, there in (
            ("one_of", bool(condition.one_of)),
            ("at_least", condition.at_least is not None or condition.at_most is not None),
            ("begins_with", condition.begins_with is not None),
            ("is_true", condition.is_true),
        )
        if there
    ]
    if (condition.pointer is None) == (condition.fact is None):
        return "a condition is on a field or on a fact, and on one only"
    if len(compared) != 1:
        return f"{len(compared)} comparisons, and one is needed"
    if (condition.fact == "held") != (condition.certificate is not None):
        return "a certificate is named where it has to be held, and only there"
    if condition.certificate is not None and condition.certificate not in certificates:
        return f"the certificate repository has no {condition.certificate}"
    if condition.fact is not None:
        register, type_ = AUTOMATIC_FACTS[condition.fact]
        fits = {"integer": "at_least", "string": "begins_with", "boolean": "is_true"}[type_]
        return None if compared == [fits] else f"{condition.fact} of {register} is compared by {fits}"
    return _fault_of_field(condition, compared[0], schema_at(schema, condition.pointer or ""))


def _fault_of_field(condition: AutomaticCondition, compared: str, found: Schema | None) -> str | None:
    if found is None:
        return f"{condition.pointer} is no field of the form"
    types = types_of(found)
    if types == {"array"} and isinstance(found.get("items"), dict):
        found, types = found["items"], types_of(found["items"])
    wanted = {
        "one_of": {"string", "boolean"},
        "at_least": {"integer"},
        "begins_with": {"string"},
        "is_true": {"boolean"},
    }
    if not types or not types <= wanted[compared]:
        return f"{condition.pointer} cannot be compared by {compared}"
    possible: list[Any] | None = values_of(found)
    strange = [each for each in condition.one_of if possible is not None and each not in possible]
    return f"{condition.pointer} can never be {strange[0]}" if strange else None
