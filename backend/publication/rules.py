"""What changes between two versions of a set of files, and when one may come into force; pure: no I/O, no clock."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Literal

import msgspec

from backend.foundation.time_source import SHANGHAI

CONTEXT = 3
"""Unchanged lines shown around a change."""
MAXIMUM_FILES = 200
MAXIMUM_LINES = 400
"""Lines shown of one file."""
MAXIMUM_COMPARED = 4000
"""Lines that are compared one by one; of a file that changes in more than that only the size is told."""
MAXIMUM_WIDTH = 400

MAXIMUM_AHEAD = 3 * 366 * 86_400_000
"""How far ahead something may be published, in milliseconds."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Change = Literal["added", "removed", "changed"]
LineKind = Literal["same", "added", "removed", "gap"]


class DifferenceLine(msgspec.Struct, frozen=True):
    """One line; `before` and `after` are its numbers (from 1) on either side. A `gap` stands for lines left out."""

    kind: LineKind
    before: int | None
    after: int | None
    text: str


class FileDifference(msgspec.Struct, frozen=True):
    """What changes in one file. `cut` says that there is more than `lines` shows."""

    path: str
    change: Change
    added: int
    removed: int
    lines: list[DifferenceLine]
    cut: bool


def effective_instant(text: str | None, now: int) -> int | None:
    """The instant (milliseconds) that a day (its beginning in Asia/Shanghai) or an RFC 3339 instant names; None stays.

    Raises ValueError, with the reason as a code, when it is neither (`form`), not ahead of `now` (`past`) or more than
    three years ahead (`far`).
    """
    if text is None:
        return None
    try:
        if _DAY.fullmatch(text):
            found = datetime.combine(date.fromisoformat(text), time(), SHANGHAI)
        else:
            found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("form") from None
    if found.tzinfo is None:
        raise ValueError("form")
    instant = int(found.timestamp() * 1000)
    if instant <= now:
        raise ValueError("past")
    if instant > now + MAXIMUM_AHEAD:
        raise ValueError("far")
    return instant


def difference(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[list[FileDifference], int]:
    """The files that differ, by path, and how many more there are than are shown."""
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    shown = [_file(path, before.get(path), after.get(path)) for path in paths[:MAXIMUM_FILES]]
    return shown, len(paths) - len(shown)


def _file(path: str, before: str | None, after: str | None) -> FileDifference:
    change: Change = "added" if before is None else "removed" if after is None else "changed"
    old, new = (before or "").splitlines(), (after or "").splitlines()
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    middle_old, middle_new = old[head : len(old) - tail], new[head : len(new) - tail]
    if change == "changed" and len(middle_old) + len(middle_new) > MAXIMUM_COMPARED:
        return FileDifference(path, change, len(middle_new), len(middle_old), [], cut=True)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False) if change == "changed" else None
    groups = matcher.get_grouped_opcodes(CONTEXT) if matcher else iter([[("replace", 0, len(old), 0, len(new))]])
    lines: list[DifferenceLine] = []
    added = removed = 0
    for number, group in enumerate(groups):
        if number:
            lines.append(DifferenceLine("gap", None, None, ""))
        for tag, old_from, old_to, new_from, new_to in group:
            if tag != "equal":
                added, removed = added + new_to - new_from, removed + old_to - old_from
            lines += _lines(tag, old, new, (old_from, old_to), (new_from, new_to))
    return FileDifference(path, change, added, removed, lines[:MAXIMUM_LINES], cut=len(lines) > MAXIMUM_LINES)


def _common(old: Sequence[str], new: Sequence[str]) -> int:
    count = 0
    for left, right in zip(old, new, strict=False):
        if left != right:
            break
        count += 1
    return count


def _lines(
    tag: str, old: list[str], new: list[str], left: tuple[int, int], right: tuple[int, int]
) -> Iterator[DifferenceLine]:
    if tag == "equal":
        for before, after in zip(range(*left), range(*right), strict=True):
            yield DifferenceLine("same", before + 1, after + 1, new[after][:MAXIMUM_WIDTH])
        return
    for before in range(*left):
        yield DifferenceLine("removed", before + 1, None, old[before][:MAXIMUM_WIDTH])
    for after in range(*right):
        yield DifferenceLine("added", None, after + 1, new[after][:MAXIMUM_WIDTH])
