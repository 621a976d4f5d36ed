"""Random schemas of the form keywords, random patterns, and instances that come near to meeting them."""

from typing import Any

from hypothesis import strategies as st

NAMES = ["a", "b", "c", "toString", "__proto__", "a/b~", "😀", "", "\ue000", "if", "properties", "items", "1"]
names = st.sampled_from(NAMES)
numbers = st.one_of(
    st.integers(-5, 5),
    st.sampled_from([0.0, -0.0, 2.0, 0.1, 0.3, 0.01, 19.99, 1e-7, 1e300, 1.5, 2**53, 2**53 + 1, -(2**53) - 1, 1e21]),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(2**53), 2**53),
    st.integers(-10_000, 10_000).map(lambda cents: cents / 100),
)
texts = st.one_of(
    st.text(max_size=4),
    st.text("ab1 .-😀一\n٣", max_size=6),
    st.sampled_from(["2024-02-29", "2023-02-29", "0000-02-29", "2024-1-01", "20240101", "9999-12-31", "2024-12-32"]),
)
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values: st.SearchStrategy[Any] = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)

_characters = st.sampled_from([*"ab1-/,", "一", "😀", r"\d", r"\.", r"\-", r"\]", r"\u4e00", r"\ud83d\ude00", r"\\"])
_members = st.sampled_from([*"ab1-^[.", "a-c", "一-龥", r"\d", r"\]", r"\-", "0-9", r"\u0041-Z", "c-a", "&&", r"\d-a"])
_classes = st.tuples(st.sampled_from(["", "^"]), st.lists(_members, max_size=4)).map(
    lambda pair: f"[{pair[0]}{''.join(pair[1])}]"
)
_repeats = st.sampled_from(["", "", "", "*", "+", "?", "{2}", "{1,}", "{0,3}", "+?", "{3,1}", "{0}", "{1001}", "{,2}"])
_loose = st.sampled_from(
    [".", "^", "$", r"\w", r"\W", r"\s", r"\S", r"\D", r"\n", r"\b", "(?=a)", r"\1", "*", ")", "]", "|"]
)


def _group(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map("|".join)
    return st.tuples(st.sampled_from(["(", "(?:"]), body).map(lambda pair: f"{pair[0]}{pair[1]})")


def _sequence(atoms: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(st.tuples(atoms, _repeats).map("".join), max_size=4).map("".join)


_bodies = st.recursive(
    _sequence(_characters | _characters | _classes),
    lambda inner: _sequence(_characters | _classes | _group(inner)),
    max_leaves=4,
)
_loose_bodies = st.recursive(
    _sequence(_characters | _classes | _loose),
    lambda inner: _sequence(_characters | _loose | _group(inner)),
    max_leaves=4,
)
patterns = st.one_of(
    _bodies.map(lambda body: f"^{body}$"),
    _loose_bodies,
    _loose_bodies.map(lambda body: f"^{body}$"),
    st.text(r"^$ab\[](){}?*+|.,-d1u", max_size=8),
)

_types = st.sampled_from(["null", "boolean", "object", "array", "number", "integer", "string"])
_lengths = st.sampled_from([0, 1, 2, 3, 2.0, 4])
_name_lists = st.lists(names, unique=True, max_size=3)
_leaves: dict[str, st.SearchStrategy[Any]] = {
    "type": _types | st.lists(_types, unique=True, min_size=1, max_size=3),
    "enum": st.lists(values, max_size=3),
    "const": values,
    "minLength": _lengths,
    "maxLength": _lengths,
    "minItems": _lengths,
    "maxItems": _lengths,
    "minimum": numbers,
    "maximum": numbers,
    "exclusiveMinimum": numbers,
    "exclusiveMaximum": numbers,
    "multipleOf": numbers.map(abs).filter(lambda number: number > 0),
    "uniqueItems": st.booleans(),
    "required": _name_lists,
    "dependentRequired": st.dictionaries(names, _name_lists, max_size=2),
    "additionalProperties": st.just(False),
    "format": st.just("date"),
    "pattern": patterns,
    "title": st.text(max_size=3),
    "default": values,
}


def _some(keywords: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    def drawn(chosen: list[str]) -> st.SearchStrategy[dict[str, Any]]:
        return st.fixed_dictionaries({keyword: keywords[keyword] for keyword in chosen})

    return st.lists(st.sampled_from(sorted(keywords)), unique=True, max_size=4).flatmap(drawn)


def _with_schemas(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    branches = {
        **_leaves,
        "properties": st.dictionaries(names, inner, max_size=3),
        "items": inner,
        "allOf": st.lists(inner, min_size=1, max_size=2),
        "if": inner,
        "then": inner,
        "else": inner,
    }
    return _some(branches)


schemas: st.SearchStrategy[Any] = st.recursive(_some(_leaves) | st.booleans(), _with_schemas, max_leaves=8)


def _publishable(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        st.fixed_dictionaries(
            {
                "type": st.just("object"),
                "properties": st.dictionaries(names, inner, max_size=3),
                "additionalProperties": st.just(False),
            },
            optional={"required": _name_lists, "if": _some(_leaves), "then": _some(_leaves)},
        ),
        st.fixed_dictionaries(
            {"type": st.just("array"), "items": inner}, optional={"maxItems": _lengths, "uniqueItems": st.booleans()}
        ),
    )


near_forms: st.SearchStrategy[Any] = st.recursive(
    st.fixed_dictionaries({"type": st.just("string"), "maxLength": _lengths}, optional={"pattern": patterns})
    | st.fixed_dictionaries(
        {"type": st.just("number")},
        optional={"minimum": numbers, "multipleOf": numbers, "enum": st.lists(numbers, max_size=2)},
    )
    | st.fixed_dictionaries({"type": st.just("string"), "format": st.just("date")}),
    _publishable,
    max_leaves=6,
)


def instance_for(schema: Any) -> st.SearchStrategy[Any]:
    """Values, half of them built along the schema, so that its inner keywords are reached."""
    if not isinstance(schema, dict):
        return values
    near = [values, *(st.just(value) for value in [schema.get("const"), *schema.get("enum", [])] if value is not None)]
    if "properties" in schema:
        members = {name: instance_for(member) for name, member in schema["properties"].items()}
        near.append(st.fixed_dictionaries({}, optional=members))
    if "items" in schema:
        near.append(st.lists(instance_for(schema["items"]), max_size=4))
    return st.one_of(near)
