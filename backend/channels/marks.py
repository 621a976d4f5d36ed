"""Finds which guides a channel shows, by the marks they carry: in a page, a guide as JSON, or a feed. Pure."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import msgspec

from backend.city.canonical import content_hash

_HASH = re.compile(r"[0-9a-f]{64}")
MAXIMUM_MARKS = 50_000


class Mark(msgspec.Struct, frozen=True):
    """A guide that is shown somewhere: its item's key where that is said, and the hash it carries."""

    key: str
    hash: str


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.marks: dict[str, str] = {}
        self.meta: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "meta" and given.get("name") in ("guide-hash", "guide-key"):
            self.meta.setdefault(given["name"], given.get("content", ""))
        if _HASH.fullmatch(given.get("data-guide-hash", "")) and len(self.marks) < MAXIMUM_MARKS:
            self.marks.setdefault(given["data-guide-hash"], given.get("data-guide-key", ""))


def marks_in(content: bytes, media_type: str) -> list[Mark]:
    """The guides that an answer shows, each once; empty when it carries no mark.

    A guide given whole is named by what it says, not by the hash it claims.
    """
    text = content.decode("utf-8", "replace")
    if "json" in media_type or text.lstrip()[:1] in ("{", "["):
        try:
            return _in_json(msgspec.json.decode(text))
        except (msgspec.DecodeError, RecursionError):
            return []
    page = _Page()
    page.feed(text)
    named = page.meta.get("guide-hash", "")
    if _HASH.fullmatch(named):
        page.marks.setdefault(named, page.meta.get("guide-key", ""))
    return [Mark(key, found) for found, key in page.marks.items()]


def _in_json(data: Any) -> list[Mark]:
    if isinstance(data, dict) and isinstance(data.get("feed"), dict):
        data = data["feed"]
    if isinstance(data, dict) and isinstance(data.get("guide"), dict):
        data = data["guide"]
    if not isinstance(data, dict):
        return []
    if isinstance(data.get("items"), list):
        return [mark for each in data["items"][:MAXIMUM_MARKS] if isinstance(each, dict) for mark in _of(each)]
    return _of(data)


def _of(data: dict[str, Any]) -> list[Mark]:
    key, named = data.get("key"), data.get("hash")
    if not isinstance(key, str) or not isinstance(named, str) or not _HASH.fullmatch(named):
        return []
    if "materials" in data:
        named = content_hash({name: value for name, value in data.items() if name != "hash"})
    return [Mark(key, named)]
