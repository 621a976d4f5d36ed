"""Bounds of drafts, and the revision a request names: pure."""

from __future__ import annotations

import re
from typing import Any

from backend.drafts.errors import DraftValuesInvalid, PreconditionRequired

SIZE_LIMIT = 64 * 1024
DRAFTS_LIMIT = 50
DEPTH_LIMIT = 16
INTEGER_LIMIT = 2**53
MINUTE = 60_000
REVISION_LIFETIME = 30 * 24 * 3600 * 1000

_ETAG = re.compile(r'"(0|[1-9][0-9]{0,8})"')


def read_revision(if_match: str | None) -> int:
    """The revision that If-Match names. Raises PreconditionRequired when it is missing or not one quoted number."""
    match = _ETAG.fullmatch(if_match.strip()) if if_match else None
    if match is None:
        raise PreconditionRequired('请求没有说明修改的是哪个版本（If-Match: "版本号"）。')
    return int(match[1])


def check_values(values: dict[str, Any]) -> None:
    """Raises DraftValuesInvalid for numbers beyond ±2^53 or nesting deeper than a form can be."""
    open_values: list[tuple[str, int, Any]] = [("", 0, values)]
    while open_values:
        pointer, depth, value = open_values.pop()
        if depth > DEPTH_LIMIT:
            raise DraftValuesInvalid("内容的层次太深。", pointer=pointer[:200], bound="depth", limit=DEPTH_LIMIT)
        if isinstance(value, dict):
            open_values.extend((f"{pointer}/{key}", depth + 1, inner) for key, inner in value.items())
        elif isinstance(value, list):
            open_values.extend((f"{pointer}/{index}", depth + 1, inner) for index, inner in enumerate(value))
        elif isinstance(value, int | float) and abs(value) > INTEGER_LIMIT:
            raise DraftValuesInvalid("数字太大。", pointer=pointer[:200], bound="number", limit=INTEGER_LIMIT)
