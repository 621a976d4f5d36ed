"""Whether two fields can be one: what both of their schemas allow. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_LEAST: Final = ("maxLength", "maximum", "maxItems")
_MOST: Final = ("minLength", "minimum", "minItems")
_WORDS: Final = ("title", "description", "default")


def meet(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    """The schema of what both schemas allow; None where that is nothing, or cannot be said in one schema.

    Repeated parts meet row by row: a row has the members of both.
    """
    if one.get("type") != other.get("type"):
        return None
    both: dict[str, Any] = {}
    for keyword in dict.fromkeys([*one, *other]):
        if keyword in _WORDS:
            continue
        if keyword not in one or keyword not in other:
            both[keyword] = one.get(keyword, other.get(keyword))
            continue
        left, right = one[keyword], other[keyword]
        if left == right:
            both[keyword] = left
        elif keyword in _LEAST:
            both[keyword] = min(left, right)
        elif keyword in _MOST:
            both[keyword] = max(left, right)
        elif keyword == "enum":
            both[keyword] = [each for each in left if each in right]
            if not both[keyword]:
                return None
        elif keyword == "pattern":
            both["pattern"] = left
            both["allOf"] = [*both.get("allOf", []), {"pattern": right}]
        elif keyword == "items" and isinstance(left, dict) and isinstance(right, dict):
            rows = _rows(left, right)
            if rows is None:
                return None
            both[keyword] = rows
        else:
            return None
    crossed = any(both.get(f"min{end}", 0) > both.get(f"max{end}", 1 << 60) for end in ("Length", "imum", "Items"))
    return None if crossed else both


def _rows(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any] | None:
    if one.get("type") != "object" or other.get("type") != "object":
        return None
    properties: dict[str, Any] = dict(one.get("properties", {}))
    for name, schema in other.get("properties", {}).items():
        if name in properties:
            met = meet(properties[name], schema)
            if met is None:
                return None
            schema = met
        properties[name] = schema
    every = [*one.get("required", []), *other.get("required", [])]
    conditions = [*one.get("allOf", []), *other.get("allOf", [])]
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(dict.fromkeys(every)),
        "properties": properties,
        **({"allOf": conditions} if conditions else {}),
    }
