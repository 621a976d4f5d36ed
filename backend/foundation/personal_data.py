"""What a room says of the personal data it holds: chapters of an export, and whose data an erasure takes away.

Every room that holds something of a person has a module `personal.py`; `backend/privacy` knows them all.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import msgspec


class Holder(msgspec.Struct, frozen=True):
    """Whose data it is: the account, and the subject under whose key it is sealed."""

    account_id: str
    subject_id: str


class Entry(msgspec.Struct, frozen=True):
    """One thing of a chapter in plain words: a heading, and lines of label and value."""

    heading: str
    lines: list[tuple[str, str]]


class Attachment(msgspec.Struct, frozen=True):
    """A file of an export: its path inside the archive, made of safe characters only, its size in bytes, its content.

    `read` raises Erased.
    """

    name: str
    size: int
    read: Callable[[], Awaitable[bytes]]


class Chapter(msgspec.Struct, frozen=True):
    """One part of an export: for people `title` and `entries`, for machines `data` under `key`."""

    key: str
    title: str
    entries: list[Entry]
    data: Any
    attachments: list[Attachment] = []
