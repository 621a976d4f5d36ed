"""A form's fields with the part of the schema that each one answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from backend.city.structures import Field, FormFile

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Placed:
    """A field: its place in the file (`at`), the schema its pointer begins at, and what its pointer names (or None).

    `row` is the pointer of the rows that it stands in, else empty.
    """

    at: str
    field: Field
    scope: Schema
    schema: Schema | None
    row: str


def placed_fields(form: FormFile) -> Iterator[Placed]:
    """Every field of a form, those of groups and rows too, in their order."""

    def within(fields: list[Field], at: str, scope: Schema, row: str) -> Iterator[Placed]:
        for position, field in enumerate(fields):
            here, found = f"{at}/{position}", schema_at(scope, field.pointer)
            yield Placed(here, field, scope, found, row)
            if field.control == "rows":
                yield from within(field.fields, f"{here}/fields", items_of(found), field.pointer)
            else:
                yield from within(field.fields, f"{here}/fields", scope, row)

    for position, page in enumerate(form.layout.pages):
        yield from within(page.fields, f"/layout/pages/{position}/fields", form.schema, "")


def schema_at(schema: Schema, pointer: str) -> Schema | None:
    """The schema of a property by its pointer through nested objects, or None."""
    for step in pointer.split("/")[1:]:
        found = schema.get("properties", {}).get(step)
        if not isinstance(found, Mapping):
            return None
        schema = found
    return schema


def items_of(schema: Schema | None) -> Schema:
    """What the members of an array are; nothing where it says nothing."""
    found = (schema or {}).get("items")
    return found if isinstance(found, Mapping) else {}


def types_of(schema: Schema) -> frozenset[str]:
    """The types that a schema allows."""
    said = schema.get("type", [])
    return frozenset([said] if isinstance(said, str) else said)


def values_of(schema: Schema) -> list[Any] | None:
    """The values that a schema lists, or None where it lists none."""
    if "const" in schema:
        return [schema["const"]]
    found = schema.get("enum")
    return found if isinstance(found, list) else None


def demanded(schema: Schema, above: str = "") -> Iterator[str]:
    """The pointers of the properties that a schema requires, always or under a condition, through nested objects.

    What the members of an array require is left to the array.
    """
    for name in schema.get("required", []):
        yield f"{above}/{name}"
    for names in schema.get("dependentRequired", {}).values():
        yield from (f"{above}/{name}" for name in names)
    for name, inner in schema.get("properties", {}).items():
        if isinstance(inner, Mapping):
            yield from demanded(inner, f"{above}/{name}")
    for inner in (*schema.get("allOf", []), schema.get("then"), schema.get("else")):
        if isinstance(inner, Mapping):
            yield from demanded(inner, above)
