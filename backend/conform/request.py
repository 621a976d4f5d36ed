"""Reading one line of the conformance protocol: what both languages accept as a request, bounded."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final, TypeAlias

from backend.conform.errors import BadRequest

Operation: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]

MAX_LINE_BYTES: Final = 20 * 1024 * 1024
_MAX_DEPTH: Final = 200
_BOUND: Final = 2**53
# The first double beyond ±2^53: what numbers stand for that would round into the range and be told from it no more.
_BEYOND: Final = float(_BOUND + 2)


def read_request(line: bytes) -> dict[str, Any]:
    """The JSON object on a line, whole numbers written 2.0 or 2e0 as int; raises BadRequest beyond the bounds."""
    if len(line) > MAX_LINE_BYTES:
        raise BadRequest("the line is too long")
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError:
        raise BadRequest("the line is not UTF-8") from None
    try:
        value = json.loads(text, parse_int=_whole_number, parse_float=_number, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise BadRequest("the line is not JSON") from None
    if not isinstance(value, dict):
        raise BadRequest("the line is not a JSON object")
    _check(value, 1)
    return value


def request_id(request: dict[str, Any]) -> str | int | None:
    """The id of a request: text, a whole number within ±2^53, or None when there is none; raises BadRequest."""
    found = request.get("id")
    if found is None or isinstance(found, str):
        return found
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) <= _BOUND:
        return found
    raise BadRequest("id is neither text nor a whole number")


def doubles(value: Any) -> Any:
    """The value with every number as the double that JavaScript reads, so that both languages judge the same one."""
    if isinstance(value, dict):
        return {name: doubles(member) for name, member in value.items()}
    if isinstance(value, list):
        return [doubles(member) for member in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) > _BOUND:
        return _pushed_out(float(value), beyond=True)
    return value


def _pushed_out(value: float, beyond: bool) -> float:
    return (_BEYOND if value > 0 else -_BEYOND) if beyond and abs(value) == _BOUND else value


def _number(text: str) -> float | int:
    value = float(text)
    if abs(value) == float("inf"):
        raise BadRequest("a number is too large")
    if abs(value) == _BOUND:
        value = _pushed_out(value, abs(Decimal(text)) > _BOUND)
    return int(value) if value.is_integer() and abs(value) <= _BOUND else value


def _whole_number(text: str) -> float | int:
    # Length first: reading very many digits takes quadratic time.
    value = _number(text)
    return int(text) if abs(value) > _BOUND else value


def _constant(name: str) -> None:
    raise BadRequest(f"{name} is not JSON")


def _check(value: Any, depth: int) -> None:
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict | list):
        if depth > _MAX_DEPTH:
            raise BadRequest(f"the request is nested more than {_MAX_DEPTH} deep")
        for name in value if isinstance(value, dict) else ():
            _check_text(name)
        for member in value.values() if isinstance(value, dict) else value:
            _check(member, depth + 1)


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadRequest("a text holds half of a surrogate pair") from None
