"""Rules on forms: their keywords, and a layout that asks for what the schema wants and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from backend.city.rules.form_tree import Placed, Schema, demanded, items_of, schema_at, types_of, values_of
from backend.city.rules.rule import At, rule
from backend.city.rules.view import PackView
from backend.city.structures import When

# Which types of the schema a control can answer.
_ANSWERS: dict[str, frozenset[str]] = {
    "text": frozenset({"string"}),
    "textarea": frozenset({"string"}),
    "number": frozenset({"number", "integer"}),
    "select": frozenset({"string"}),
    "radio": frozenset({"string"}),
    "checkboxes": frozenset({"array"}),
    "checkbox": frozenset({"boolean"}),
    "date": frozenset({"string"}),
    "district-street": frozenset({"string"}),
    "rows": frozenset({"array"}),
}
_CHOICES = {"select", "radio", "checkboxes", "district-street"}
_WITHOUT_VALUE = {"file", "group"}


def _fields(pack: PackView) -> Iterable[tuple[str, Placed]]:
    for path, _, placed in pack.sound_forms.values():
        for each in placed:
            yield path, each


@rule(
    "form-keywords",
    refuses="A form outside the form keywords.",
    cure="Use the form keywords of docs/formats.md.",
)
def form_keywords(pack: PackView) -> Iterable[At]:
    """Forms use the form keywords only."""
    for path, fault in pack.form_faults.items():
        yield At(path, f"/schema{fault.path}", f"{fault.error} at {fault.path or 'the top'}")


@rule(
    "field-of-no-property",
    refuses="A field that points to no property of the schema: its answer would be refused.",
    cure="Correct the pointer, or add the property.",
)
def field_of_no_property(pack: PackView) -> Iterable[At]:
    """The layout shows what the schema knows."""
    for path, each in _fields(pack):
        if each.field.control not in _WITHOUT_VALUE and each.schema is None:
            yield At(path, each.at, f"{each.field.pointer} is no property of the schema")


@rule(
    "file-of-no-material",
    refuses="A field for files that names no material.",
    cure="Add material with the key of a material of the item.",
)
def file_of_no_material(pack: PackView) -> Iterable[At]:
    """Files are materials."""
    for path, each in _fields(pack):
        if each.field.control == "file" and each.field.material is None:
            yield At(path, each.at, "a file of no material")


@rule(
    "rows-of-no-array",
    refuses="Repeated rows whose pointer names no array of objects.",
    cure="Make the property an array with items of type object.",
)
def rows_of_no_array(pack: PackView) -> Iterable[At]:
    """Rows repeat the members of an array."""
    for path, each in _fields(pack):
        if each.field.control == "rows" and each.schema is not None and "object" not in types_of(items_of(each.schema)):
            yield At(path, each.at, f"{each.field.pointer} is no array of objects")


@rule(
    "control-of-other-type",
    refuses="A control that cannot give an answer of the property's type.",
    cure="Use a control that fits the type, or correct the type.",
)
def control_of_other_type(pack: PackView) -> Iterable[At]:
    """A control gives what the schema takes."""
    for path, each in _fields(pack):
        expected = _ANSWERS.get(each.field.control)
        if expected is None or each.schema is None:
            continue
        types = types_of(each.schema)
        dated = each.field.control != "date" or each.schema.get("format") == "date"
        if not expected & types or not dated:
            said = ", ".join(sorted(types)) or "no type"
            yield At(path, each.at, f"{each.field.control} cannot answer {each.field.pointer} ({said})")


@rule(
    "options-differ",
    refuses="A choice whose options are not the values that the schema takes.",
    cure="Give exactly the values of the enum as options.",
)
def options_differ(pack: PackView) -> Iterable[At]:
    """Whatever can be chosen is accepted, and whatever is accepted can be chosen."""
    for path, each in _fields(pack):
        if each.field.control not in _CHOICES or each.schema is None:
            continue
        values = values_of(items_of(each.schema) if each.field.control == "checkboxes" else each.schema)
        options = [option.value for option in each.field.options or []]
        if values is None or sorted(options) != sorted(map(str, values)):
            yield At(path, each.at, f"{each.field.pointer}: options {options}, enum {values}")


@rule(
    "check-of-other-type",
    refuses="A check of ID numbers, phones and the like on a property that is no text.",
    cure="Remove check, or make the property a string.",
)
def check_of_other_type(pack: PackView) -> Iterable[At]:
    """Checks judge texts that are typed in."""
    for path, each in _fields(pack):
        if each.field.check is None or each.schema is None:
            continue
        if each.field.control != "text" or "string" not in types_of(each.schema):
            yield At(path, each.at, f"{each.field.check} cannot be checked on {each.field.pointer}")


def _never(when: When, asked: Placed | None, scope: Schema) -> str | None:
    """Why a condition can never come true, or None."""
    schema = schema_at(scope, when.pointer)
    if asked is None or schema is None:
        return f"no field asks for {when.pointer}"
    wanted: list[Any] = [*when.one_of] or [when.equals]
    if isinstance(when.equals, bool):
        possible = "boolean" in types_of(schema)
    elif "array" in types_of(schema):
        possible = all(value in (values_of(items_of(schema)) or wanted) for value in wanted)
    else:
        possible = "string" in types_of(schema) and all(value in (values_of(schema) or wanted) for value in wanted)
    if possible and None not in wanted:
        return None
    return f"{when.pointer} is never {' or '.join(map(str, wanted))}"


@rule(
    "when-never",
    refuses="A field shown on a condition that can never come true: no such field, or no such answer.",
    cure="Name a field of the form (in rows: of the row) and an answer that it takes.",
)
def when_never(pack: PackView) -> Iterable[At]:
    """Conditional fields can be reached."""
    for path, _, placed in pack.sound_forms.values():
        asked = {(each.row, each.field.pointer): each for each in placed}
        for each in placed:
            if each.field.when is None:
                continue
            detail = _never(each.field.when, asked.get((each.row, each.field.when.pointer)), each.scope)
            if detail is not None:
                yield At(path, f"{each.at}/when", detail)


@rule(
    "property-without-field",
    refuses="A property that the schema requires and no field asks for: nobody could ever submit.",
    cure="Add a field for it, or do not require it.",
)
def property_without_field(pack: PackView) -> Iterable[At]:
    """Whatever is required is asked for."""
    for path, form, placed in pack.sound_forms.values():
        scopes: dict[str, tuple[str, Schema]] = {"": ("/schema", form.schema)}
        for each in placed:
            if each.field.control == "rows" and each.schema is not None:
                scopes[each.field.pointer] = (each.at, items_of(each.schema))
        for row, (place, schema) in scopes.items():
            asked = {
                each.field.pointer for each in placed if each.row == row and each.field.control not in _WITHOUT_VALUE
            }
            for pointer in sorted(set(demanded(schema))):
                inside = any(each == pointer or each.startswith(f"{pointer}/") for each in asked)
                if not inside:
                    yield At(path, place, f"no field asks for {row}{pointer}, which is required")


@rule(
    "form-materials",
    refuses="A form that asks for files the guide does not list, or leaves out one that it lists.",
    cure="List and ask for the same materials.",
)
def form_materials(pack: PackView) -> Iterable[At]:
    """Nobody can ask for a file that the guide does not list, and every upload has its place in the form."""
    for pair, _, _, placed in pack.filled():
        asked = [each.field.material for each in placed if each.field.control == "file"]
        listed = [material.key for material in pair.base.materials if material.handover == "upload"]
        if sorted(map(str, asked)) != sorted(listed):
            detail = f"the form asks for {sorted(map(str, asked))}, the guide lists {sorted(listed)}"
            yield At(pair.path, "/materials", detail)


@rule(
    "commitment-checkbox",
    refuses="A commitment (承诺) without its checkbox in the form, a checkbox for a material that is none, or one that"
    " could be left empty.",
    cure="Give every commitment material one checkbox with `material`, of a required boolean with const: yes.",
)
def commitment_checkbox(pack: PackView) -> Iterable[At]:
    """What is promised is agreed to, in the form."""
    for pair, path, _, placed in pack.filled():
        commitments = {each.key: at for at, each in enumerate(pair.base.materials) if each.handover == "commitment"}
        ticked = set()
        for each in placed:
            if each.field.control != "checkbox" or each.field.material is None:
                continue
            ticked.add(each.field.material)
            if each.field.material not in commitments:
                yield At(path, each.at, f"{each.field.material} is no commitment of {pair.base.key}")
            elif each.schema is None or each.schema.get("const") is not True:
                yield At(path, each.at, f"{each.field.pointer} has no const: true")
        for key in sorted(commitments.keys() - ticked):
            yield At(pair.path, f"/materials/{commitments[key]}", f"no checkbox of the form stands for {key}")


@rule(
    "route-unasked",
    refuses="Several offices, and no required answer of the form that tells which one is competent.",
    cure="Set route_by to a required property of the form, such as /district.",
)
def route_unasked(pack: PackView) -> Iterable[At]:
    """An application finds its office."""
    for pair, _, form, _ in pack.filled():
        if len(pair.office.offices) < 2:
            continue
        route = pair.office.route_by
        if route is None or route[1:] not in form.schema.get("required", []):
            detail = f"{len(pair.office.offices)} offices, and {route or 'nothing'} is always answered"
            yield At(pair.office_path, "/route_by", detail)
