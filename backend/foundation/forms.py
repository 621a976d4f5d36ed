"""Judging a filled form: jsonschema-rs behind the contract of the form keywords.

The phone's own validator, ``pwa/src/rules/forms.ts``, gives the same errors. Only schemas made of the form keywords
are compiled, and patterns are handed over already read, so no regular expression means two things.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import jsonschema_rs
import msgspec

from backend.foundation.form_check import CONDITIONS, NUMBER_BOUND, FormFault, check_form, check_schema, pointer
from backend.foundation.form_pattern import read_pattern

__all__ = ["FieldError", "Form", "FormFault", "FormRefused", "check_form", "validate_form"]

# The largest pattern the grammar admits (10,000 steps of the widest class) compiles to less.
_PATTERN_MEMORY: Final = 256_000_000


class FormRefused(ValueError):
    """The schema is not made of the form keywords; ``fault`` says where."""

    def __init__(self, fault: FormFault) -> None:
        super().__init__(f"{fault.error} at {fault.path or 'the root'}")
        self.fault = fault


class FieldError(msgspec.Struct, frozen=True, order=True):
    """A keyword that a value does not meet: JSON Pointer of the value (of the object, for required and its like)."""

    path: str
    keyword: str


# jsonschema-rs leaves a property named "" out of its paths, so forms that have one are judged under other names.
_EMPTY_NAME: Final = "\ue000"
_DEMANDS: Final = ("required", "dependentRequired")


def _named(name: str) -> str:
    return _EMPTY_NAME + name if name == "" or name.startswith(_EMPTY_NAME) else name


def _same(name: str) -> str:
    return name


def _has_empty_name(schema: Any) -> bool:
    if isinstance(schema, list):
        return any(_has_empty_name(member) for member in schema)
    return isinstance(schema, dict) and ("" in schema or any(_has_empty_name(member) for member in schema.values()))


def _value(value: Any, name: Callable[[str], str]) -> Any:
    """Numbers written 2.0 as 2, as JSON means them (beyond ±2^53 a double stays one), names as ``name`` has them."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= NUMBER_BOUND:
        return int(value)
    if isinstance(value, list):
        return [_value(member, name) for member in value]
    if isinstance(value, dict):
        return {name(key): _value(member, name) for key, member in value.items()}
    return value


def _compiled(schema: Any, name: Callable[[str], str]) -> Any:
    """The schema as the Rust engine reads it: patterns in its own grammar, no annotations."""
    if isinstance(schema, bool):
        return schema
    result: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword == "properties":
            result[keyword] = {name(key): _compiled(member, name) for key, member in value.items()}
        elif keyword == "allOf":
            result[keyword] = [_compiled(member, name) for member in value]
        elif keyword == "items" or keyword in CONDITIONS:
            result[keyword] = _compiled(value, name)
        elif keyword == "pattern":
            result[keyword] = read_pattern(value, strict=False)
        elif keyword == "required":
            result[keyword] = [name(key) for key in value]
        elif keyword == "dependentRequired":
            result[keyword] = {name(key): [name(other) for other in others] for key, others in value.items()}
        elif keyword not in ("title", "description", "default"):
            result[keyword] = _value(value, name)
    return result


def _leaf(schema_path: Sequence[str | int]) -> str:
    """The keyword at the end of a path of keywords, property names and indexes; a schema ``false`` has none."""
    at = 0
    while at < len(schema_path):
        step = schema_path[at]
        if step in ("properties", "allOf"):
            at += 2
        elif step == "items" or step in CONDITIONS:
            at += 1
        else:
            return str(step)
    return "falseSchema"


class Form:
    """A compiled form. Compile once and keep: it is immutable and may be shared between threads."""

    def __init__(self, schema: Any) -> None:
        """Raises FormRefused for a schema outside the form keywords; publish only what ``check_form`` passes."""
        if (fault := check_schema(schema)) is not None:
            raise FormRefused(fault)
        self._renames = _has_empty_name(schema)
        self._validator = jsonschema_rs.Draft202012Validator(
            _compiled(schema, _named if self._renames else _same),
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(size_limit=_PATTERN_MEMORY),
            offline=True,
        )

    def is_valid(self, instance: Any) -> bool:
        """Whether ``instance`` (JSON: no lone surrogates, no infinities) meets the form; faster than ``errors``."""
        return bool(self._validator.is_valid(_value(instance, _named) if self._renames else instance))

    def errors(self, instance: Any) -> list[FieldError]:
        """Every leaf keyword that ``instance`` does not meet, sorted by path then keyword, each once."""
        return self._found(instance, at_fields=False)

    def faults(self, instance: Any) -> list[FieldError]:
        """As ``errors``, for people: what is missing is told as ``required`` at the place where it belongs."""
        return self._found(instance, at_fields=True)

    def _found(self, instance: Any, *, at_fields: bool) -> list[FieldError]:
        found = set()
        for error in self._validator.iter_errors(_value(instance, _named) if self._renames else instance):
            path = ""
            for step in error.instance_path:
                path = pointer(path, self._given(step))
            keyword = _leaf(error.schema_path)
            if at_fields and keyword in _DEMANDS:
                missing: str = error.kind.as_dict()["property"]
                found.add(FieldError(pointer(path, self._given(missing)), "required"))
            else:
                found.add(FieldError(path, keyword))
        return sorted(found)

    def _given(self, step: str | int) -> str | int:
        return step.removeprefix(_EMPTY_NAME) if self._renames and isinstance(step, str) else step


def validate_form(schema: Any, instance: Any) -> list[FieldError]:
    """The errors of one instance against one schema; raises FormRefused. To judge many, keep a ``Form``."""
    return Form(schema).errors(instance)
