"""Bounds of drafts, the revision a request names, and what a mandate lets somebody draft: pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from backend.city.city import City
from backend.city.questionnaire import ITEM, certain, in_order
from backend.drafts.errors import DraftValuesInvalid, PreconditionRequired
from backend.identity.actor import Actor

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


def covers(city: City, actor: Actor, item: str, values: Mapping[str, Any]) -> bool:
    """Whether a draft of an item is within the mandate that the actor acts under; of one's own it always is.

    A bundle is while the mandate has everything that its answers so far make certain, and something of it at all.
    """
    acting = actor.acting
    if acting is None or acting.covers_item(item):
        return True
    bundle = city.bundles.get(item.removeprefix(ITEM)) if item.startswith(ITEM) else None
    if bundle is None:
        return False
    return all(map(acting.covers_item, certain(bundle, values))) and any(map(acting.covers_item, in_order(bundle)))
