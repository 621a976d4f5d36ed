"""What was answered in a form, in words: for the desk and for the person's own copy. Pure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from backend.cases.filled import ABSENT, every_field, member_at
from backend.cases.schemas import SchemaLabel
from backend.city.city import City, Form
from backend.city.structures import Field, Text
from backend.foundation.masking import mask_id_number, mask_phone

_MASKS: Mapping[str | None, Callable[[str], str]] = {"id_number": mask_id_number, "phone": mask_phone}
_YES, _NO = Text("是", "Yes"), Text("否", "No")


def known_pointers(form: Form) -> frozenset[str]:
    """Where a form says what is known of the applicant."""
    return frozenset(field.pointer for field in _fields(form) if field.known)


def masked(form: Form, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with number and phone of the applicant masked, as everywhere else at the desk."""
    shown = copy.deepcopy(dict(values))
    for field in _fields(form):
        value = member_at(shown, field.pointer)
        if field.known in _MASKS and value is not ABSENT:
            above, _, last = field.pointer.rpartition("/")
            member_at(shown, above)[last] = _MASKS[field.known](str(value))
    return shown


def labels_of(city: City, form: Form, values: Mapping[str, Any]) -> list[SchemaLabel]:
    """The answered fields of a form in the order of its pages, those of each row by the row's name, in words."""
    return [label for page in form.layout.pages for label in _labels(city, page.fields, values, "", None)]


def _fields(form: Form) -> Iterable[Field]:
    return (field for page in form.layout.pages for field in every_field(page.fields))


def _labels(city: City, fields: Sequence[Field], scope: Any, base: str, row: Text | None) -> Iterator[SchemaLabel]:
    for field in fields:
        value = member_at(scope, field.pointer)
        if field.control == "group":
            yield from _labels(city, field.fields, scope, base, row)
        elif field.control == "rows":
            noun = field.row_name or field.label
            for index, inner in enumerate(value if isinstance(value, list) else []):
                name = Text(f"{noun.zh} {index + 1}", f"{noun.en} {index + 1}")
                yield from _labels(city, field.fields, inner, f"{base}{field.pointer}/{index}", name)
        elif value is not ABSENT and field.control != "file":
            label = field.label
            if row is not None:
                label = Text(f"{row.zh} {label.zh}", f"{row.en}, {label.en}")
            yield SchemaLabel(base + field.pointer, label, _in_words(city, field, value, in_row=row is not None))


def _in_words(city: City, field: Field, value: Any, *, in_row: bool) -> Text:
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, list):
        words = [_in_words(city, field, each, in_row=in_row) for each in value]
        return Text("、".join(each.zh for each in words) or "无", ", ".join(each.en for each in words) or "none")
    for option in field.options or []:
        if option.value == value:
            return option.label
    if (street := city.street(str(value))) is not None:
        return street.name
    if field.known in _MASKS and not in_row:
        value = _MASKS[field.known](str(value))
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return Text(text, text)
