"""Holding an item's own table against an application: grant with reasons, or leave it to a person. Pure.

There is no third outcome: nothing here can refuse, and what a table cannot judge is a person's to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import msgspec

from backend.city.canonical import content_hash
from backend.city.structures import AutomaticCondition, AutomaticTable


class Known(msgspec.Struct, frozen=True):
    """What the registers say of an applicant; None where one does not know them. `held` are certificates by name."""

    age: int | None = None
    home: str | None = None
    known: bool = False
    open: bool = False
    clean: bool | None = None
    held: frozenset[str] = frozenset()


class Judgement(msgspec.Struct, frozen=True):
    """Which conditions hold and which do not, by key. It is granted where all hold and there is one at all."""

    met: tuple[str, ...]
    unmet: tuple[str, ...]

    @property
    def grants(self) -> bool:
        """Whether the table grants; otherwise a person decides."""
        return bool(self.met) and not self.unmet


def version_of(table: AutomaticTable) -> str:
    """The version of a table: the hash of all that it says."""
    return _version(msgspec.json.encode(table, order="sorted"))


@lru_cache(maxsize=256)
def _version(encoded: bytes) -> str:
    return content_hash(msgspec.json.decode(encoded))


def judge(table: AutomaticTable, values: Mapping[str, Any], known: Known) -> Judgement:
    """Holds every condition of a table against the answers and what the registers say."""
    met = {each.key for each in table.grant if holds(each, values, known)}
    keys = [each.key for each in table.grant]
    return Judgement(tuple(key for key in keys if key in met), tuple(key for key in keys if key not in met))


def holds(condition: AutomaticCondition, values: Mapping[str, Any], known: Known) -> bool:
    """Whether a condition holds; not when what it asks about is missing or of another type."""
    found = answer_at(values, condition.pointer) if condition.pointer else _fact(condition, known)
    if condition.one_of:
        members = found if isinstance(found, list) else [found]
        return bool(members) and all(_is_one_of(each, condition.one_of) for each in members)
    if condition.begins_with is not None:
        return isinstance(found, str) and found.startswith(condition.begins_with)
    if condition.is_true:
        return found is True
    if not isinstance(found, int) or isinstance(found, bool):
        return False
    if condition.at_least is None and condition.at_most is None:
        return False
    above = condition.at_least is None or found >= condition.at_least
    return above and (condition.at_most is None or found <= condition.at_most)


def answer_at(values: Mapping[str, Any], pointer: str) -> Any:
    """The answer that a pointer names, None where there is none."""
    found: Any = values
    for step in pointer.split("/")[1:]:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _is_one_of(found: Any, wanted: list[str | bool]) -> bool:
    # In Python 1 == True; in a form they are two answers.
    return any(type(found) is type(each) and found == each for each in wanted)


def _fact(condition: AutomaticCondition, known: Known) -> Any:
    if condition.fact == "held":
        return condition.certificate in known.held
    return getattr(known, condition.fact) if condition.fact else None
