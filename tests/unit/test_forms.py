"""Forms: what may be published, and which errors a filled form has."""

from typing import Any

import pytest

from backend.foundation.forms import Form, FormRefused, check_form, validate_form

TEXT = {"type": "string", "maxLength": 20}


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


def errors(schema: Any, instance: Any) -> list[tuple[str, str]]:
    return [(error.path, error.keyword) for error in validate_form(schema, instance)]


@pytest.mark.parametrize(
    "schema",
    [
        closed(),
        closed(name=TEXT, born={"type": "string", "format": "date"}, kind={"type": "string", "enum": ["a", "b"]}),
        closed(fixed={"type": "string", "const": "x"}, count={"type": "integer", "minimum": 0.0, "maximum": 2**53}),
        closed(rows={"type": "array", "items": closed(a=TEXT), "minItems": 1, "maxItems": 2.0, "uniqueItems": True}),
        {**closed(a=TEXT, b=TEXT), "if": {"properties": {"a": {"const": "1"}}}, "then": {"required": ["b"]}},
        {**closed(a=TEXT), "allOf": [{"if": {"required": ["a"]}, "then": {}, "else": {}}], "dependentRequired": {}},
        closed(__proto__=TEXT, toString=TEXT),
        {"type": "number", "multipleOf": 0.01, "default": 0, "title": "费用", "description": ""},
    ],
)
def test_a_form_of_the_known_keywords_may_be_published(schema: Any) -> None:
    assert check_form(schema) is None


@pytest.mark.parametrize(
    ("schema", "error", "path"),
    [
        (True, "boolean-schema", ""),
        ([], "schema", ""),
        ({}, "type-missing", ""),
        ({"type": ["string", "null"]}, "type-list", "/type"),
        ({"type": "text"}, "value", "/type"),
        ({"type": "string"}, "length-missing", ""),
        ({"type": "string", "maxLength": 1.5}, "value", "/maxLength"),
        ({"type": "string", "maxLength": True}, "value", "/maxLength"),
        ({"type": "string", "format": "email"}, "value", "/format"),
        ({"type": "object", "properties": {}}, "additional-properties", ""),
        ({"type": "object", "additionalProperties": True}, "value", "/additionalProperties"),
        (closed(a={}), "type-missing", "/properties/a"),
        (closed(**{"a/b~": {"type": "array", "items": True}}), "boolean-schema", "/properties/a~1b~0/items"),
        ({"type": "number", "maximum": 2**53 + 1}, "number", "/maximum"),
        ({"type": "number", "enum": [1, -(2**53) - 1]}, "number", "/enum"),
        ({"type": "number", "multipleOf": 0}, "value", "/multipleOf"),
        ({"type": "number", "then": {}}, "if-missing", ""),
        ({"type": "number", "$ref": "#"}, "keyword", "/$ref"),
        ({"type": "number", "allOf": []}, "value", "/allOf"),
        ({"type": "object", "required": ["a", "a"]}, "value", "/required"),
        ({"type": "object", "required": ["a", ["a"]]}, "value", "/required"),
    ],
)
def test_a_form_that_may_not_be_published_is_refused_with_the_place(schema: Any, error: str, path: str) -> None:
    fault = check_form(schema)
    assert fault is not None
    assert (fault.error, fault.path) == (error, path)


@pytest.mark.parametrize(
    "pattern",
    ["^$", r"^\d{6}$", "^[一-龥·]{2,20}$", r"^(?:a|b\.)+$", r"^\u4e00[^\]\-]*$", "^[a-c-e]?$", "^a+?b{2,}$", "^(a|)$"],
)
def test_a_pattern_of_the_published_grammar_passes(pattern: str) -> None:
    assert check_form({**TEXT, "pattern": pattern}) is None


@pytest.mark.parametrize(
    "pattern",
    [
        "", "^", "a", "^a", r"^a\$", "^a|b$", "^a$|^b$", "^(a+)+$", "^(?:x(a{2}))*$", "^.$", r"^\w$", r"^\bx$",
        "^(?=a)$",
        r"^(a)\1$", "^[]$", "^[z-a]$", "^[a-\\d]$", "^a**$", "^*$", "^a{2,1}$", "^a{1001}$", "^(a$", "^a)$", "^a]$",
        "^{$",
        r"^\u12$", r"^\ud800$", "^(?<n>a)$", "^(?i)a$", r"^\p{L}$", "^a{1000}" + "a{1000}" * 10 + "$",
        "^" + "(" * 33 + ")" * 33 + "$", "^" + "a" * 1000 + "$",
    ],
)  # fmt: skip
def test_a_pattern_outside_the_published_grammar_is_refused(pattern: str) -> None:
    fault = check_form({**TEXT, "pattern": pattern})
    assert fault is not None
    assert (fault.error, fault.path) == ("pattern", "/pattern")


def test_a_form_nested_beyond_the_bound_is_refused_and_never_overflows() -> None:
    schema: Any = TEXT
    for _ in range(500):
        schema = {"type": "array", "items": schema}
    fault = check_form(schema)
    assert fault is not None
    assert fault.error == "depth"


def test_errors_are_leaf_keywords_sorted_and_each_once() -> None:
    schema = {
        **closed(b=TEXT, a={"type": "integer"}),
        "required": ["x", "y"],
        "dependentRequired": {"b": ["z"]},
        "allOf": [{"properties": {"a": {"type": "integer", "minimum": 3}}}],
        "if": {"required": ["b"]},
        "then": {"properties": {"b": {"minLength": 3}}},
    }
    assert errors(schema, {"b": "", "a": 2, "extra": 1, "other": 2}) == [
        ("", "additionalProperties"),
        ("", "dependentRequired"),
        ("", "required"),
        ("/a", "minimum"),
        ("/b", "minLength"),
    ]


@pytest.mark.parametrize(
    ("schema", "instance", "keywords"),
    [
        ({"maxLength": 1}, "😀", []),
        ({"const": 2}, 2.0, []),
        ({"enum": [True]}, 1, ["enum"]),
        ({"uniqueItems": True}, [1, 1.0], ["uniqueItems"]),
        ({"uniqueItems": True}, [1, True, "1"], []),
        ({"type": "integer"}, 2.0, []),
        ({"multipleOf": 0.01}, 19.99, []),
        ({"multipleOf": 0.1}, 0.30000000000000004, ["multipleOf"]),
        ({"format": "date"}, "2024-02-29", []),
        ({"format": "date"}, "2023-02-29", ["format"]),
        ({"format": "date"}, "2023-02-28T00:00", ["format"]),
        ({"pattern": r"^\d$"}, "٣", ["pattern"]),
        ({"pattern": "b.d"}, "ab\nd", ["pattern"]),
        ({"pattern": "b.d"}, "abcd", []),
        ({"pattern": "^a$"}, "a\n", ["pattern"]),
        ({"required": ["toString"]}, {}, ["required"]),
        ({"type": ["string", "null"]}, None, []),
        (False, 1, ["falseSchema"]),
    ],
)
def test_a_value_is_judged_as_the_contract_says(schema: Any, instance: Any, keywords: list[str]) -> None:
    assert [keyword for _, keyword in errors(schema, instance)] == keywords


def test_a_property_without_a_name_has_its_own_place_in_the_path() -> None:
    schema = {
        "properties": {"": {"type": "string"}, "\ue000": {"properties": {"": False}}},
        "required": ["", "\ue000\ue000"],
    }
    assert errors(schema, {"": 1, "\ue000": {"": 1}}) == [("", "required"), ("/", "type"), ("/\ue000/", "falseSchema")]
    assert errors({"const": {"": 1}}, {"": 1}) == []


def test_a_schema_outside_the_form_keywords_is_not_compiled() -> None:
    with pytest.raises(FormRefused) as refused:
        Form({"properties": {"a": {"$ref": "#"}}})
    assert refused.value.fault.path == "/properties/a/$ref"


def test_the_widest_pattern_of_the_grammar_compiles() -> None:
    form = Form({"type": "string", "maxLength": 9, "pattern": "^" + "[^a-z一-龥]{1000}" * 9 + "[^Ā-⿿]{900}$"})
    assert not form.is_valid("b")
