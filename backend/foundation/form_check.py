"""Which JSON Schemas are forms: the keywords a form may use, and the stricter rules for publishing one.

The twin is ``pwa/src/rules/formCheck.ts``: the same fault, by code and path, in both languages.
"""

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec

from backend.foundation.form_pattern import PatternRefused, read_pattern

FormFaultCode = Literal[
    "schema",
    "boolean-schema",
    "keyword",
    "value",
    "number",
    "pattern",
    "depth",
    "type-missing",
    "type-list",
    "length-missing",
    "additional-properties",
    "if-missing",
]

MAX_DEPTH: Final = 64
NUMBER_BOUND: Final = 2**53
TYPES: Final = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
CONDITIONS: Final = ("if", "then", "else")
_ANNOTATIONS: Final = frozenset({"title", "description"})
_LENGTHS: Final = frozenset({"minLength", "maxLength", "minItems", "maxItems"})
_LIMITS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"})


class FormFault(msgspec.Struct, frozen=True):
    """The first thing that keeps a schema from being a form: its code and the JSON Pointer to it."""

    error: FormFaultCode
    path: str


def pointer(path: str, step: str | int) -> str:
    """The JSON Pointer (RFC 6901) of ``step`` below ``path``."""
    return f"{path}/{str(step).replace('~', '~0').replace('/', '~1')}"


def is_number(value: object) -> bool:
    """A JSON number; ``True`` is none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_whole(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 and value % 1 == 0


def _is_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value) and len(set(value)) == len(value)


def _is_type(value: object) -> bool:
    if isinstance(value, list):
        return bool(value) and _is_names(value) and TYPES.issuperset(value)
    return isinstance(value, str) and value in TYPES


def _is_positive(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def _shape(keyword: str) -> Callable[[object], bool] | None:
    """What the value of a keyword must look like; None for a keyword that forms do not know."""
    if keyword in _ANNOTATIONS or keyword == "pattern":
        return lambda value: isinstance(value, str)
    if keyword in _LENGTHS:
        return _is_whole
    if keyword in _LIMITS:
        return is_number
    return _SHAPES.get(keyword)


_SHAPES: Final[dict[str, Callable[[object], bool]]] = {
    "type": _is_type,
    "enum": lambda value: isinstance(value, list),
    "const": lambda value: True,
    "default": lambda value: True,
    "multipleOf": _is_positive,
    "uniqueItems": lambda value: isinstance(value, bool),
    "required": _is_names,
    "dependentRequired": lambda value: isinstance(value, dict) and all(_is_names(names) for names in value.values()),
    "additionalProperties": lambda value: value is False,
    "format": lambda value: value == "date",
    "properties": lambda value: isinstance(value, dict),
    "allOf": lambda value: isinstance(value, list) and bool(value),
    "items": lambda value: True,
    "if": lambda value: True,
    "then": lambda value: True,
    "else": lambda value: True,
}


def _value_fault(value: Any, path: str, strict: bool, depth: int) -> FormFault | None:
    """Whether ``value`` is JSON of bounded depth and, when strict, holds no number beyond ±2^53."""
    if depth > MAX_DEPTH:
        return FormFault("depth", path)
    if isinstance(value, str | bool) or value is None:
        return None
    if is_number(value):
        # Not-a-number compares false with everything.
        return (
            None
            if abs(value) <= NUMBER_BOUND or (not strict and abs(value) < float("inf"))
            else FormFault("number", path)
        )
    if isinstance(value, list):
        members = list(value)
    elif isinstance(value, dict) and all(isinstance(name, str) for name in value):
        members = [value[name] for name in sorted(value)]
    else:
        return FormFault("value", path)
    return next((fault for member in members if (fault := _value_fault(member, path, strict, depth + 1))), None)


class _Checker:
    def __init__(self, strict: bool) -> None:
        self.strict = strict

    def schema(self, schema: Any, path: str, conditional: bool, depth: int) -> FormFault | None:
        if isinstance(schema, bool):
            return FormFault("boolean-schema", path) if self.strict else None
        if not isinstance(schema, dict) or not all(isinstance(name, str) for name in schema):
            return FormFault("schema", path)
        if depth > MAX_DEPTH:
            return FormFault("depth", path)
        for keyword in sorted(schema):
            if (fault := self.keyword(keyword, schema[keyword], path, conditional, depth)) is not None:
                return fault
        return self.publishable(schema, path, conditional) if self.strict else None

    def keyword(self, keyword: str, value: Any, path: str, conditional: bool, depth: int) -> FormFault | None:
        here = pointer(path, keyword)
        fits = _shape(keyword)
        if fits is None:
            return FormFault("keyword", here)
        if not fits(value):
            return FormFault("value", here)
        below: list[tuple[Any, str, bool]] = []
        if keyword == "properties":
            below = [(value[name], pointer(here, name), conditional) for name in sorted(value)]
        elif keyword == "items":
            below = [(value, here, conditional)]
        elif keyword == "allOf":
            below = [(branch, pointer(here, index), True) for index, branch in enumerate(value)]
        elif keyword in CONDITIONS:
            below = [(value, here, True)]
        elif keyword == "pattern":
            try:
                read_pattern(value, self.strict)
            except PatternRefused:
                return FormFault("pattern", here)
        else:
            return _value_fault(value, here, self.strict, 1)
        faults = (self.schema(schema, where, exempt, depth + 1) for schema, where, exempt in below)
        return next((fault for fault in faults if fault), None)

    def publishable(self, schema: dict[str, Any], path: str, conditional: bool) -> FormFault | None:
        kind = schema.get("type")
        if isinstance(kind, list):
            return FormFault("type-list", pointer(path, "type"))
        if kind is None and not conditional:
            return FormFault("type-missing", path)
        bounded = "maxLength" in schema or "enum" in schema or "const" in schema or "format" in schema
        if kind == "string" and not bounded:
            return FormFault("length-missing", path)
        if kind == "object" and "properties" in schema and "additionalProperties" not in schema:
            return FormFault("additional-properties", path)
        if "if" not in schema and ("then" in schema or "else" in schema):
            return FormFault("if-missing", path)
        return None


def check_form(schema: Any) -> FormFault | None:
    """Whether ``schema`` may be published as a form: the first fault, or None.

    One type for every schema outside if/then/else and allOf, no type lists, no boolean schemas, every string bounded,
    every object with properties closed, then/else with if, numbers within ±2^53, patterns of the published grammar.
    """
    return _Checker(strict=True).schema(schema, "", False, 1)


def check_schema(schema: Any) -> FormFault | None:
    """Whether ``schema`` is made of the form keywords, so that it can be judged by: the first fault, or None."""
    return _Checker(strict=False).schema(schema, "", False, 1)
